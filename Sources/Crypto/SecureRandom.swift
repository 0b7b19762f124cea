internal import CCrypto

/// Random numbers that nobody can guess, from OpenSSL's generator.
///
/// For keys, tokens and ids. It is a `RandomNumberGenerator`, so whatever takes an `inout some RandomNumberGenerator`
/// works with this one in production and with a seeded one in tests.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    /// Without any storage a value has no address, and the thread sanitizer crashes on an `inout` of such a value.
    private let storage: UInt8 = 0

    package init() {}

    package mutating func next() -> UInt64 {
        var value: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &value) { unsafe Self.fill($0) }
        return value
    }

    /// As many random bytes as asked for.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            unsafe Self.fill(UnsafeMutableRawBufferPointer(buffer))
            initializedCount = count
        }
    }

    /// Stops the process when the system has no randomness: every secret made afterwards could be guessed.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress, buffer.count > 0 else { return }
        let code = unsafe RAND_bytes(start.assumingMemoryBound(to: UInt8.self), Int32(buffer.count))
        precondition(code == 1, "OpenSSL has no random bytes to give; no secret can be made safely.")
    }
}
