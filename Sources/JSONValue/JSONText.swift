/// The smallest pieces of JSON text, for those who read it without making a tree of it.
package enum JSONText {
    @inlinable package static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Where the next byte is, from `start` on, that cannot stand for itself inside a string: a quote, a backslash or a
    /// control character; the end of `bytes` when there is none.
    ///
    /// Looks at eight bytes at a time, with the tests for a zero byte and for a small one of Warren's "Hacker's Delight"
    /// (section 6-1): each may also mark bytes above a match, never below, so the lowest mark is right.
    package static func endOfPlainText(in bytes: Span<UInt8>, from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { buffer in
            var offset = start
            while offset + 8 <= buffer.count {
                let word = UInt64(littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let quotes = word ^ Self.all(UInt8(ascii: "\""))
                let backslashes = word ^ Self.all(UInt8(ascii: "\\"))
                let marks =
                    (word &- Self.all(0x20)) & ~word | (quotes &- Self.all(1)) & ~quotes
                    | (backslashes &- Self.all(1)) & ~backslashes
                let found = marks & Self.all(0x80)
                guard found == 0 else { return offset + found.trailingZeroBitCount / 8 }
                offset += 8
            }
            while offset < buffer.count, unsafe Self.isPlain(buffer[offset]) { offset += 1 }
            return offset
        }
    }

    /// Whether a byte stands for itself inside a string.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// A word of eight times the same byte.
    private static func all(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// The bytes as a string; what is not UTF-8 becomes U+FFFD.
    package static func string(_ bytes: Span<UInt8>) -> String {
        guard let text = try? UTF8Span(validating: bytes) else {  // not an error here: the replacement is the answer
            return String(decoding: self.bytes(bytes), as: UTF8.self)
        }
        return String(copying: text)
    }

    /// The bytes as an array.
    package static func bytes(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Reads the escape at the start of `bytes` and writes what it stands for; half a surrogate pair becomes U+FFFD.
    ///
    /// Answers how many bytes the escape has, a whole surrogate pair counting as one escape; `nil` when it is none.
    package static func unescape(_ bytes: Span<UInt8>, into content: inout [UInt8]) -> Int? {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\\") else { return nil }
        switch bytes[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[1])
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "u"): return self.unescapeUnicode(bytes, into: &content)
        default: return nil
        }
        return 2
    }

    private static func unescapeUnicode(_ bytes: Span<UInt8>, into content: inout [UInt8]) -> Int? {
        guard let first = self.codeUnit(bytes, at: 0) else { return nil }
        if let scalar = Unicode.Scalar(first) {
            content.append(contentsOf: String(Character(scalar)).utf8)
            return 6
        }
        if UTF16.isLeadSurrogate(first), let second = self.codeUnit(bytes, at: 6), UTF16.isTrailSurrogate(second) {
            let pair = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            if let scalar = Unicode.Scalar(pair) { content.append(contentsOf: String(Character(scalar)).utf8) }
            return 12
        }
        content.append(contentsOf: "\u{FFFD}".utf8)
        return 6
    }

    /// The code unit of an escape `\u….` at `offset`.
    private static func codeUnit(_ bytes: Span<UInt8>, at offset: Int) -> UInt16? {
        guard bytes.count >= offset + 6, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for index in offset + 2..<offset + 6 {
            guard let digit = self.hexadecimalValue(bytes[index]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexadecimalValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
