package import JSONValue

/// Reads the chunks of an OpenAI-compatible stream, the usual ones without building a tree.
///
/// Nearly every chunk says one thing, `choices[0].delta.content`, between fields that say nothing. Such a chunk is read
/// in one pass. The pass gives up at anything else (an unknown key, a tool call, a finish reason, an escape in a key),
/// and the chunk is then parsed in full, so the answer is always that of ``ChatChunk/init(_:)``.
package enum DeltaScanner {
    /// What a chunk says; an error when it is no JSON.
    package static func chunk(_ data: String) throws(JSON.ParsingError) -> ChatChunk {
        if let chunk = self.usualChunk(data) { return chunk }
        return ChatChunk(try JSON(parsing: data, duplicateKeys: .keepLast))
    }

    /// The chunk, if it is one of the usual ones.
    static func usualChunk(_ data: String) -> ChatChunk? {
        var scanner = UsualChunkScanner()
        return scanner.scan(data.utf8.span) ? scanner.chunk : nil
    }

    /// Where the text of a usual chunk lies, between its quotes; `nil` for a chunk that has none, or anything beside it.
    static func textRange(in data: Span<UInt8>) -> Range<Int>? {
        var scanner = UsualChunkScanner()
        guard scanner.scan(data), scanner.chunk == ChatChunk(text: scanner.chunk.text) else { return nil }
        return scanner.content
    }

    /// What stands between the quotes of a JSON string; `nil` when it would not all be inside.
    static func string(between bytes: Span<UInt8>) -> String? {
        var scanner = UsualChunkScanner()
        return scanner.stringContent(bytes).flatMap { scanner.isAtEnd(of: bytes) ? $0 : nil }
    }
}

/// A place in a chunk's text; every function answers whether all it saw was usual, and moves behind what it read.
private struct UsualChunkScanner {
    private(set) var chunk = ChatChunk()
    private var offset = 0
    private var hasChoices = false
    private var hasDelta = false
    /// Where the delta's content lies, between its quotes.
    private(set) var content: Range<Int>?

    mutating func scan(_ bytes: Span<UInt8>) -> Bool {
        guard self.members(bytes, { $0.chunkMember($1, bytes) }) else { return false }
        self.skipWhiteSpace(bytes)
        return self.offset == bytes.count
    }

    // MARK: The levels of a chunk

    private mutating func chunkMember(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let key = bytes.extracting(key)
        if key.equals("choices") {
            guard !self.hasChoices else { return false }
            self.hasChoices = true
            return self.choices(bytes)
        }
        if key.equals("usage") { return self.null(bytes) }
        if key.equals("object") { return self.text("chat.completion.chunk", bytes) }
        guard
            key.equals("id") || key.equals("created") || key.equals("model") || key.equals("system_fingerprint")
                || key.equals("obfuscation") || key.equals("service_tier") || key.equals("provider")
        else { return false }
        return self.scalar(bytes)
    }

    private mutating func choices(_ bytes: Span<UInt8>) -> Bool {
        guard self.take(UInt8(ascii: "["), bytes) else { return false }
        guard self.members(bytes, { $0.choiceMember($1, bytes) }) else { return false }
        return self.take(UInt8(ascii: "]"), bytes)
    }

    private mutating func choiceMember(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let key = bytes.extracting(key)
        if key.equals("delta") {
            guard !self.hasDelta else { return false }
            self.hasDelta = true
            return self.members(bytes, { $0.deltaMember($1, bytes) })
        }
        if key.equals("index") { return self.take(UInt8(ascii: "0"), bytes) }
        guard key.equals("finish_reason") || key.equals("logprobs") || key.equals("native_finish_reason")
        else { return false }
        return self.null(bytes)
    }

    private mutating func deltaMember(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let key = bytes.extracting(key)
        if key.equals("content") {
            guard self.content == nil, self.take(UInt8(ascii: "\""), bytes) else { return false }
            let start = self.offset
            guard let text = self.stringContent(bytes) else { return false }
            self.content = start..<self.offset
            self.chunk.text = text
            return self.closeString(bytes)
        }
        if key.equals("role") {
            guard self.chunk.role == nil, let role = self.string(bytes) else { return false }
            self.chunk.role = role
            return true
        }
        guard
            key.equals("reasoning_content") || key.equals("reasoning") || key.equals("refusal")
                || key.equals("tool_calls") || key.equals("function_call")
        else { return false }
        return self.null(bytes)
    }

