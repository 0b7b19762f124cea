import Chat
import Observability
import TestSupport
import Testing

@Suite struct `A comparison that is kept` {
    private static let since = Timestamp(milliseconds: 1_795_176_000_000)

    /// Rules with which something is said soon.
    private static func rules(using generator: inout SeededGenerator) -> GuardRules {
        var rules = GuardRules()
        rules.margin = Double.random(in: 0.01...0.2, using: &generator)
        rules.minimum = Int.random(in: 10...30, using: &generator)
        rules.sample = Int.random(in: 30...200, using: &generator)
        rules.errorRate = Double.random(in: 0.001...0.05, using: &generator)
        return rules
    }

    /// One message of somebody, as it may end.
    private struct Message {
        let group: RolloutGroup
        let outcome: GroupTally.Outcome
        let end: ReplyEnd?

        init(failing chance: Double, using generator: inout SeededGenerator) {
            self.group = Bool.random(using: &generator) ? .streaming : .whole
            let isBad = self.group == .streaming && Double.random(in: 0...1, using: &generator) < chance
            self.outcome = isBad ? [.failed, .abandoned].randomElement(using: &generator) ?? .failed : .completed
            let seconds = Double.random(in: 0.001...200, using: &generator)
            let end = ReplyEnd(
                state: isBad ? .failed : .complete,
                firstText: Bool.random(using: &generator) ? .seconds(seconds / 2) : nil,
                duration: .seconds(seconds)
            )
            self.end = Int.random(in: 0..<10, using: &generator) == 0 ? nil : end
        }
    }

    @Test(arguments: Seeds.all)
    func `says the same at the same message as one that was never put away, wherever it is`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rules = Self.rules(using: &generator)
        let earlier = RolloutComparison(percent: 10, since: Self.since, rules: rules)
        let percent = Bool.random(using: &generator) ? 100 : Int.random(in: 1...99, using: &generator)
        var steady = RolloutComparison(stage: 3, percent: percent, since: Self.since, rules: rules, after: earlier)
        var restarted = steady
        let chance = Double.random(in: 0...0.6, using: &generator)

        for _ in 0..<Int.random(in: 1...400, using: &generator) {
            let message = Message(failing: chance, using: &generator)
            if Bool.random(using: &generator) {
                steady.countVisit(in: message.group)
                restarted.countVisit(in: message.group)
            }
            steady.count(message.outcome, message.end, in: message.group)
            restarted.count(message.outcome, message.end, in: message.group)
            if Int.random(in: 0..<20, using: &generator) == 0 {
                restarted = try #require(RolloutComparison(kept: restarted.kept))
            }
            #expect(restarted == steady)
            #expect(restarted.verdict() == steady.verdict())
            #expect(restarted.farewell == steady.farewell)
        }
    }

    @Test(arguments: Seeds.all)
    func `is not taken for one when a byte of it is lost or another`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var comparison = RolloutComparison(percent: 50, since: Self.since, rules: GuardRules())
        for _ in 0..<30 {
            let message = Message(failing: 0.3, using: &generator)
            comparison.count(message.outcome, message.end, in: message.group)
        }
        var bytes = Array(comparison.kept.utf8)
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        if Bool.random(using: &generator) {
            bytes.remove(at: place)
        } else {
            bytes[place] = UInt8.random(in: 32...126, using: &generator)
        }

        // It may still be one, with a digit that is another; it never ends the process, and counts nothing below 0.
        guard let read = RolloutComparison(kept: String(decoding: bytes, as: UTF8.self)) else { return }
        for tally in [read.streaming, read.whole] {
            #expect(tally.failures + tally.abandons + tally.stops <= tally.messages && tally.visits >= 0)
        }
        #expect((0...100).contains(read.percent))
    }
}
