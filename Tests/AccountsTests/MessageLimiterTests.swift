import Accounts
import Identifiers
import Observability
import TestSupport
import Testing

@Suite struct `The message limiter` {
    private let time = TestTime()

    @Test(arguments: Seeds.all)
    func `never lets more than the limit through in any hour`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...5, using: &generator)
        let limiter = MessageLimiter(limit: limit, time: self.time.source)
        let person = PersonID(using: &generator)
        var accepted: [Duration] = []

        for _ in 0..<200 {
            self.time.advance(by: .seconds(Int.random(in: 0...1800, using: &generator)))
            let now = self.time.source.elapsed()
            let wait = limiter.take(for: person)
            let recent = accepted.filter { now - $0 < .seconds(3600) }
            #expect((wait == nil) == (recent.count < limit))
            if let wait, let oldest = recent.first { #expect(wait == .seconds(3600) - (now - oldest)) }
            if wait == nil { accepted.append(now) }
        }
    }

    @Test func `counts each person alone, and nobody without a limit`() {
        var generator = SeededGenerator(seed: 1)
        let (one, other) = (PersonID(using: &generator), PersonID(using: &generator))
        let limiter = MessageLimiter(limit: 1, time: self.time.source)
        let unlimited = MessageLimiter(limit: 0, time: self.time.source)

        #expect(limiter.take(for: one) == nil)
        #expect(limiter.take(for: one) != nil)
        #expect(limiter.take(for: other) == nil)
        #expect((0..<1000).allSatisfy { _ in unlimited.take(for: one) == nil })
    }
}
