extension JSON {
    /// What to do with a key that an object has twice.
    package enum DuplicateKeys: Sendable {
        /// Refuse the text: two readers could see two different requests in it.
        case reject
        /// Let the last one win, as most readers do, for text that somebody else is answerable for.
        case keepLast
    }

    /// How deep arrays and objects may lie in each other, which bounds the stack.
    package static let maximumDepth = 64

    /// Reads one JSON text strictly by RFC 8259, with nothing before or after it but white space.
    ///
    /// The bytes must be UTF-8. The escape of half a surrogate pair becomes U+FFFD. The caller bounds the size; the value
    /// takes a small multiple of it.
    package init(parsing bytes: [UInt8], duplicateKeys: DuplicateKeys = .reject) throws(ParsingError) {
        try self.init(parsing: bytes.span, duplicateKeys: duplicateKeys)
    }

    /// Reads one JSON text.
    package init(parsing text: String, duplicateKeys: DuplicateKeys = .reject) throws(ParsingError) {
        var parser = JSONParser(duplicateKeys: duplicateKeys)
        self = try parser.text(text.utf8.span)
    }

    /// Reads one JSON text.
    package init(parsing bytes: Span<UInt8>, duplicateKeys: DuplicateKeys = .reject) throws(ParsingError) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            throw ParsingError(reason: .notUTF8, offset: error.byteOffsets.lowerBound)
        }
        var parser = JSONParser(duplicateKeys: duplicateKeys)
        self = try parser.text(bytes)
    }

    /// Why a text is not JSON, and where.
    package struct ParsingError: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong at the offset.
        package enum Reason: String, Sendable {
            case notUTF8 = "bytes that are not UTF-8"
            case endsEarly = "the text ends too early"
            case unexpectedByte = "an unexpected byte"
            case invalidNumber = "a number that is not written as JSON wants it"
            case invalidEscape = "an unknown escape"
            case controlCharacter = "a control character inside a string"
            case duplicateKey = "a key that the object already has"
            case tooDeep = "arrays and objects nested too deep"
        }

        package let reason: Reason
        /// Bytes from the start of the text.
        package let offset: Int

        package init(reason: Reason, offset: Int) {
            self.reason = reason
            self.offset = offset
        }

        package var description: String { "not JSON: \(self.reason.rawValue), at byte \(self.offset)" }
    }
}

/// A reader's place in a text of valid UTF-8, which is handed in with every call since a copyable struct cannot hold it.
private struct JSONParser {
    private let duplicateKeys: JSON.DuplicateKeys
    private var offset = 0
    private var depth = 0

    init(duplicateKeys: JSON.DuplicateKeys) {
        self.duplicateKeys = duplicateKeys
    }

