import Crypto
import HTTPTypes

/// What tells one content of a resource from another (RFC 9110, section 8.8.3).
struct EntityTag: Sendable, Equatable {
    /// The first 132 bits of the content's SHA-256, as base64url.
    let digest: String

    /// As it stands in the field `ETag`.
    var text: String { "\"\(self.digest)\"" }

    init(of content: [UInt8]) {
        self.digest = String(SHA256.digest(of: content).base64URL.prefix(22))
    }

    /// Whether the client has this content already: `If-None-Match` names it (section 13.1.2; weak and strong compare
    /// alike there).
    func isKnown(to request: HTTPRequest) -> Bool {
        (request.fields["If-None-Match"] ?? "").split(separator: ",").contains { candidate in
            let candidate = candidate.drop { $0 == " " }.prefix { $0 != " " }
            return candidate == "*" || candidate == self.text || candidate == "W/" + self.text
        }
    }
}
