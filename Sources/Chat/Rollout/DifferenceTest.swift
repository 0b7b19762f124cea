import Glibc

/// Tells whether one rate is above another by more than a margin, however often one looks.
///
/// Each group's messages are draws that fail with an unknown chance, p for streaming and q for whole replies. The null
/// hypothesis is p ≤ q + margin. Against it stands the likelihood of both groups' draws, each averaged over all chances with
/// Jeffreys' weights (Beta(½, ½)):
///
///     M = B(k + ½, n - k + ½) / π        k failures of n draws, for each group
///
/// For any fixed p and q, M over the likelihood of p and q is a martingale that begins at 1, so by Ville's inequality it
/// ever reaches 1/α with a chance of at most α. The evidence here divides by the *greatest* likelihood that the null
/// hypothesis allows, which makes it smaller still: the chance that it ever reaches 1/α while streaming is no worse is at
/// most α, whenever and however often one looks, and however many are in which group.
///
/// Sources: Robbins, "Statistical methods related to the law of the iterated logarithm" (1970), for the mixture;
/// Wasserman, Ramdas, Balakrishnan, "Universal inference" (2020), section 7, for the quotient with the greatest likelihood;
/// Johari, Koomen, Pekelis, Walsh, "Always valid inference" (2022), for looking at any time.
package struct DifferenceTest: Sendable, Equatable {
    /// Draws of one group.
    package struct Draws: Sendable, Equatable {
        package var count = 0
        package var failures = 0

        package init(count: Int = 0, failures: Int = 0) {
            self.count = count
            self.failures = failures
        }

        package var rate: Double { self.count == 0 ? 0 : Double(self.failures) / Double(self.count) }
    }

    /// From 0 to 1: 0.05 is five percentage points.
    package let margin: Double
    /// The chance of an error: that the test ever says "worse" of what is not.
    package let errorRate: Double

    package init(margin: Double, errorRate: Double) {
        self.margin = margin
        self.errorRate = errorRate
    }

    /// Whether the first group's rate is above the second's by more than the margin.
    package func isWorse(_ streaming: Draws, than whole: Draws) -> Bool {
        self.evidence(against: streaming, whole) >= -log(self.errorRate)
    }

    /// The logarithm of the evidence that the first group's rate is above the second's by more than the margin.
    func evidence(against streaming: Draws, _ whole: Draws) -> Double {
        guard streaming.rate > whole.rate + self.margin else { return -.infinity }
        return mixture(streaming) + mixture(whole) - self.greatestLikelihood(streaming, whole)
    }

    /// The greatest logarithm of the likelihood under the null hypothesis, where the draws themselves speak against it.
    ///
    /// The likelihood is log-concave, so it is greatest on the border p = q + margin, where its slope along the border is 0.
    private func greatestLikelihood(_ streaming: Draws, _ whole: Draws) -> Double {
        var (low, high) = (0.0, 1 - self.margin)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let slope = slope(streaming, at: middle + self.margin) + slope(whole, at: middle)
            if slope > 0 { low = middle } else { high = middle }
        }
        let border = (low + high) / 2
        return likelihood(streaming, at: border + self.margin) + likelihood(whole, at: border)
    }
}

/// The logarithm of the likelihood of draws, averaged over all chances with Jeffreys' weights.
private func mixture(_ draws: DifferenceTest.Draws) -> Double {
    let (failures, successes) = (Double(draws.failures), Double(draws.count - draws.failures))
    return logGamma(failures + 0.5) + logGamma(successes + 0.5) - logGamma(failures + successes + 1) - log(Double.pi)
}

private func likelihood(_ draws: DifferenceTest.Draws, at chance: Double) -> Double {
    let (failures, successes) = (Double(draws.failures), Double(draws.count - draws.failures))
    return (failures > 0 ? failures * log(chance) : 0) + (successes > 0 ? successes * log(1 - chance) : 0)
}

/// How the logarithm of the likelihood changes with the chance.
private func slope(_ draws: DifferenceTest.Draws, at chance: Double) -> Double {
    let (failures, successes) = (Double(draws.failures), Double(draws.count - draws.failures))
    return (failures > 0 ? failures / chance : 0) - (successes > 0 ? successes / (1 - chance) : 0)
}

/// The logarithm of the gamma function, for positive numbers: Stirling's series from 8 on, the recurrence below.
///
/// `lgamma` of the C library writes a global variable.
private func logGamma(_ number: Double) -> Double {
    var (x, shift) = (number, 0.0)
    while x < 8 {
        shift += log(x)
        x += 1
    }
    let inverse = 1 / (x * x)
    let series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x
    return (x - 0.5) * log(x) - x + log(2 * Double.pi) / 2 + series - shift
}
