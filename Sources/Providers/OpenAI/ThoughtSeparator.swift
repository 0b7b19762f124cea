/// Tells a model's thoughts from its answer where the server leaves them in the text, between `<think>` and `</think>`.
///
/// Thoughts begin a reply or are no thoughts: a model that explains the tags, or writes code with them, keeps them in its
/// text. A closing tag without an opening one, which a template wrote into the question, is left out; what came before it
/// has been shown by then. What may become a tag is held back until the next piece decides.
struct ThoughtSeparator {
    /// A piece of the reply.
    enum Piece: Equatable {
        case text(String)
        case thought(String)
    }

    private enum State {
        /// Nothing but white space came so far.
        case starting
        case thinking
        /// The white space between the thoughts and the answer says nothing.
        case between
        /// No thoughts came; the closing tag alone may.
        case answering
        case passing
    }

    private static let opening = "<think>"
    private static let closing = "</think>"

    private var state = State.starting
    private var held = ""
    /// The last byte that was handed over.
    private var last: UInt8?

    /// Takes the next piece of text.
    mutating func take(_ text: String, give: (Piece) -> Void) {
        if case .passing = self.state { return self.hand(over: text, give) }
        if case .answering = self.state, self.held.isEmpty, !text.utf8.contains(UInt8(ascii: "<")) {
            return self.hand(over: text, give)
        }
        self.held += text
        while self.advance(give) {}
    }

    /// Hands over what was held back, since nothing follows.
    mutating func finish(give: (Piece) -> Void) {
        let rest = self.held
        self.held = ""
        switch self.state {
        case .thinking: if !rest.isEmpty { give(.thought(rest)) }
        case .starting, .answering, .passing: self.hand(over: rest, give)
        case .between: break
        }
    }

    /// The pieces of a reply that came whole: here a closing tag alone tells that all before it is thought.
    static func pieces(of whole: String) -> [Piece] {
        var separator = ThoughtSeparator()
        if let close = range(of: Self.closing, in: whole), range(of: Self.opening, in: whole) == nil,
            !isQuoted(whole.utf8[..<close.lowerBound].last)
        {
            separator.state = .thinking
        }
        var pieces: [Piece] = []
        separator.take(whole) { pieces.append($0) }
        separator.finish { pieces.append($0) }
        return pieces
    }

    /// Does one step with what is held; answers whether another may follow.
    private mutating func advance(_ give: (Piece) -> Void) -> Bool {
        switch self.state {
        case .starting: return self.start()
        case .thinking: return self.think(give)
        case .between:
            self.held = String(self.held.drop(while: \.isWhitespace))
            guard !self.held.isEmpty else { return false }
            self.state = .passing
            return true
        case .answering: return self.answer(give)
        case .passing:
            let rest = self.held
            self.held = ""
            self.hand(over: rest, give)
            return false
        }
    }

    private mutating func start() -> Bool {
        let said = self.held.drop(while: \.isWhitespace)
        guard !said.isEmpty else { return false }
        if said.utf8.starts(with: Self.opening.utf8) {
            self.held = String(Substring(said.utf8.dropFirst(Self.opening.utf8.count)))
            self.state = .thinking
            return true
        }
        guard !Self.opening.utf8.starts(with: said.utf8) else { return false }
        self.state = .answering
        return true
    }

    private mutating func think(_ give: (Piece) -> Void) -> Bool {
        if let close = range(of: Self.closing, in: self.held) {
            let thought = String(self.held[..<close.lowerBound])
            if !thought.isEmpty { give(.thought(thought)) }
            self.held = String(self.held[close.upperBound...])
            self.state = .between
            return true
        }
        let kept = beginning(of: Self.closing, atTheEndOf: self.held)
        let thought = String(self.held[..<kept])
        self.held = String(self.held[kept...])
        if !thought.isEmpty { give(.thought(thought)) }
        return false
    }

    private mutating func answer(_ give: (Piece) -> Void) -> Bool {
        let open = range(of: Self.opening, in: self.held)
        guard let close = range(of: Self.closing, in: self.held), open.map({ close.lowerBound < $0.lowerBound }) ?? true
        else {
            if open != nil { self.state = .passing }
            guard open == nil else { return true }
            let kept = min(
                beginning(of: Self.opening, atTheEndOf: self.held),
                beginning(of: Self.closing, atTheEndOf: self.held)
            )
            let text = String(self.held[..<kept])
            self.held = String(self.held[kept...])
            self.hand(over: text, give)
            return false
        }
        let before = String(self.held[..<close.lowerBound])
        self.hand(over: before, give)
        self.state = .passing
        guard !isQuoted(self.last) else {
            self.held = String(self.held[close.lowerBound...])
            return true
        }
        self.held = String(self.held[close.upperBound...])
        return true
    }

    private mutating func hand(over text: String, _ give: (Piece) -> Void) {
        guard let last = text.utf8.last else { return }
        self.last = last
        give(.text(text))
    }
}

/// Whether a tag after this byte is spoken of, not used.
private func isQuoted(_ byte: UInt8?) -> Bool {
    byte.map { $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") } ?? false
}

private func range(of tag: String, in text: String) -> Range<String.Index>? {
    let (text, tag) = (text.utf8, tag.utf8)
    var start = text.startIndex
    while let found = text[start...].firstIndex(of: UInt8(ascii: "<")) {
        if text[found...].starts(with: tag) { return found..<text.index(found, offsetBy: tag.count) }
        start = text.index(after: found)
    }
    return nil
}

/// Where the beginning of `tag` stands with which `text` ends; its end when there is none.
private func beginning(of tag: String, atTheEndOf text: String) -> String.Index {
    let (bytes, tag) = (text.utf8, tag.utf8)
    for count in (1..<tag.count).reversed() where count <= bytes.count {
        let start = bytes.index(bytes.endIndex, offsetBy: -count)
        if bytes[start...].elementsEqual(tag.prefix(count)) { return start }
    }
    return bytes.endIndex
}
