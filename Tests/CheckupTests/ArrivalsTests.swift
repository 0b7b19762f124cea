import Checkup
import TestSupport
import Testing

@Suite struct `The arrivals of a stream` {
    /// A way that takes some time, differently long for each event, and clocks that do not agree.
    private func regular(
        _ count: Int,
        jitter: Int,
        using generator: inout SeededGenerator
    ) -> [Arrivals.Event] {
        let (way, pause) = (
            Int.random(in: -50_000...50_000, using: &generator), Int.random(in: 50...300, using: &generator)
        )
        return (0..<count).map { number in
            let late = Int.random(in: 0...jitter, using: &generator)
            return Arrivals.Event(
                sent: .milliseconds(number * pause),
                came: .milliseconds(number * pause + way + late)
            )
        }
    }

    @Test(arguments: Seeds.all)
    func `are well when every event comes soon after it was sent, whatever the clocks say`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let arrivals = Arrivals(self.regular(15, jitter: 30, using: &generator))
        #expect(arrivals.verdict == .good)
        #expect(arrivals.pieces > 7)
        #expect(arrivals.delays.allSatisfy { $0 >= .zero && $0 <= .milliseconds(30) })
    }

    @Test(arguments: Seeds.all)
    func `are bad when all events come with the last one`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let events = self.regular(15, jitter: 5, using: &generator)
        let end = (events.map(\.came).max() ?? .zero)
        let arrivals = Arrivals(events.map { Arrivals.Event(sent: $0.sent, came: end) })
        #expect(arrivals.verdict == .bad)
        #expect(arrivals.pieces == 1)
    }

    @Test(arguments: Seeds.all)
    func `are never well when somebody hands them on in lumps of five and more`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let size = Int.random(in: 5...8, using: &generator)
        let events = (0..<20).map { number in
            let last = min(19, number / size * size + size - 1)
            return Arrivals.Event(sent: .milliseconds(number * 200), came: .milliseconds(last * 200 + 7))
        }
        #expect(Arrivals(events).verdict == .bad)
        #expect(Arrivals(events).pieces <= 4)
    }

    @Test func `are bad when there are none`() {
        #expect(Arrivals([]).verdict == .bad)
        #expect(Arrivals([]).usualDelay == nil)
        #expect(Arrivals([]).pieces == 0)
    }

    @Test func `get attention where a slow line spreads them, which is no proxy that collects`() {
        let events = (0..<15).map { number in
            Arrivals.Event(sent: .milliseconds(number * 200), came: .milliseconds(number * 260))
        }
        #expect(Arrivals(events).verdict == .attention)
    }
}
