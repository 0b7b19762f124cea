internal import CCrypto

/// Comparisons whose duration tells nothing about where two secrets differ.
package enum ConstantTime {
    /// Whether two byte strings are the same; only their lengths show in the time this takes.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Whether two texts have the same UTF-8 bytes; only their lengths show in the time this takes.
    package static func areEqual(_ left: String, _ right: String) -> Bool {
        Self.areEqual(Array(left.utf8), Array(right.utf8))
    }
}
