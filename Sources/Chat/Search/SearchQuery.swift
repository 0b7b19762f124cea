/// What somebody looks for: all of it has to be in a text.
package struct SearchQuery: Sendable, Equatable {
    /// Words that stand next to each other.
    package struct Phrase: Sendable, Equatable {
        package let words: [String]
        /// Whether the last word may go on.
        package let isOpen: Bool
    }

    package let phrases: [Phrase]

    /// How much of a text is looked at; nobody types more to find something.
    private static let longest = 400
    private static let mostWords = 32

    /// Reads what was typed: what stands in quotes is a phrase, and so is whatever has no space in it; the last word may
    /// be a beginning unless it is quoted.
    ///
    /// Nothing that can be typed is an error; signs that are no words count for nothing.
    package init(_ text: String) {
        var found: [(words: [String], isQuoted: Bool)] = []
        var room = Self.mostWords
        var isQuoted = false
        for stretch in text.prefix(Self.longest).split(omittingEmptySubsequences: false, whereSeparator: Self.isQuote) {
            for piece in isQuoted ? [stretch] : stretch.split(whereSeparator: \.isWhitespace) {
                let words = SearchWords.words(of: String(piece)).prefix(room)
                room -= words.count
                if !words.isEmpty { found.append((Array(words), isQuoted)) }
            }
            isQuoted.toggle()
        }
        self.phrases = found.enumerated().map { index, phrase in
            Phrase(words: phrase.words, isOpen: index == found.count - 1 && !phrase.isQuoted)
        }
    }

    /// Whether there is nothing to look for.
    package var isEmpty: Bool { self.phrases.isEmpty }

    private static func isQuote(_ character: Character) -> Bool { "\"“”„«»".contains(character) }
}
