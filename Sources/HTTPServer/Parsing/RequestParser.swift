package import HTTPTypes

/// Reads requests out of bytes, however they are cut, by RFC 9112 and without any of its tolerances.
///
/// A line ends with CRLF and with nothing else, a body has one length, and after the first error no byte is read any
/// more. What is held never passes the limits.
package struct RequestParser: Sendable {
    /// What the bytes so far came to.
    package enum Step: Sendable, Equatable {
        /// All bytes are used up and the request is not complete.
        case needsMore
        /// The client waits for `100 Continue`; said once, before the first byte of the body is used.
        case awaitsContinue
        /// A request; `keepsAlive` tells whether the connection may carry another.
        case request(HTTPRequest, keepsAlive: Bool)
    }

    private enum State {
        case requestLine
        case fields(RequestLine)
        case announced(RequestHead)
        case fixedBody(RequestHead, missing: Int)
        case chunkSize(RequestHead)
        case chunk(RequestHead, missing: Int)
        case chunkEnd(RequestHead)
        case trailer(RequestHead)
        case failed(RequestError)
    }

    private let limits: RequestLimits
    private var state = State.requestLine
    private var line = LineBuffer()
    private var fields = HTTPFields()
    private var body: [UInt8] = []
    /// Bytes of field lines, then of chunk extensions, then of the trailer.
    private var spent = 0

    package init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
    }

    /// How far the request is that is being read.
    package enum Stage: Sendable, Equatable {
        case idle, head, body
    }

    package var stage: Stage {
        switch self.state {
        case .requestLine: self.line.isEmpty ? .idle : .head
        case .fields: .head
        case .announced, .fixedBody, .chunkSize, .chunk, .chunkEnd, .trailer, .failed: .body
        }
    }

    /// Takes bytes from the front of `bytes` up to the end of a request, or all of them.
    package mutating func read(_ bytes: inout ArraySlice<UInt8>) throws(RequestError) -> Step {
        do throws(RequestError) {
            while true {
                if let step = try self.advance(&bytes) { return step }
            }
        } catch {
            self.state = .failed(error)
            throw error
        }
    }

    /// One state's work; `nil` when the next state can go on with what is left.
    private mutating func advance(_ bytes: inout ArraySlice<UInt8>) throws(RequestError) -> Step? {
        switch self.state {
        case .requestLine:
            guard let line = try self.takeLine(&bytes, limit: self.limits.requestLine, else: .requestLineTooLong) else {
                return .needsMore
            }
            self.state = .fields(try RequestLine(line))
            self.spent = 0
        case .fields(let requestLine):
            let room = self.limits.fields - self.spent
            guard let line = try self.takeLine(&bytes, limit: room, else: .headersTooLarge) else { return .needsMore }
            guard !line.isEmpty else {
                return try self.headEnded(RequestHead(line: requestLine, fields: self.fields, limits: self.limits))
            }
            try self.add(line)
        case .announced(let head):
            self.bodyBegins(head)
        case .fixedBody(let head, let missing):
            let taken = self.takeBody(&bytes, missing)
            guard taken == missing else {
                self.state = .fixedBody(head, missing: missing - taken)
                return .needsMore
            }
            return self.complete(head)
        case .chunkSize(let head):
            let room = self.limits.chunkExtensions - self.spent + 16
            guard
                let line = try self.takeLine(&bytes, limit: room, else: .malformed(reason: "too many chunk extensions"))
            else { return .needsMore }
            let size = try ChunkSize(line)
            self.spent += size.extensionLength
            guard self.body.count + size.count <= self.limits.body else { throw .bodyTooLarge }
            if size.count == 0 { self.spent = 0 }
            self.state = size.count == 0 ? .trailer(head) : .chunk(head, missing: size.count)
        case .chunk(let head, let missing):
            let taken = self.takeBody(&bytes, missing)
            guard taken == missing else {
                self.state = .chunk(head, missing: missing - taken)
                return .needsMore
            }
            self.state = .chunkEnd(head)
        case .chunkEnd(let head):
            guard
                let line = try self.takeLine(&bytes, limit: 0, else: .malformed(reason: "a chunk is longer than said"))
            else { return .needsMore }
            guard line.isEmpty else { throw .malformed(reason: "a chunk is longer than said") }
            self.state = .chunkSize(head)
        case .trailer(let head):
            let room = self.limits.trailer - self.spent
            guard let line = try self.takeLine(&bytes, limit: room, else: .headersTooLarge) else { return .needsMore }
            guard !line.isEmpty else { return self.complete(head) }
            // Checked like every field, then dropped: nothing here may change what the head said.
            _ = try fieldLine(line)
            self.spent += line.count
        case .failed(let error):
            throw error
        }
        return nil
    }

    private mutating func add(_ line: [UInt8]) throws(RequestError) {
        guard self.fields.lines.count < self.limits.fieldCount else { throw .headersTooLarge }
        let field = try fieldLine(line)
        self.fields.append(field.name, field.value)
        self.spent += line.count + 2
    }

    private mutating func headEnded(_ head: RequestHead) -> Step? {
        guard head.expectsContinue else {
            self.bodyBegins(head)
            return head.body == .none ? self.complete(head) : nil
        }
        self.state = .announced(head)
        return .awaitsContinue
    }

    private mutating func bodyBegins(_ head: RequestHead) {
        self.spent = 0
        switch head.body {
        case .none: self.state = .requestLine
        case .fixed(let count): self.state = .fixedBody(head, missing: count)
        case .chunked: self.state = .chunkSize(head)
        }
    }

    private mutating func complete(_ head: RequestHead) -> Step {
        let request = HTTPRequest(
            method: head.method,
            path: head.path,
            query: head.query,
            version: head.version,
            fields: head.fields,
            body: self.body
        )
        self.state = .requestLine
        self.fields = HTTPFields()
        self.body = []
        return .request(request, keepsAlive: head.keepsAlive)
    }

    /// A whole line without its CRLF; `nil` when it has not come yet.
    private mutating func takeLine(
        _ bytes: inout ArraySlice<UInt8>,
        limit: Int,
        else error: RequestError
    ) throws(RequestError) -> [UInt8]? {
        while let byte = bytes.popFirst() {
            switch try self.line.add(byte) {
            case .incomplete: guard self.line.count <= limit else { throw error }
            case .complete(let line): return line
            }
        }
        return nil
    }

    /// Moves up to `missing` bytes into the body and returns how many there were.
    private mutating func takeBody(_ bytes: inout ArraySlice<UInt8>, _ missing: Int) -> Int {
        let taken = bytes.prefix(missing)
        self.body.append(contentsOf: taken)
        bytes = bytes.dropFirst(taken.count)
        return taken.count
    }
}

