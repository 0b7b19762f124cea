import HTTPTypes

/// Gathers the head of an answer from its lines, those of interim answers and trailers included.
struct ResponseHead {
    /// What libcurl is told about a line.
    enum Verdict: Equatable {
        case taken
        /// The head is larger than anybody sensible sends.
        case tooLarge
    }

    /// Bytes of all lines together; servers themselves accept 8 to 64 KiB.
    static let limit = 64 * 1024

    private(set) var response: HTTPClientResponse?
    private var status = HTTPStatus(0)
    private var version = ""
    private var fields = HTTPFields()
    private var count = 0

    /// Takes one line with its line end.
    mutating func take(line: String) -> Verdict {
        self.count += line.utf8.count
        guard self.count <= Self.limit else { return .tooLarge }
        let line = line.trimmingWhiteSpace
        if self.response != nil {
            // Trailers say nothing to us.
        } else if line.isEmpty {
            self.endHead()
        } else if line.utf8.starts(with: "HTTP/".utf8) {
            self.fields = HTTPFields()
            let words = line.split(separator: " ")
            self.version = String(words[0].dropFirst("HTTP/".count))
            self.status = HTTPStatus(words.dropFirst().first.flatMap { Int($0) } ?? 0)
        } else if let colon = line.firstIndex(of: ":") {
            self.fields.append(String(line[..<colon]), String(line[line.index(after: colon)...]).trimmingWhiteSpace)
        }
        return .taken
    }

    private mutating func endHead() {
        guard self.status.code >= 200 else { return }
        self.response = HTTPClientResponse(status: self.status, fields: self.fields, version: self.version)
    }
}

extension String {
    /// This text without the white space of HTTP at its ends.
    var trimmingWhiteSpace: String {
        func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let bytes = self.utf8
        guard let first = bytes.firstIndex(where: { !isWhiteSpace($0) }),
            let last = bytes.lastIndex(where: { !isWhiteSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}
