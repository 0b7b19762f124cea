/// A complete request, as it came over the wire: every part is valid by RFC 9110 and 9112, nothing is decoded yet.
package struct HTTPRequest: Sendable, Equatable {
    package let method: HTTPMethod
    /// The path as sent, always beginning with `/` (or `*`).
    package let path: String
    /// What followed `?`, as sent; `nil` without one.
    ///
    /// It may hold secrets and never goes into a log.
    package let query: String?
    package let version: HTTPVersion
    package let fields: HTTPFields
    package let body: [UInt8]

    package init(
        method: HTTPMethod,
        path: String,
        query: String? = nil,
        version: HTTPVersion = .http11,
        fields: HTTPFields = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.version = version
        self.fields = fields
        self.body = body
    }
}

/// What a request asks for; any token is one, few are served.
package struct HTTPMethod: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let delete = HTTPMethod(rawValue: "DELETE")
    package static let options = HTTPMethod(rawValue: "OPTIONS")
}

/// The protocol versions that are spoken.
package enum HTTPVersion: Sendable {
    case http10, http11
}

/// The parameters of a query string or of a form body (`application/x-www-form-urlencoded`).
package struct QueryParameters: Sendable, Equatable {
    private let values: [String: String]

    /// Decodes `text`; `nil` when an escape is broken, the bytes are not UTF-8, or a name comes twice.
    ///
    /// A name that comes twice has no one meaning, and guessing which was meant is how checks are walked around.
    package init?(_ text: String) {
        var values: [String: String] = [:]
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0]), let value = decoded(halves.count > 1 ? halves[1] : ""[...].utf8) else {
                return nil
            }
            guard values.updateValue(value, forKey: name) == nil else { return nil }
        }
        self.values = values
    }

    package subscript(name: String) -> String? { self.values[name] }
}

/// Undoes `%XX` and `+`; `nil` when an escape is broken or the result is not UTF-8.
private func decoded(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "+"):
            bytes.append(UInt8(ascii: " "))
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        default:
            bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}

/// The value of an ASCII hexadecimal digit; `nil` for every other byte.
package func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
