/// How many observations were at most as large as each of some bounds.
package struct Histogram: Sendable, Equatable {
    /// Bounds for durations in seconds, doubling from a millisecond to about two minutes.
    package static let seconds = (0...17).map { 0.001 * Double(1 << $0) }

    /// Upper bounds, rising.
    package let bounds: [Double]
    /// For each bound the observations up to it, those of the smaller bounds among them.
    package private(set) var counts: [UInt64]
    package private(set) var sum = 0.0
    package private(set) var count: UInt64 = 0

    package init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = bounds.map { _ in 0 }
    }

    /// A histogram that was counted elsewhere; `nil` for figures that do not belong together.
    package init?(bounds: [Double], counts: [UInt64], sum: Double, count: UInt64) {
        guard counts.count == bounds.count, zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 }),
            counts.last ?? 0 <= count, sum.isFinite
        else { return nil }
        (self.bounds, self.counts, self.sum, self.count) = (bounds, counts, sum, count)
    }

    package mutating func add(_ value: Double) {
        for (index, bound) in self.bounds.enumerated() where value <= bound { self.counts[index] += 1 }
        self.sum += value
        self.count += 1
    }

    package var mean: Double? { self.count == 0 ? nil : self.sum / Double(self.count) }

    /// About the value that a share of the observations is not above.
    ///
    /// It is taken between two bounds as if the observations lay evenly there, and beyond the last bound is that bound: what
    /// `histogram_quantile` of Prometheus says.
    package func quantile(_ share: Double) -> Double? {
        guard self.count > 0, let last = self.bounds.last else { return nil }
        let rank = share * Double(self.count)
        guard let index = self.counts.firstIndex(where: { Double($0) >= rank }) else { return last }
        let (lower, below) = index == 0 ? (0, 0) : (self.bounds[index - 1], Double(self.counts[index - 1]))
        let within = Double(self.counts[index]) - below
        guard within > 0 else { return self.bounds[index] }
        return lower + (self.bounds[index] - lower) * (rank - below) / within
    }
}
