import Chat
import Observability
import TestSupport
import Testing

/// Rollouts from 10 over 25 to 100 per cent, each stage until the guard has something to say.
@Suite struct `A simulated rollout` {
    /// What goes wrong with a message, as shares.
    struct Release {
        var failed: Double
        var abandoned: Double
    }

    private static let steps = [10, 25, 100]
    private static let rules = GuardRules()
    /// With a smaller sample, where every stage of many rollouts is played to its end.
    private static let quickRules: GuardRules = {
        var rules = GuardRules()
        rules.sample = 300
        return rules
    }()
    private static let good = Release(failed: 0.02, abandoned: 0.08)

    @Test func `without a bad release steps back in less than one of a hundred`() {
        var generator = SeededGenerator(seed: 1)
        let runs = 1000
        let wrong = (0..<runs).filter { _ in
            self.run(Self.steps, Self.quickRules, streaming: { _ in Self.good }, using: &generator) != nil
        }

        #expect(wrong.count * 100 < runs)
    }

    /// As bad as it may be without counting as worse: the margin more of both.
    @Test func `of a release that is just within the margin steps back in less than one of a hundred`() {
        var generator = SeededGenerator(seed: 2)
        let runs = 1000
        let wrong = (0..<runs).filter { _ in
            self.run(
                Self.steps,
                Self.quickRules,
                streaming: { _ in Release(failed: 0.07, abandoned: 0.13) },
                using: &generator
            ) != nil
        }

        #expect(wrong.count * 100 < runs)
    }

    /// Four margins more of either, beginning at any stage: found in that stage, before its sample is full.
    @Test(arguments: Self.steps, [Release(failed: 0.22, abandoned: 0.08), Release(failed: 0.02, abandoned: 0.28)])
    func `with a bad release steps back within the sample, to the stage before`(since: Int, bad: Release) {
        var generator = SeededGenerator(seed: 3)
        let runs = 100
        // The stages before the last good one say nothing about this.
        let index = Self.steps.firstIndex(of: since) ?? 0
        let steps = Array(Self.steps[max(0, index - 1)...])
        let backs = (0..<runs).map { _ in
            self.run(steps, streaming: { $0 >= since ? bad : Self.good }, using: &generator)
        }

        let found = backs.filter { $0?.percent == since }
        #expect(found.count * 100 >= runs * 99)
        for verdict in found.compactMap(\.self) {
            #expect(verdict.streaming.messages < Self.rules.sample + 10)
            #expect(verdict.finding == (bad.failed > 0.1 ? .moreFailures : .moreAbandons))
            let earlier = [0] + Self.steps[..<index]
            #expect(StepBack.target(from: since, earlier: earlier.reversed()) == earlier.last)
        }
    }

    /// A fault that comes only after the guard has said "no worse".
    @Test func `finds what breaks later, too`() {
        var generator = SeededGenerator(seed: 4)
        var comparison = RolloutComparison(percent: 25, since: .zero, rules: Self.rules)
        var findings: [RolloutVerdict.Finding] = []
        for message in 0..<10_000 where findings.last?.isWorse != true {
            let bad = Release(failed: 0.4, abandoned: 0)
            self.count(in: &comparison, streaming: message < 5000 ? Self.good : bad, using: &generator)
            if let verdict = comparison.verdict() { findings.append(verdict.finding) }
        }

        #expect(findings.first == .noWorse && findings.last == .moreFailures)
    }

    @Test func `rests where nobody is left to compare with`() {
        var generator = SeededGenerator(seed: 6)
        for percent in [0, 100] {
            var comparison = RolloutComparison(percent: percent, since: .zero, rules: Self.rules)
            for _ in 0..<1000 {
                self.count(in: &comparison, streaming: Release(failed: 1, abandoned: 0), using: &generator)
            }
            #expect(!comparison.canCompare && comparison.verdict() == nil)
        }
    }

    /// The verdict that made it step back; `nil` when it came through.
    private func run(
        _ steps: [Int] = Self.steps,
        _ rules: GuardRules = Self.rules,
        streaming release: (_ percent: Int) -> Release,
        using generator: inout SeededGenerator
    ) -> RolloutVerdict? {
        var previous: RolloutComparison?
        for (stage, percent) in steps.enumerated() {
            var comparison = RolloutComparison(
                stage: stage,
                percent: percent,
                since: .zero,
                rules: rules,
                after: previous
            )
            var verdict: RolloutVerdict?
            while verdict == nil {
                // As once a second, with some messages between two looks.
                for _ in 0..<10 { self.count(in: &comparison, streaming: release(percent), using: &generator) }
                verdict = comparison.verdict()
            }
            if let verdict, verdict.finding.isWorse { return verdict }
            previous = comparison
        }
        return nil
    }

    /// One message of somebody, whose group is as likely as the per cent says.
    private func count(
        in comparison: inout RolloutComparison,
        streaming: Release,
        using generator: inout SeededGenerator
    ) {
        let group: RolloutGroup = Int.random(in: 0..<100, using: &generator) < comparison.percent ? .streaming : .whole
        let release = group == .streaming ? streaming : Self.good
        let draw = Double.random(in: 0..<1, using: &generator)
        let outcome: GroupTally.Outcome =
            draw < release.failed ? .failed : draw < release.failed + release.abandoned ? .abandoned : .completed
        comparison.count(outcome, nil, in: group)
    }
}

extension Timestamp {
    fileprivate static let zero = Timestamp(milliseconds: 0)
}
