import Glibc
import TestSupport
import Testing

@testable import Chat

@Suite struct `The test of a difference` {
    private let test = DifferenceTest(margin: 0.05, errorRate: 0.01)

    /// The stated error rate is the chance to *ever* say "worse", so it is looked after every draw, at the worst place that
    /// the null hypothesis has: exactly the margin apart.
    @Test(arguments: [0.0, 0.02, 0.3])
    func `says "worse" of what is not at most as often as it states, however often one looks`(rate: Double) {
        var generator = SeededGenerator(seed: 11)
        let runs = 2000
        let errors = (0..<runs).filter { _ in
            self.everSaysWorse(streaming: rate + 0.05, whole: rate, messages: 300, using: &generator)
        }

        // 1 % of 2000 is 20, and 14 more are three standard deviations of that.
        #expect(errors.count <= 34)
    }

    @Test func `finds what is worse by far within a few hundred messages`() {
        var generator = SeededGenerator(seed: 12)
        let runs = 300
        let found = (0..<runs).filter { _ in
            self.everSaysWorse(streaming: 0.3, whole: 0.02, messages: 300, using: &generator)
        }

        #expect(found.count >= 298)
    }

    @Test func `has no evidence where the rates are no further apart than the margin`() {
        let streaming = DifferenceTest.Draws(count: 1000, failures: 60)

        #expect(self.test.evidence(against: streaming, .init(count: 1000, failures: 10)) == -.infinity)
        #expect(!self.test.isWorse(.init(), than: .init()))
        #expect(!self.test.isWorse(.init(count: 3, failures: 3), than: .init()))
    }

    /// Both groups' mixtures over the likelihood at 0.525 and 0.475, worked out with exact fractions elsewhere.
    @Test func `agrees with the formula where everything fails and nothing does`() {
        let evidence = self.test.evidence(against: .init(count: 10, failures: 10), .init(count: 10))
        // B(10.5, 0.5) / pi = 46189 / 262144
        let expected = 2 * log(46_189.0 / 262_144.0) - 20 * log(0.525)

        #expect(abs(evidence - expected) < 1e-9)
    }

    private func everSaysWorse(
        streaming: Double,
        whole: Double,
        messages: Int,
        using generator: inout SeededGenerator
    ) -> Bool {
        var (left, right) = (DifferenceTest.Draws(), DifferenceTest.Draws())
        for _ in 0..<messages {
            left.count += 1
            right.count += 1
            if Double.random(in: 0..<1, using: &generator) < streaming { left.failures += 1 }
            if Double.random(in: 0..<1, using: &generator) < whole { right.failures += 1 }
            if self.test.isWorse(left, than: right) { return true }
        }
        return false
    }
}
