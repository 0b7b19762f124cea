internal import CCrypto

/// The slow hash function for passwords (RFC 9106), computed on the thread that asks for it.
///
/// One takes tens of milliseconds, and no loop has those; ``PasswordHasher`` has threads for it.
enum Argon2id {
    /// The system has not the memory that one hash needs.
    struct OutOfMemory: Error {}

    private static let digestCount = 32

    /// The hash of a password's UTF-8 bytes, with a salt of at least eight bytes.
    static func hash(_ password: String, salt: [UInt8], cost: PasswordHash.Cost) throws(OutOfMemory) -> PasswordHash {
        let (memory, passes, lanes) = (UInt32(cost.kibibytes), UInt32(cost.passes), UInt32(cost.lanes))
        let size = argon2_encodedlen(passes, memory, lanes, UInt32(salt.count), UInt32(Self.digestCount), Argon2_id)
        let bytes = Array(password.utf8)
        var text = [CChar](repeating: 0, count: size)
        let code = unsafe argon2id_hash_encoded(
            passes,
            memory,
            lanes,
            bytes,
            bytes.count,
            salt,
            salt.count,
            Self.digestCount,
            &text,
            size
        )
        if code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue { throw OutOfMemory() }
        let written = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard code == ARGON2_OK.rawValue, let hash = PasswordHash(written) else {
            preconditionFailure("libargon2 cannot hash with a cost of our own: code \(code)")
        }
        return hash
    }

    /// Whether the hash is one of that password; takes as long for a wrong one.
    static func verify(_ password: String, against hash: PasswordHash) throws(OutOfMemory) -> Bool {
        let bytes = Array(password.utf8)
        let code = unsafe argon2id_verify(hash.text, bytes, bytes.count)
        if code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue { throw OutOfMemory() }
        return code == ARGON2_OK.rawValue
    }
}
