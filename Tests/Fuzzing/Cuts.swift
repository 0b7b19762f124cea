import TestSupport

extension [UInt8] {
    /// Up to this size, in bytes, an input is cut in two at every place; byte by byte, that is a thousand feeds or so.
    private static let smallInput = 64

    /// Hands over these bytes cut in many ways: byte by byte, in random pieces, and in two at every place.
    ///
    /// An input that is not small is cut in two at some places only. What is random is drawn from the bytes themselves, so
    /// an input always means the same.
    func forEachCut(_ body: ([[UInt8]]) throws -> Void) rethrows {
        var generator = SeededGenerator(seed: self.fingerprint)
        try body(self.map { [$0] })
        try body(self.cutAtRandom(using: &generator))
        let places =
            self.count <= Self.smallInput
            ? Array<Int>(0...self.count) : (0..<8).map { _ in Int.random(in: 0...self.count, using: &generator) }
        for place in places { try body([Array(self[..<place]), Array(self[place...])]) }
    }

    /// A number that the bytes determine (FNV-1a).
    var fingerprint: UInt64 {
        self.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
