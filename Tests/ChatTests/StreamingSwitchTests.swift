import Chat
import Identifiers
import TestSupport
import Testing

@Suite struct `The streaming switch` {
    @Test(arguments: Seeds.all)
    func `never takes streams from anybody when the per cent is raised`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let people = (0..<50).map { _ in PersonID(using: &generator) }
        let low = Int.random(in: 0...100, using: &generator)
        let high = Int.random(in: low...100, using: &generator)

        for person in people where StreamingPolicy(isEnabled: true, percent: low).decide(for: person).streams {
            #expect(StreamingPolicy(isEnabled: true, percent: high).decide(for: person).streams)
        }
    }

    @Test(arguments: [0, 10, 25, 50, 90, 100])
    func `gives streams to about as many as asked for, and always to the same`(percent: Int) {
        var generator = SeededGenerator(seed: 7)
        let people = (0..<10_000).map { _ in PersonID(using: &generator) }
        let policy = StreamingPolicy(isEnabled: true, percent: percent)

        let chosen = people.filter { policy.decide(for: $0).streams }

        // Five standard deviations of a fair draw of 10,000.
        #expect(abs(chosen.count - percent * 100) <= 250)
        #expect(people.filter { policy.decide(for: $0).streams } == chosen)
    }

    @Test func `goes back to what it was started with`() {
        let streaming = StreamingSwitch(start: StreamingPolicy(isEnabled: true, percent: 40))

        streaming.apply(StreamingChanges(isEnabled: false, percent: 10))
        #expect(
            streaming.policy == StreamingPolicy(isEnabled: false, percent: 10) && streaming.source == .operatorChange
        )
        streaming.apply(StreamingChanges())
        #expect(streaming.policy == StreamingPolicy(isEnabled: true, percent: 40) && streaming.source == .configuration)
    }
}
