internal import CCrypto

/// A public key that signatures are checked with, each kind by the one algorithm that it is for.
///
/// A check takes some ten microseconds and no lock that another check waits for.
@safe
package final class VerificationKey: Sendable {
    /// The algorithms there are, by their names in RFC 7518, section 3.1.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        case rs256 = "RS256"
        /// ECDSA with NIST's curve P-256 and SHA-256.
        case es256 = "ES256"
    }

    /// How long an RSA modulus is, in bits: shorter ones are broken, longer ones only cost time.
    private static let modulusBits = 2048...8192

    package let algorithm: Algorithm
    /// OpenSSL's key, which nobody changes after it was made; checks by many threads only read it.
    private nonisolated(unsafe) let key: OpaquePointer

    /// An RSA key of its modulus and exponent, the highest byte first; `nil` when that makes none that is strong enough.
    package init?(modulus: [UInt8], exponent: [UInt8]) {
        let modulus = modulus.drop { $0 == 0 }
        let exponent = exponent.drop { $0 == 0 }
        guard let highest = modulus.first, let last = modulus.last, let lowest = exponent.last,
            Self.modulusBits.contains(modulus.count * 8 - highest.leadingZeroBitCount), last & 1 == 1,
            exponent.count <= 4, lowest & 1 == 1, Array(exponent) != [1]
        else { return nil }
        let (numbers, power) = (Array(modulus), Array(exponent))
        guard let key = unsafe crypto_rsa_key(numbers, numbers.count, power, power.count) else {
            return nil
        }
        self.algorithm = .rs256
        unsafe self.key = key
    }

    /// A key on the curve P-256 of the two coordinates of its point, thirty-two bytes each; `nil` when it is not on it.
    package init?(x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32, let key = unsafe crypto_p256_key(x, y) else { return nil }
        self.algorithm = .es256
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(self.key)
    }

    /// Whether a signature is that of some bytes by the owner of this key.
    package func checks(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        switch self.algorithm {
        case .rs256:
            return unsafe crypto_checks_rs256(self.key, signature, signature.count, bytes, bytes.count)
                == 1
        case .es256:
            guard signature.count == 64 else { return false }
            return unsafe crypto_checks_es256(self.key, signature, bytes, bytes.count) == 1
        }
    }
}
