/// A text as the rules read it: lower case, straight apostrophes, words apart.
package struct PlainText: Sendable, Equatable {
    /// The words in their order; what is no letter, digit, apostrophe or hyphen is no word.
    package let words: [String]
    /// The same text in one piece, for scripts without spaces.
    private let text: String

    package init(_ message: some StringProtocol) {
        self.text = plain(String(message))
        self.words = self.text.split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "-" }.map(String.init)
    }

    /// Whether the phrase is there; `*` at the end of a word stands for any ending, `_` for any one word.
    package func holds(_ phrase: String) -> Bool { !self.places(of: phrase).isEmpty }

    /// Where the phrase is, in words.
    func places(of phrase: String) -> [Range<Int>] {
        if phrase.contains(where: \.isIdeographic) { return self.text.contains(phrase) ? [0..<0] : [] }
        let pattern = phrase.split(separator: " ").map(String.init)
        guard !pattern.isEmpty, self.words.count >= pattern.count else { return [] }
        return (0...(self.words.count - pattern.count)).compactMap { start in
            let end = start + pattern.count
            return zip(pattern, self.words[start..<end]).allSatisfy(matches) ? start..<end : nil
        }
    }
}

/// A text in lower case with straight apostrophes.
func plain(_ text: String) -> String { text.lowercased().replacing("’", with: "'") }

private func matches(_ pattern: String, _ word: String) -> Bool {
    if pattern == "_" { return true }
    return pattern.hasSuffix("*") ? word.hasPrefix(pattern.dropLast()) : word == pattern
}

extension Character {
    /// Whether it is of a script that is written without spaces between words.
    fileprivate var isIdeographic: Bool {
        self.unicodeScalars.contains { (0x3040...0x30FF).contains($0.value) || (0x3400...0x9FFF).contains($0.value) }
    }
}
