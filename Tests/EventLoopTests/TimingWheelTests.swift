import EventLoop
import TestSupport
import Testing

@Suite struct `The timing wheel` {
    @Test(arguments: Seeds.all)
    func `gives out what a sorted list would, however time moves`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var wheel = TimingWheel<Int>()
        var list: [(due: UInt64, payload: Int, id: TimingWheel<Int>.ID)] = []

        for payload in 0..<300 {
            let ahead = UInt64.random(in: 0...(1 << UInt64.random(in: 0...26, using: &generator)), using: &generator)
            let due = wheel.now + ahead
            list.append((max(due, wheel.now + 1), payload, wheel.insert(payload, at: due)))
            if payload % 3 == 0, let index = list.indices.randomElement(using: &generator) {
                #expect(wheel.remove(list[index].id) == list[index].payload)
                #expect(wheel.remove(list[index].id) == nil)
                list.remove(at: index)
            }
            if payload % 7 == 0 {
                let step = UInt64.random(in: 0...(1 << UInt64.random(in: 0...24, using: &generator)), using: &generator)
                let target = wheel.now + step
                let due = list.filter { $0.due <= target }.map(\.payload)
                list.removeAll { $0.due <= target }

                #expect(wheel.advance(to: target).sorted() == due.sorted())
                #expect(wheel.count == list.count)
            }
        }
        #expect(wheel.advance(to: wheel.now + 1 << 40).count == list.count)
    }

    @Test func `gives out the earlier tick first, and within a tick what was added first`() {
        var wheel = TimingWheel<String>()
        _ = wheel.insert("late", at: 5000)
        _ = wheel.insert("first", at: 70)
        _ = wheel.insert("second", at: 70)

        #expect(wheel.advance(to: 6000) == ["first", "second", "late"])
    }

    @Test func `never promises to have something due later than it is`() throws {
        var wheel = TimingWheel<String>()
        _ = wheel.insert("a", at: 4097)

        var looks = 0
        while let next = wheel.nextTick, wheel.count > 0 {
            #expect(next <= 4097)
            _ = wheel.advance(to: next)
            looks += 1
        }

        #expect(looks <= 4)
    }
}
