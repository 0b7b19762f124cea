import Glibc

/// The seeds of a property's cases: a hundred, or the one in `PROPERTY_SEED`.
///
/// A test that takes its seed from here as an argument prints it when it fails, and
/// `PROPERTY_SEED=41 swift test --filter "…"` runs that case alone. `PROPERTY_STEP=5` takes every fifth, as where a
/// sanitizer runs, which finds the same in each.
package enum Seeds {
    package static let all: [UInt64] = {
        if let seed = number(in: "PROPERTY_SEED") { return [seed] }
        return Array(stride(from: 1, through: 100, by: max(1, number(in: "PROPERTY_STEP").map(Int.init) ?? 1)))
    }()

    private static func number(in name: String) -> UInt64? {
        unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) }
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014): the same on every machine.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension Array {
    /// These elements in pieces of random length, none empty.
    package func cutAtRandom(using generator: inout some RandomNumberGenerator) -> [[Element]] {
        var pieces: [[Element]] = []
        var rest = self[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...Swift.max(1, Swift.min(rest.count, 16)), using: &generator)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
