/// The part of a message between two marks or conjunctions, which affirms or denies on its own.
struct Clause: Sendable, Equatable {
    /// In lower case with straight apostrophes.
    let text: String
    let words: PlainText

    init(_ text: some StringProtocol) {
        self.text = String(text)
        self.words = PlainText(text)
    }

    /// The clauses of a message in lower case; a question that only asks is left out.
    ///
    /// A comma or a point between digits is part of a number.
    static func all(of message: String) -> [Clause] {
        let marked = message.replacing(/(\d)([.,])(\d)/) { "\($0.1)\($0.2 == "." ? "\u{1}" : "\u{2}")\($0.3)" }
        return sentences(of: marked).filter { !isOnlyAsking($0) }.flatMap { sentence in
            sentence.split(
                separator: /[.,;:!?\n()]|\s-\s|\b(?:but|except|because|though|although|however|apart from|otherwise)\b/
            )
        }
        .map { part in part.replacing("\u{1}", with: ".").replacing("\u{2}", with: ",") }
        .filter { $0.contains { !$0.isWhitespace } }
        .map { Clause($0) }
        .droppingWhatIsOver()
    }

    /// Whether the phrase is there and neither denied before nor taken back behind it.
    func affirms(_ phrase: String) -> Bool {
        self.words.places(of: phrase).contains { !self.isDenied($0) && !self.isTakenBack($0) }
    }

    private func isDenied(_ place: Range<Int>) -> Bool {
        let before = self.words.words[max(0, place.lowerBound - 6)..<place.lowerBound]
        return before.contains(where: denials.contains)
            || before.joined(separator: " ").contains(
                /(?:anything but|instead of|rather than|used to(?: go| be| have)?)$/
            )
    }

    /// "My knees don't hurt", "not vegan anymore": what follows says that it is not so.
    private func isTakenBack(_ place: Range<Int>) -> Bool {
        let behind = self.words.words[place.upperBound..<min(self.words.words.count, place.upperBound + 4)].joined(
            separator: " "
        )
        return behind.contains(
            /\b(?:anymore|any more|no longer|don't hurt|doesn't hurt|do not hurt|does not hurt|healed|recovered|all right|(?:is|are|feels?|feeling|now|all) (?:fine|ok|okay|good|better)|fine|is (?:closed|far))\b/
        )
    }

    /// Whether it speaks of somebody else's body or plate, and not of its author.
    var isAboutSomebodyElse: Bool {
        let isTheirs = self.text.contains(
            /\b(?:my|his|her|our|their)\s+(?:\w+\s+)?(?:mum|mom|mother|dad|father|parents?|wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?|sons?|daughters?|kids?|child|children|baby|brothers?|sisters?|friends?|boss|dog|cat|uncle|aunt|grandma|grandpa|grandmother|grandfather|roommate|colleague)(?:'s)?\b/
        )
        return isTheirs && !self.text.contains(/\b(?:i|i'm|i've|me|myself)\b/)
    }
}

extension [Clause] {
    /// "I sprained my ankle, but it's healed": what follows takes back what was said before.
    fileprivate func droppingWhatIsOver() -> [Clause] {
        self.indices.filter { index in
            !(index + 1 < self.count
                && self[index + 1].text.contains(
                    /^\W*(?:it's|its|it is|they're|they are|it has|all)\s+(?:all\s+|now\s+)?(?:healed|fine|ok|okay|better|good|gone|recovered)\b/
                ))
        }.map { self[$0] }
    }
}

/// The sentences of a text, each with the mark that ends it.
private func sentences(of text: String) -> [Substring] {
    var sentences: [Substring] = []
    var start = text.startIndex
    for index in text.indices where ".!?\n".contains(text[index]) {
        let end = text.index(after: index)
        sentences.append(text[start..<end])
        start = end
    }
    return start < text.endIndex ? sentences + [text[start...]] : sentences
}

private let denials: Set<String> = [
    "no", "not", "never", "without", "don't", "dont", "doesn't", "didn't", "can't", "cannot", "cant", "couldn't",
    "haven't",
    "havent", "hasn't", "isn't", "aren't", "ain't", "wasn't", "won't", "hate", "stopped", "quit", "cancelled",
    "canceled",
    "sold", "forget", "lack", "zero", "nor", "neither", "avoid",
]

/// "What counts as active?": a question in return says nothing about its author.
private func isOnlyAsking(_ sentence: Substring) -> Bool {
    guard sentence.hasSuffix("?") else { return false }
    return sentence.contains(
        /^\W*(?:hm+\s|ok\s|and\s|so\s|well\s)?(?:what|why|how|is|are|do|does|did|can|could|should|would|which|when|where|who|will)\b/
    )
}
