internal import Crypto
internal import Identifiers
internal import JSONValue
internal import Observability

/// A signed token as an identity provider writes it (RFC 7515 and 7519), taken apart and not believed yet.
struct IdentityToken: Sendable {
    /// Longer ones are read by nobody.
    static let longest = 16 * 1024
    /// How far the provider's clock may be from ours.
    static let leeway = 60.0
    /// OpenID Connect Core, section 2.
    static let longestSubject = 255

    let algorithm: VerificationKey.Algorithm
    /// The name of the key that it is signed with, where it has one.
    let keyID: String?
    private let claims: JSON
    private let signed: [UInt8]
    private let signature: [UInt8]

    init(reading text: String) throws(IdentityProblem) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3,
            let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = bytes(ofBase64URL: parts[2])
        else { throw .malformed }
        // Whoever reads `crit` must understand all that it names (RFC 7515, section 4.1.11), and nothing is named here.
        guard let algorithm = header["alg"]?.string.flatMap(VerificationKey.Algorithm.init(rawValue:)),
            header["crit"] == nil, Self.isToken(header["typ"])
        else { throw .algorithm }
        if let keyID = header["kid"] {
            guard let name = keyID.string else { throw .malformed }
            self.keyID = name
        } else {
            self.keyID = nil
        }
        self.algorithm = algorithm
        self.claims = claims
        self.signed = Array((parts[0] + "." + parts[1]).utf8)
        self.signature = signature
    }

    private static func object(_ part: Substring) -> JSON? {
        // What is no JSON is no token: there is nothing more to say about it.
        guard let bytes = bytes(ofBase64URL: part), let json = try? JSON(parsing: bytes),
            json.object != nil
        else {
            return nil
        }
        return json
    }

    /// Whether the header calls it a token of who somebody is, or of what they may do (RFC 9068), or says nothing.
    private static func isToken(_ type: JSON?) -> Bool {
        guard let type else { return true }
        return ["jwt", "at+jwt", "application/at+jwt"].contains(type.string?.lowercased() ?? "")
    }

    /// Whether it is signed by the owner of that key, in the one way that is the key's.
    func isSigned(by key: VerificationKey) -> Bool {
        key.algorithm == self.algorithm && key.checks(self.signature, of: self.signed)
    }

    /// Whom it speaks of, if it is meant for here and now.
    func identity(
        for provider: IdentityProvider,
        at now: Timestamp
    ) throws(IdentityProblem)
        -> Identity
    {
        let seconds = Double(now.milliseconds) / 1000
        guard self.claims["iss"]?.string == provider.issuer else { throw .issuer }
        guard self.isMeant(for: provider.audience) else { throw .audience }
        guard let end = self.claims["exp"]?.double, end.isFinite else { throw .malformed }
        guard seconds < end + Self.leeway else { throw .expired }
        for name in ["nbf", "iat"] {
            guard let claim = self.claims[name] else { continue }
            guard let beginning = claim.double else { throw .malformed }
            guard seconds >= beginning - Self.leeway else { throw .early }
        }
        guard let subject = self.claims["sub"]?.string,
            (1...Self.longestSubject).contains(subject.utf8.count),
            subject.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw .subject }
        return Identity(issuer: provider.issuer, subject: subject, endsAt: end)
    }

    private func isMeant(for audience: String) -> Bool {
        switch self.claims["aud"] {
        case .string(let text)?: text == audience
        case .array(let texts)?: texts.contains { $0.string == audience }
        default: false
        }
    }
}
