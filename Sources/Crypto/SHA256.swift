internal import CCrypto

/// The SHA-256 hash function (FIPS 180-4).
package enum SHA256 {
    /// The digest of some bytes.
    package static func digest(of bytes: [UInt8]) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe Self.digest(of: $0) }
    }

    /// The digest of a text's UTF-8 bytes.
    package static func digest(of text: String) -> Digest {
        var text = text
        return text.withUTF8 { unsafe Self.digest(of: UnsafeRawBufferPointer($0)) }
    }

    private static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var output = [UInt8](repeating: 0, count: Digest.byteCount)
        let code = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, nil, EVP_sha256(), nil)
        }
        guard code == 1, let digest = Digest(bytes: output) else {
            preconditionFailure("OpenSSL cannot compute SHA-256: out of memory, or built without it.")
        }
        return digest
    }
}
