/// Tells code and links from other text while the text comes in pieces.
///
/// Code is what lies in a fenced block, the fences included (CommonMark 0.31.2, section 4.5, at the top level only). Links
/// are inline links on one line, `[text](destination)`, and bare `http://` and `https://` addresses without the punctuation
/// behind them. What cannot be told yet is held back, at most some hundred scalars, so that every way of cutting a text
/// gives the same marks.
package struct TextMarker: Sendable {
    package enum Kind: Sendable, Equatable {
        case plain, code, link
    }

    /// A stretch of text of one kind; never empty.
    package struct Marked: Sendable, Equatable {
        package let kind: Kind
        package internal(set) var text: String

        package init(kind: Kind, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    private enum Place: Equatable {
        case prose
        /// Inside an address.
        case address
        /// In the line that opens a block, behind the fence.
        case opening(Fence)
        case code(Fence)
    }

    private struct Fence: Equatable {
        let mark: Unicode.Scalar
        let length: Int
    }

    /// What the next scalars are: so many of a kind, or not to be told before more has come.
    private enum Finding {
        case stretch(Int, Kind, then: Place)
        case undecided
    }

    private static let longestLabel = 200
    private static let longestDestination = 500

    private var place = Place.prose
    private var isLineStart = true
    /// Whether an address may begin here: not in the middle of a word.
    private var isWordStart = true
    private var held: [Unicode.Scalar] = []

    package init() {}

    /// Takes a piece and returns what can be told now.
    package mutating func take(_ piece: String) -> [Marked] {
        self.held += piece.unicodeScalars
        return self.release(isFinal: false)
    }

    /// Returns what was held back.
    package mutating func finish() -> [Marked] { self.release(isFinal: true) }

    private mutating func release(isFinal: Bool) -> [Marked] {
        var marked: [Marked] = []
        var start = 0
        while start < self.held.count, case .stretch(let count, let kind, let next) = self.look(at: start, isFinal) {
            let scalars = self.held[start..<start + count]
            Self.append(scalars, kind, to: &marked)
            if let last = scalars.last {
                self.isLineStart = last == "\n"
                self.isWordStart = !last.properties.isAlphabetic && last.properties.numericType == nil
            }
            self.place = next
            start += count
        }
        self.held.removeFirst(start)
        return marked
    }

    private static func append(_ scalars: ArraySlice<Unicode.Scalar>, _ kind: Kind, to marked: inout [Marked]) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        if marked.last?.kind == kind {
            marked[marked.count - 1].text += String(text)
        } else {
            marked.append(Marked(kind: kind, text: String(text)))
        }
    }

    private func look(at start: Int, _ isFinal: Bool) -> Finding {
        let rest = self.held[start...]
        switch self.place {
        case .prose: return self.lookInProse(rest, isFinal)
        case .address: return Self.lookInAddress(rest, isFinal)
        case .opening(let fence):
            return .stretch(1, .code, then: rest.first == "\n" ? .code(fence) : .opening(fence))
        case .code(let fence):
            return self.isLineStart
                ? Self.lookForEnd(of: fence, in: rest, isFinal) : .stretch(1, .code, then: .code(fence))
        }
    }

    // MARK: Prose

    private func lookInProse(_ rest: ArraySlice<Unicode.Scalar>, _ isFinal: Bool) -> Finding {
        if self.isLineStart, let finding = Self.lookForFence(in: rest, isFinal) { return finding }
        if rest.first == "[", let finding = Self.lookForLink(in: rest, isFinal) { return finding }
        if self.isWordStart, rest.first == "h" || rest.first == "H",
            let finding = Self.lookForAddress(in: rest, isFinal)
        {
            return finding
        }
        return .stretch(1, .plain, then: .prose)
    }

    /// A fence at the beginning of a line: up to three spaces and at least three marks; `nil` when there is none.
    private static func lookForFence(in rest: ArraySlice<Unicode.Scalar>, _ isFinal: Bool) -> Finding? {
        let spaces = rest.prefix { $0 == " " }.count
        guard spaces <= 3 else { return nil }
        guard let mark = rest.dropFirst(spaces).first else { return isFinal ? nil : .undecided }
        guard mark == "`" || mark == "~" else { return nil }
        let length = rest.dropFirst(spaces).prefix { $0 == mark }.count
        let behind = rest.dropFirst(spaces + length)
        guard !behind.isEmpty || isFinal else { return .undecided }
        guard length >= 3 else { return nil }
        if mark == "`" {
            // Behind backticks the line has no further one, or it is code in a line of text.
            let line = behind.prefix(Self.longestLabel).prefix { $0 != "\n" }
            if line.contains("`") { return nil }
            guard line.count < behind.count || line.count == Self.longestLabel || isFinal else { return .undecided }
        }
        return .stretch(spaces + length, .code, then: .opening(Fence(mark: mark, length: length)))
    }

    /// `[label](destination)` on one line; `nil` when the bracket begins none.
    private static func lookForLink(in rest: ArraySlice<Unicode.Scalar>, _ isFinal: Bool) -> Finding? {
        let label = rest.dropFirst().prefix { $0 != "]" && $0 != "\n" && $0 != "[" }
        guard label.count <= Self.longestLabel else { return nil }
        let behind = rest.dropFirst(1 + label.count)
        guard let close = behind.first else { return isFinal ? nil : .undecided }
        guard close == "]" else { return nil }
        guard let open = behind.dropFirst().first else { return isFinal ? nil : .undecided }
        guard open == "(" else { return nil }
        let destination = behind.dropFirst(2).prefix { $0 != ")" && $0 != "\n" && $0 != "(" }
        guard destination.count <= Self.longestDestination else { return nil }
        guard let end = behind.dropFirst(2 + destination.count).first else { return isFinal ? nil : .undecided }
        guard end == ")" else { return nil }
        return .stretch(label.count + destination.count + 4, .link, then: .prose)
    }

    /// `http://` or `https://` with something behind it; `nil` when the word is another.
    private static func lookForAddress(in rest: ArraySlice<Unicode.Scalar>, _ isFinal: Bool) -> Finding? {
        for scheme in ["https://", "http://"] {
            let wanted = Array(scheme.unicodeScalars)
            let matched = zip(rest, wanted).prefix { $0.properties.lowercaseMapping == String($1) }.count
            if matched == wanted.count {
                guard let first = rest.dropFirst(matched).first else { return isFinal ? nil : .undecided }
                return Self.endsAddress(first) ? nil : .stretch(matched, .link, then: .address)
            }
            if matched == rest.count { return isFinal ? nil : .undecided }
        }
        return nil
    }

    private static func lookInAddress(_ rest: ArraySlice<Unicode.Scalar>, _ isFinal: Bool) -> Finding {
        let marks = rest.prefix(Self.longestLabel).prefix { Self.mayTrailAddress($0) }.count
        if marks == 0 {
            guard let first = rest.first, !Self.endsAddress(first) else { return .stretch(1, .plain, then: .prose) }
            return .stretch(1, .link, then: .address)
        }
        guard let next = rest.dropFirst(marks).first else {
            return isFinal ? .stretch(marks, .plain, then: .prose) : .undecided
        }
        return Self.endsAddress(next) ? .stretch(marks, .plain, then: .prose) : .stretch(marks, .link, then: .address)
    }

    private static func endsAddress(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || "<>\"()[]`".unicodeScalars.contains(scalar)
    }

    private static func mayTrailAddress(_ scalar: Unicode.Scalar) -> Bool {
        ".,;:!?'*_".unicodeScalars.contains(scalar)
    }

    // MARK: Code

    /// The line that closes a block: up to three spaces, at least as many marks as opened it, nothing but blanks behind.
    private static func lookForEnd(
        of fence: Fence,
        in rest: ArraySlice<Unicode.Scalar>,
        _ isFinal: Bool
    ) -> Finding {
        let notTheEnd = Finding.stretch(1, .code, then: .code(fence))
        let spaces = rest.prefix { $0 == " " }.count
        guard spaces <= 3 else { return notTheEnd }
        let marks = rest.dropFirst(spaces).prefix { $0 == fence.mark }.count
        let blanks = rest.dropFirst(spaces + marks).prefix { $0 == " " || $0 == "\t" || $0 == "\r" }.count
        guard blanks <= Self.longestLabel else { return notTheEnd }
        let count = spaces + marks + blanks
        guard let next = rest.dropFirst(count).first else {
            guard isFinal else { return .undecided }
            return marks >= fence.length ? .stretch(count, .code, then: .prose) : notTheEnd
        }
        guard marks >= fence.length, next == "\n" else { return notTheEnd }
        return .stretch(count + 1, .code, then: .prose)
    }
}
