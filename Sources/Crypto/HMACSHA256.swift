internal import CCrypto

/// A keyed digest that only who has the key can make or check (HMAC with SHA-256, RFC 2104).
package enum HMACSHA256 {
    /// The authentication code of some bytes under a key.
    package static func code(for message: [UInt8], key: [UInt8]) -> Digest {
        var output = [UInt8](repeating: 0, count: Digest.byteCount)
        let made = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, nil) != nil
        }
        guard made, let code = Digest(bytes: output) else {
            preconditionFailure("OpenSSL cannot compute HMAC-SHA-256: out of memory, or built without it.")
        }
        return code
    }
}