/// The line that is being read.
private struct LineBuffer: Sendable {
    enum Progress {
        case incomplete
        case complete([UInt8])
    }

    private var bytes: [UInt8] = []
    private var sawReturn = false

    var count: Int { self.bytes.count }
    var isEmpty: Bool { self.bytes.isEmpty && !self.sawReturn }

    mutating func add(_ byte: UInt8) throws(RequestError) -> Progress {
        if self.sawReturn {
            guard byte == 0x0A else { throw .malformed(reason: "CR without LF") }
            self.sawReturn = false
            defer { self.bytes.removeAll(keepingCapacity: true) }
            return .complete(self.bytes)
        }
        switch byte {
        case 0x0D: self.sawReturn = true
        case 0x0A: throw .malformed(reason: "LF without CR")
        case 0x09, 0x20...0x7E, 0x80...: self.bytes.append(byte)
        default: throw .malformed(reason: "a control character")
        }
        return .incomplete
    }
}

/// A field line taken apart (RFC 9112, section 5): a token, at once a colon, a value.
private func fieldLine(_ line: [UInt8]) throws(RequestError) -> HTTPFields.Field {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        throw .malformed(reason: "a field without a colon")
    }
    let name = line[..<colon]
    // An underscore is a token character, but gateways that turn `-` into `_` would make two names one.
    guard !name.isEmpty, name.allSatisfy({ isTokenByte($0) && $0 != UInt8(ascii: "_") }) else {
        throw .malformed(reason: "a field name that is no token")
    }
    let value = trimmed(line[(colon + 1)...])
    return HTTPFields.Field(name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
}

/// The line before a chunk: its size in hexadecimal, perhaps extensions (RFC 9112, section 7.1).
private struct ChunkSize {
    let count: Int
    let extensionLength: Int

    init(_ line: [UInt8]) throws(RequestError) {
        let digits = line.prefix { hexDigit($0) != nil }
        guard !digits.isEmpty else { throw .malformed(reason: "a chunk without a size") }
        // Sixteen digits of zeros would be a size too; nobody who means well writes more than eight.
        guard digits.count <= 8 else { throw .malformed(reason: "a chunk size of more than eight digits") }
        self.count = digits.reduce(0) { $0 << 4 | Int(hexDigit($1) ?? 0) }
        let rest = line[digits.endIndex...]
        self.extensionLength = rest.count
        guard rest.isEmpty || (rest.first == UInt8(ascii: ";") && isExtension(rest.dropFirst())) else {
            throw .malformed(reason: "a chunk size with something behind it")
        }
    }
}

/// Whether the bytes are `name[=value]` pairs between semicolons, values being tokens or quoted.
private func isExtension(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    repeat {
        guard takeToken(&rest) else { return false }
        if rest.first == UInt8(ascii: "=") {
            rest.removeFirst()
            guard takeQuoted(&rest) || takeToken(&rest) else { return false }
        }
        guard let next = rest.popFirst() else { return true }
        guard next == UInt8(ascii: ";") else { return false }
    } while true
}

private func takeToken(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    let token = bytes.prefix(while: isTokenByte)
    bytes = bytes.dropFirst(token.count)
    return !token.isEmpty
}

private func takeQuoted(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "\"") else { return false }
    bytes.removeFirst()
    while let byte = bytes.popFirst() {
        if byte == UInt8(ascii: "\"") { return true }
        if byte == UInt8(ascii: "\\"), bytes.popFirst() == nil { return false }
    }
    return false
}
