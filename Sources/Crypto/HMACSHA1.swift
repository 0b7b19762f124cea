internal import CCrypto

/// A keyed digest with SHA-1 (RFC 2104), for the one-time passwords of authenticator apps and for nothing else.
package enum HMACSHA1 {
    private static let byteCount = 20

    /// The authentication code of some bytes under a key: twenty bytes.
    package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Self.byteCount)
        let made = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, buffer.baseAddress, nil) != nil
        }
        precondition(made, "OpenSSL cannot compute HMAC-SHA-1: out of memory, or built without it.")
        return output
    }
}
