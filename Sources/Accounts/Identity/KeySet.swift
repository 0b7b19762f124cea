internal import Crypto
internal import Identifiers
internal import JSONValue

/// The keys that an identity provider publishes (RFC 7517), as far as they can check a token.
///
/// Keys of other kinds, for other purposes, or too weak are left out.
struct KeySet: Sendable {
    /// No provider has more; what is behind is not read.
    static let mostKeys = 100

    private let keys: [(id: String?, key: VerificationKey)]

    /// `nil` for what is no key set, or one without a key that can be used.
    init?(reading document: [UInt8]) {
        // A provider that publishes something else is told of in the log by whoever asked it.
        guard let json = try? JSON(parsing: document, duplicateKeys: .keepLast),
            let keys = json["keys"]?.array
        else {
            return nil
        }
        self.keys = keys.prefix(Self.mostKeys).compactMap { key in
            Self.key(key).map { (key["kid"]?.string, $0) }
        }
        guard !self.keys.isEmpty else { return nil }
    }

    private static func key(_ json: JSON) -> VerificationKey? {
        guard json["use"].map({ $0 == "sig" }) ?? true,
            json["key_ops"].map({ $0.array?.contains("verify") == true }) ?? true
        else { return nil }
        let key: VerificationKey? =
            switch json["kty"]?.string {
            case "RSA": Self.pair(json, "n", "e").flatMap { VerificationKey(modulus: $0, exponent: $1) }
            case "EC" where json["crv"] == "P-256":
                Self.pair(json, "x", "y").flatMap { VerificationKey(x: $0, y: $1) }
            default: nil
            }
        guard let key, json["alg"].map({ $0.string == key.algorithm.rawValue }) ?? true else {
            return nil
        }
        return key
    }

    private static func pair(_ json: JSON, _ one: String, _ other: String) -> ([UInt8], [UInt8])? {
        guard let one = json[one]?.string.flatMap({ bytes(ofBase64URL: $0) }),
            let other = json[other]?.string.flatMap({ bytes(ofBase64URL: $0) })
        else { return nil }
        return (one, other)
    }

    /// The key of a name and an algorithm; without a name the only one that the algorithm has.
    func key(named id: String?, _ algorithm: VerificationKey.Algorithm) -> VerificationKey? {
        let candidates = self.keys.filter { $0.key.algorithm == algorithm }
        if let id { return candidates.first { $0.id == id }?.key }
        return candidates.count == 1 ? candidates.first?.key : nil
    }
}
