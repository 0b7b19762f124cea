/// How often something took how long: 32 steps for each doubling, so a quantile is right to about 3 %.
struct Histogram: Sendable {
    private static let steps = 32

    private(set) var count = 0
    private var counts: [Int: Int] = [:]
    private var longest: UInt64 = 0

    /// Adds a duration in nanoseconds.
    mutating func add(_ nanoseconds: UInt64) {
        self.counts[Self.step(of: nanoseconds), default: 0] += 1
        self.count += 1
        self.longest = max(self.longest, nanoseconds)
    }

    mutating func merge(_ other: Histogram) {
        self.counts.merge(other.counts, uniquingKeysWith: +)
        self.count += other.count
        self.longest = max(self.longest, other.longest)
    }

    /// The duration in milliseconds that this share stays below; -1 of nothing.
    func quantile(_ share: Double) -> Double {
        var seen = 0
        for (step, count) in self.counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if Double(seen) >= share * Double(self.count) { return Self.upperBound(of: step) / 1e6 }
        }
        return -1
    }

    var summary: String {
        "{\"p50\": \(self.quantile(0.5)), \"p99\": \(self.quantile(0.99)), \"max\": \(Double(self.longest) / 1e6)}"
    }

    private static func step(of value: UInt64) -> Int {
        guard value >= UInt64(Self.steps) else { return Int(value) }
        let exponent = UInt64.bitWidth - 1 - value.leadingZeroBitCount
        return (exponent - 4) * Self.steps + Int(value >> UInt64(exponent - 5)) - Self.steps
    }

    private static func upperBound(of step: Int) -> Double {
        guard step >= Self.steps else { return Double(step) }
        let exponent = step / Self.steps + 4
        return Double(UInt64(step % Self.steps + Self.steps + 1) << UInt64(exponent - 5))
    }
}