    // MARK: Pieces of JSON

    /// An object, whose members `take` reads from behind the colon on.
    private mutating func members(_ bytes: Span<UInt8>, _ take: (inout Self, Range<Int>) -> Bool) -> Bool {
        guard self.take(UInt8(ascii: "{"), bytes) else { return false }
        if self.take(UInt8(ascii: "}"), bytes) { return true }
        repeat {
            guard let key = self.plainString(bytes), self.take(UInt8(ascii: ":"), bytes), take(&self, key)
            else { return false }
        } while self.take(UInt8(ascii: ","), bytes)
        return self.take(UInt8(ascii: "}"), bytes)
    }

    /// Where a string without escapes lies.
    private mutating func plainString(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard self.take(UInt8(ascii: "\""), bytes) else { return nil }
        let start = self.offset
        self.offset = JSONText.endOfPlainText(in: bytes, from: start)
        return self.closeString(bytes) ? start..<self.offset - 1 : nil
    }

    private mutating func string(_ bytes: Span<UInt8>) -> String? {
        guard self.take(UInt8(ascii: "\""), bytes), let text = self.stringContent(bytes), self.closeString(bytes)
        else { return nil }
        return text
    }

    /// Moves behind the closing quote, before which no white space may stand.
    private mutating func closeString(_ bytes: Span<UInt8>) -> Bool {
        guard self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "\"") else { return false }
        self.offset += 1
        return true
    }

    /// The inside of a string, up to its closing quote, or to a byte that no string may hold, or the end of the bytes.
    mutating func stringContent(_ bytes: Span<UInt8>) -> String? {
        let start = self.offset
        self.offset = JSONText.endOfPlainText(in: bytes, from: start)
        guard self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "\\") else {
            return JSONText.string(bytes.extracting(start..<self.offset))
        }
        var content = JSONText.bytes(bytes.extracting(start..<self.offset))
        while self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "\\") {
            guard let length = JSONText.unescape(bytes.extracting(self.offset..<bytes.count), into: &content)
            else { return nil }
            let start = self.offset + length
            self.offset = JSONText.endOfPlainText(in: bytes, from: start)
            for index in start..<self.offset { content.append(bytes[index]) }
        }
        return String(decoding: content, as: UTF8.self)
    }

    func isAtEnd(of bytes: Span<UInt8>) -> Bool { self.offset == bytes.count }

    /// A value of a field that says nothing to us: text without escapes, a positive integer, `null`.
    private mutating func scalar(_ bytes: Span<UInt8>) -> Bool {
        self.skipWhiteSpace(bytes)
        guard self.offset < bytes.count else { return false }
        switch bytes[self.offset] {
        case UInt8(ascii: "\""): return self.plainString(bytes) != nil
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            while self.offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[self.offset]) {
                self.offset += 1
            }
            return true
        default: return self.null(bytes)
        }
    }

    private mutating func null(_ bytes: Span<UInt8>) -> Bool {
        self.skipWhiteSpace(bytes)
        guard self.offset + 4 <= bytes.count, bytes.extracting(self.offset..<self.offset + 4).equals("null")
        else { return false }
        self.offset += 4
        return true
    }

    private mutating func text(_ expected: StaticString, _ bytes: Span<UInt8>) -> Bool {
        guard let text = self.plainString(bytes) else { return false }
        return bytes.extracting(text).equals(expected)
    }

    /// Skips white space and then `byte`; stays before it when another byte comes.
    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        self.skipWhiteSpace(bytes)
        guard self.offset < bytes.count, bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func skipWhiteSpace(_ bytes: Span<UInt8>) {
        while self.offset < bytes.count, JSONText.isWhiteSpace(bytes[self.offset]) { self.offset += 1 }
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ name: StaticString) -> Bool {
        guard self.count == name.utf8CodeUnitCount else { return false }
        return unsafe self.withUnsafeBytes { bytes in
            unsafe bytes.elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
    }
}