    mutating func text(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> JSON {
        self.skipWhiteSpace(bytes)
        let value = try self.value(bytes)
        self.skipWhiteSpace(bytes)
        guard self.offset == bytes.count else { throw self.error(.unexpectedByte) }
        return value
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> JSON {
        switch try self.peek(bytes) {
        case UInt8(ascii: "{"): return try self.object(bytes)
        case UInt8(ascii: "["): return try self.array(bytes)
        case UInt8(ascii: "\""): return .string(try self.string(bytes))
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try self.literal("null", .null, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try self.number(bytes))
        default: throw self.error(.unexpectedByte)
        }
    }

    private mutating func literal(
        _ name: StaticString,
        _ value: JSON,
        _ bytes: Span<UInt8>
    ) throws(JSON.ParsingError) -> JSON {
        for expected in name.description.utf8 { try self.expect(expected, bytes) }
        return value
    }

    // MARK: Containers

    private mutating func array(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> JSON {
        try self.descend()
        self.offset += 1
        self.skipWhiteSpace(bytes)
        var elements: [JSON] = []
        if try self.peek(bytes) == UInt8(ascii: "]") {
            self.offset += 1
        } else {
            repeat {
                self.skipWhiteSpace(bytes)
                elements.append(try self.value(bytes))
            } while try self.continues(until: UInt8(ascii: "]"), bytes)
        }
        self.depth -= 1
        return .array(elements)
    }

    private mutating func object(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> JSON {
        try self.descend()
        self.offset += 1
        self.skipWhiteSpace(bytes)
        var members = MemberList()
        if try self.peek(bytes) == UInt8(ascii: "}") {
            self.offset += 1
        } else {
            repeat {
                try self.member(of: &members, bytes)
            } while try self.continues(until: UInt8(ascii: "}"), bytes)
        }
        self.depth -= 1
        return .object(JSON.Object(members.members))
    }

    private mutating func member(of members: inout MemberList, _ bytes: Span<UInt8>) throws(JSON.ParsingError) {
        self.skipWhiteSpace(bytes)
        let start = self.offset
        guard try self.peek(bytes) == UInt8(ascii: "\"") else { throw self.error(.unexpectedByte) }
        let key = try self.string(bytes)
        self.skipWhiteSpace(bytes)
        try self.expect(UInt8(ascii: ":"), bytes)
        self.skipWhiteSpace(bytes)
        let isNew = members.set(key, to: try self.value(bytes))
        guard isNew || self.duplicateKeys == .keepLast else {
            throw JSON.ParsingError(reason: .duplicateKey, offset: start)
        }
    }

    /// Whether a comma announces more; otherwise the container has ended.
    private mutating func continues(until end: UInt8, _ bytes: Span<UInt8>) throws(JSON.ParsingError) -> Bool {
        self.skipWhiteSpace(bytes)
        let byte = try self.peek(bytes)
        guard byte == UInt8(ascii: ",") || byte == end else { throw self.error(.unexpectedByte) }
        self.offset += 1
        return byte != end
    }

    private mutating func descend() throws(JSON.ParsingError) {
        guard self.depth < JSON.maximumDepth else { throw self.error(.tooDeep) }
        self.depth += 1
    }

    // MARK: Strings

    private mutating func string(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> String {
        self.offset += 1
        let start = self.offset
        while true {
            switch try self.peek(bytes) {
            case UInt8(ascii: "\""):
                self.offset += 1
                return JSONText.string(bytes.extracting(start..<self.offset - 1))
            case UInt8(ascii: "\\"):
                return try self.escapedString(from: start, bytes)
            case 0..<0x20:
                throw self.error(.controlCharacter)
            default:
                self.offset += 1
            }
        }
    }

    /// The string that begins at `start` and has its first escape here.
    private mutating func escapedString(from start: Int, _ bytes: Span<UInt8>) throws(JSON.ParsingError) -> String {
        var content = JSONText.bytes(bytes.extracting(start..<self.offset))
        while true {
            let byte = try self.peek(bytes)
            switch byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                let rest = bytes.extracting(self.offset..<bytes.count)
                guard let escape = JSONText.unescape(rest, into: &content) else {
                    throw self.error(.invalidEscape)
                }
                self.offset += escape
            case 0..<0x20:
                throw self.error(.controlCharacter)
            default:
                content.append(byte)
                self.offset += 1
            }
        }
    }

    // MARK: Numbers

    private mutating func number(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> JSON.Number {
        let start = self.offset
        self.skip(UInt8(ascii: "-"), bytes)
        if !self.skip(UInt8(ascii: "0"), bytes) { try self.digits(bytes) }
        if self.skip(UInt8(ascii: "."), bytes) { try self.digits(bytes) }
        if self.skip(UInt8(ascii: "e"), bytes) || self.skip(UInt8(ascii: "E"), bytes) {
            if !self.skip(UInt8(ascii: "+"), bytes) { self.skip(UInt8(ascii: "-"), bytes) }
            try self.digits(bytes)
        }
        return JSON.Number(checked: JSONText.string(bytes.extracting(start..<self.offset)))
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSON.ParsingError) {
        let start = self.offset
        while self.offset < bytes.count, isDigit(bytes[self.offset]) { self.offset += 1 }
        guard self.offset > start else { throw self.error(.invalidNumber) }
    }

    // MARK: Bytes

    private func peek(_ bytes: Span<UInt8>) throws(JSON.ParsingError) -> UInt8 {
        guard self.offset < bytes.count else { throw self.error(.endsEarly) }
        return bytes[self.offset]
    }

    private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSON.ParsingError) {
        guard try self.peek(bytes) == byte else { throw self.error(.unexpectedByte) }
        self.offset += 1
    }

    @discardableResult
    private mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard self.offset < bytes.count, bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func skipWhiteSpace(_ bytes: Span<UInt8>) {
        while self.offset < bytes.count, JSONText.isWhiteSpace(bytes[self.offset]) { self.offset += 1 }
    }

    private func error(_ reason: JSON.ParsingError.Reason) -> JSON.ParsingError {
        JSON.ParsingError(reason: reason, offset: self.offset)
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// The members of an object that is being read, with an index once comparing with each would be quadratic.
private struct MemberList {
    private(set) var members: [JSON.Object.Member] = []
    private var places: [[UInt8]: Int] = [:]
    /// Up to here comparing is cheaper than hashing; the figure is not critical.
    private static let indexedFrom = 16

    /// Adds a member or replaces the value that its key had; tells whether the key was new.
    mutating func set(_ key: String, to value: JSON) -> Bool {
        if let place = self.place(of: key) {
            self.members[place].value = value
            return false
        }
        self.members.append(JSON.Object.Member(key: key, value: value))
        if self.members.count == Self.indexedFrom {
            for (place, member) in self.members.enumerated() { self.places[Array(member.key.utf8)] = place }
        } else if self.members.count > Self.indexedFrom {
            self.places[Array(key.utf8)] = self.members.count - 1
        }
        return true
    }

    private func place(of key: String) -> Int? {
        guard self.members.count < Self.indexedFrom else { return self.places[Array(key.utf8)] }
        return self.members.firstIndex { hasSameBytes($0.key, key) }
    }
}
