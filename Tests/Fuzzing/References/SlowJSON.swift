import JSONValue

/// A reader of JSON that follows the grammar of RFC 8259 production by production, and is slow.
///
/// Every function takes what it can from the front of `rest`, or answers `nil`.
struct SlowJSON {
    private var rest: Substring.UnicodeScalarView
    private var depth = 0
    private let keepsLast: Bool

    /// The value that the bytes mean; `nil` when they are no JSON text.
    static func read(_ bytes: [UInt8], keepsLast: Bool) -> PlainJSON? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = SlowJSON(rest: text.unicodeScalars[...], keepsLast: keepsLast)
        guard let value = reader.value(), reader.rest.isEmpty else { return nil }
        return value
    }

    // `ws value ws`
    private mutating func value() -> PlainJSON? {
        self.whiteSpace()
        guard let value = self.valueItself() else { return nil }
        self.whiteSpace()
        return value
    }

    /// `false / null / true / object / array / number / string`, told apart by their first character.
    private mutating func valueItself() -> PlainJSON? {
        switch self.rest.first {
        case "{": self.object()
        case "[": self.array()
        case "\"": self.text()
        case "f", "n", "t": self.word()
        default: self.number()
        }
    }

    private mutating func whiteSpace() {
        while let first = self.rest.first, " \t\n\r".unicodeScalars.contains(first) { self.rest.removeFirst() }
    }

    // `false / null / true`
    private mutating func word() -> PlainJSON? {
        for word in ["false", "null", "true"] where self.take(word) { return .word(word) }
        return nil
    }

    // `begin-array [ value *( value-separator value ) ] end-array`
    private mutating func array() -> PlainJSON? {
        self.nested("[", "]") { reader in
            reader.list("]") { $0.value() }.map(PlainJSON.array)
        }
    }

    // `begin-object [ member *( value-separator member ) ] end-object`
    private mutating func object() -> PlainJSON? {
        self.nested("{", "}") { reader in
            reader.list("}") { $0.member() }.flatMap(reader.joined).map(PlainJSON.object)
        }
    }

    private mutating func nested(
        _ begin: String,
        _ end: String,
        _ content: (inout Self) -> PlainJSON?
    ) -> PlainJSON? {
        guard self.depth < JSON.maximumDepth, self.take(begin) else { return nil }
        self.depth += 1
        defer { self.depth -= 1 }
        guard let value = content(&self), self.take(end) else { return nil }
        return value
    }

    private mutating func list<Element>(_ end: String, _ element: (inout Self) -> Element?) -> [Element]? {
        self.whiteSpace()
        var elements: [Element] = []
        if String(self.rest.prefix(1)) == end { return elements }
        repeat {
            guard let next = element(&self) else { return nil }
            elements.append(next)
        } while self.take(",")
        return elements
    }

    // `string name-separator value`
    private mutating func member() -> PlainJSON.Member? {
        self.whiteSpace()
        guard case .string(let key)? = self.text() else { return nil }
        self.whiteSpace()
        guard self.take(":"), let value = self.value() else { return nil }
        return PlainJSON.Member(key: key, value: value)
    }

    /// One member for each key, at the place of its first and with the value of its last; `nil` where that is no answer.
    private func joined(_ members: [PlainJSON.Member]) -> [PlainJSON.Member]? {
        var joined: [PlainJSON.Member] = []
        for member in members {
            if let index = joined.firstIndex(where: { $0.key == member.key }) {
                guard self.keepsLast else { return nil }
                joined[index].value = member.value
            } else {
                joined.append(member)
            }
        }
        return joined
    }

    // `quotation-mark *char quotation-mark`
    private mutating func text() -> PlainJSON? {
        guard self.take("\"") else { return nil }
        var units: [UInt16] = []
        while let first = self.rest.popFirst() {
            switch first {
            case "\"": return .string(Array(String(decoding: units, as: UTF16.self).utf8))
            case "\\":
                guard let unit = self.escape() else { return nil }
                units.append(unit)
            case "\u{0}"..."\u{1F}": return nil
            default: units.append(contentsOf: UTF16.encode(first) ?? .init())
            }
        }
        return nil
    }

    private mutating func escape() -> UInt16? {
        switch self.rest.popFirst() {
        case "\""?: 0x22
        case "\\"?: 0x5C
        case "/"?: 0x2F
        case "b"?: 0x08
        case "f"?: 0x0C
        case "n"?: 0x0A
        case "r"?: 0x0D
        case "t"?: 0x09
        case "u"?: self.codeUnit()
        default: nil
        }
    }

    private mutating func codeUnit() -> UInt16? {
        let digits = self.rest.prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
        self.rest.removeFirst(4)
        return UInt16(String(digits), radix: 16)
    }

    // `[ minus ] int [ frac ] [ exp ]`
    private mutating func number() -> PlainJSON? {
        let start = self.rest
        _ = self.take("-")
        guard self.take("0") || self.digits() else { return nil }
        if self.take("."), !self.digits() { return nil }
        if self.take("e") || self.take("E") {
            _ = self.take("+") || self.take("-")
            guard self.digits() else { return nil }
        }
        return .number(Array(String(start[..<self.rest.startIndex]).utf8))
    }

    private mutating func digits() -> Bool {
        let digits = self.rest.prefix { ("0"..."9").contains($0) }
        self.rest = self.rest.dropFirst(digits.count)
        return !digits.isEmpty
    }

    private mutating func take(_ word: String) -> Bool {
        guard self.rest.starts(with: word.unicodeScalars) else { return false }
        self.rest.removeFirst(word.unicodeScalars.count)
        return true
    }
}
