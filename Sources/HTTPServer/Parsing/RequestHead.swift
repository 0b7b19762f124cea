import HTTPTypes

/// A request line and its fields, checked as a whole: what they say about the body and the connection has one meaning.
struct RequestHead: Sendable, Equatable {
    /// How the body is carried.
    enum Body: Sendable, Equatable {
        case none
        case fixed(Int)
        case chunked
    }

    let method: HTTPMethod
    let path: String
    let query: String?
    let version: HTTPVersion
    let fields: HTTPFields
    let body: Body
    /// Whether another request may follow on the connection.
    let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool

    init(line: RequestLine, fields: HTTPFields, limits: RequestLimits) throws(RequestError) {
        self.method = line.method
        self.version = line.version
        self.fields = fields
        self.body = try Self.body(of: fields, version: line.version, limits: limits)

        let hosts = fields.all("Host")
        guard hosts.count == 1 || (hosts.isEmpty && line.version == .http10) else {
            throw .malformed(reason: "a request has exactly one Host")
        }
        guard hosts.allSatisfy(isHost) else { throw .malformed(reason: "Host is no host and port") }
        guard line.authority == nil || line.authority == hosts.first else {
            throw .malformed(reason: "Host and the request's target name two hosts")
        }
        self.path = line.path
        self.query = line.query

        let options = fields.all("Connection").flatMap { tokens(in: $0) }
        self.keepsAlive =
            line.version == .http11 ? !options.contains("close") : options.contains("keep-alive")

        let expectations = fields.all("Expect")
        guard expectations.allSatisfy({ tokens(in: $0) == ["100-continue"] }) else { throw .unknownExpectation }
        self.expectsContinue = !expectations.isEmpty && line.version == .http11 && self.body != .none
    }

    /// RFC 9112, section 6.3, without the readings that it merely tolerates.
    private static func body(
        of fields: HTTPFields,
        version: HTTPVersion,
        limits: RequestLimits
    ) throws(RequestError) -> Body {
        let lengths = fields.all("Content-Length")
        let codings = fields.all("Transfer-Encoding")
        guard codings.isEmpty else {
            guard lengths.isEmpty else { throw .malformed(reason: "Content-Length beside Transfer-Encoding") }
            guard version == .http11 else { throw .malformed(reason: "Transfer-Encoding in HTTP/1.0") }
            guard codings.count == 1 else { throw .malformed(reason: "two Transfer-Encoding fields") }
            guard codings[0].utf8.map(lowercasedASCII) == Array("chunked".utf8) else { throw .unknownTransferCoding }
            return .chunked
        }
        guard let length = lengths.first else { return .none }
        guard lengths.count == 1 else { throw .malformed(reason: "two Content-Length fields") }
        guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed(reason: "Content-Length is no number")
        }
        guard length.utf8.count <= 18, let count = Int(length), count <= limits.body else { throw .bodyTooLarge }
        return count == 0 ? .none : .fixed(count)
    }
}

/// A request line: method, target and version.
struct RequestLine: Sendable, Equatable {
    let method: HTTPMethod
    /// The host of a target in absolute form.
    let authority: String?
    let path: String
    let query: String?
    let version: HTTPVersion

    /// Reads a line without its CRLF (RFC 9112, section 3): one space between its three words and nothing else.
    init(_ line: [UInt8]) throws(RequestError) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3 else { throw .malformed(reason: "a request line has three words") }
        guard !words[0].isEmpty, words[0].count <= 32, words[0].allSatisfy(isTokenByte) else {
            throw .malformed(reason: "the method is no token")
        }
        self.method = HTTPMethod(rawValue: String(decoding: words[0], as: UTF8.self))
        self.version = try Self.version(words[2])

        var target = words[1]
        guard !target.isEmpty, isTarget(target) else {
            throw .malformed(reason: "the target has a byte that no URL has")
        }
        self.authority = try Self.takeAuthority(from: &target)
        guard target.first == UInt8(ascii: "/") || (target.elementsEqual("*".utf8) && self.method == .options) else {
            throw .malformed(reason: "the target is no path")
        }
        let halves = target.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        self.path = String(decoding: halves[0], as: UTF8.self)
        self.query = halves.count == 2 ? String(decoding: halves[1], as: UTF8.self) : nil
    }

    /// The form that clients send to a proxy, which a server must accept too (RFC 9112, section 3.2.2).
    private static func takeAuthority(from target: inout ArraySlice<UInt8>) throws(RequestError) -> String? {
        let scheme = Array("http://".utf8)
        guard target.prefix(scheme.count).map(lowercasedASCII) == scheme else { return nil }
        let rest = target.dropFirst(scheme.count)
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let authority = String(decoding: rest[..<end], as: UTF8.self)
        guard isHost(authority) else { throw .malformed(reason: "the target's host is none") }
        target = end == rest.endIndex ? Array("/".utf8)[...] : rest[end...]
        return authority
    }

    private static func version(_ word: ArraySlice<UInt8>) throws(RequestError) -> HTTPVersion {
        if word.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if word.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let word = Array(word)
        guard word.count == 8, word.starts(with: "HTTP/".utf8), isDigit(word[5]), word[6] == UInt8(ascii: "."),
            isDigit(word[7])
        else { throw .malformed(reason: "the version is none") }
        throw .versionNotSupported
    }
}

/// Whether a target is made of the characters of RFC 3986, with whole escapes.
private func isTarget(_ target: ArraySlice<UInt8>) -> Bool {
    var rest = target
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "%"):
            guard rest.popFirst().flatMap(hexDigit) != nil, rest.popFirst().flatMap(hexDigit) != nil else {
                return false
            }
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            continue
        default:
            guard "-._~:/?[]@!$&'()*+,;=".utf8.contains(byte) else { return false }
        }
    }
    return true
}

/// Whether `text` is a host name or address, perhaps with a port.
private func isHost(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            isDigit(byte) || (0x61...0x7A).contains(lowercasedASCII(byte)) || "-._:[]".utf8.contains(byte)
        }
}

/// The comma-separated words of a field value, in lower case.
func tokens(in value: String) -> [String] {
    value.utf8.split(separator: UInt8(ascii: ",")).map { word in
        String(decoding: trimmed(word.map(lowercasedASCII)[...]), as: UTF8.self)
    }
}

/// The bytes without spaces and tabs at their ends.
func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
        let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
    else { return [] }
    return bytes[first...last]
}

/// Whether the byte may stand in a token (RFC 9110, section 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
