/// Understands what a reader says about themselves in ordinary English, without a model.
///
/// It reads only what it is sure of: a number with a unit, or in the answer to the question for it; a choice by the words
/// that its form names; a yes, a no, a "skip". A wrong fact is worse than a missing one, which is asked for again: what is
/// denied, asked in return or said of somebody else changes nothing.
package struct SentenceReader: Sendable {
    /// What is read of a message, in characters: nobody needs more to answer a question.
    private static let longest = 2000

    private let form: ProfileForm

    package init(form: ProfileForm) {
        self.form = form
    }

    func field(_ id: String) -> ProfileForm.Field? { self.form[id] }

    /// What a message changes, where `asked` is the field that it was the answer to, and `known` what was known before.
    package func changes(
        in message: String,
        asked: ProfileForm.Field?,
        known: Profile = .unknown
    ) -> [Profile.Change] {
        let original = String(message.prefix(Self.longest))
        let text = withDigits(plain(original))
        if let asked, wantsToSkip(text) { return [.skip(field: asked.id)] }
        if let correction = self.correction(in: text, known) { return [correction] }
        let clauses = Clause.all(of: text)
        var changes: [Profile.Change] = []
        for field in self.form.fields {
            let isAsked = field.id == asked?.id
            guard
                let value = self.value(of: field, in: text, clauses, original, isAsked: isAsked, known)
                    ?? namedMeasure(field, clauses, known)
            else { continue }
            changes.append(.set(field: field.id, value))
        }
        if let asked, case .number(let quantity, _) = asked.kind, !changes.contains(where: \.setsNumber),
            let number = SpokenNumber(in: ownWords(clauses)).answer(to: quantity, known)
        {
            changes.append(.set(field: asked.id, .number(number)))
        }
        return changes
    }

    private func value(
        of field: ProfileForm.Field,
        in text: String,
        _ clauses: [Clause],
        _ original: String,
        isAsked: Bool,
        _ known: Profile
    ) -> Profile.Value? {
        switch field.kind {
        case .number(let quantity, _):
            return SpokenQuantity(quantity, clauses, isAsked: isAsked, isKnown: known.values[field.id] != nil).value
                .map(Profile.Value.number)
        case .choice(let choices):
            return Statement(text, clauses, isAnswer: isAsked, signs: field.signs).choice(of: choices)
                .map(Profile.Value.choice)
        case .choices(let choices):
            let said = Statement(text, clauses, isAnswer: isAsked, signs: field.signs)
            return said.choices(of: choices, added: known.chosen(field.id)).map(Profile.Value.choices)
        case .text(let longest):
            guard let name = SpokenName(in: original, isAnswer: isAsked, longest: longest)?.text, !self.holdsFacts(name)
            else { return nil }
            return .text(name)
        }
    }

    /// "Sorry, 187 not 178": the number that was wrong tells which field is meant.
    private func correction(in text: String, _ known: Profile) -> Profile.Change? {
        guard
            let match = text.firstMatch(
                of: /(\d+(?:[.,]\d+)?)\s*(?:kg|cm|years|lbs?)?,?\s+(?:and\s+)?not\s+(\d+(?:[.,]\d+)?)/
            ),
            let right = decimal(match.1), let wrong = decimal(match.2)
        else { return nil }
        let field = self.form.fields.first { field in known.number(field.id).map { abs($0 - wrong) < 0.6 } ?? false }
        return field.map { .set(field: $0.id, .number(right)) }
    }

    /// Whether a text says something else than a name: "Lose weight" is nobody's.
    private func holdsFacts(_ text: String) -> Bool {
        let clauses = Clause.all(of: plain(text))
        return self.form.fields.contains { field in
            if case .text = field.kind { return false }
            return self.value(of: field, in: plain(text), clauses, text, isAsked: false, .unknown) != nil
        }
    }
}

/// "My weight is more like 74": a measure that is called by its name needs no unit.
private func namedMeasure(
    _ field: ProfileForm.Field,
    _ clauses: [Clause],
    _ known: Profile
) -> Profile.Value? {
    guard case .number(let quantity, _) = field.kind else { return nil }
    let name: Regex<Substring>
    switch quantity {
    case .kilograms: name = /\b(?:my weight|i weigh|weight:?)\b[^\d]{0,28}\d/
    case .centimetres: name = /\b(?:my height|height:?)\b[^\d]{0,28}\d/
    case .years, .daysAWeek, .minutes: return nil
    }
    let said = clauses.filter { clause in
        !clause.isAboutSomebodyElse && clause.text.contains(name)
            && !clause.text.contains(/\b(?:goal|target|ideal|lose|lost|gain(?:ed)?|want|should|was|used to|dream)\b/)
    }
    guard said.count == 1 else { return nil }
    return SpokenNumber(in: said[0].text).answer(to: quantity, known).map(Profile.Value.number)
}

/// The clauses that speak of their author, in one text.
private func ownWords(_ clauses: [Clause]) -> String {
    clauses.filter { !$0.isAboutSomebodyElse }.map(\.text).joined(separator: ", ")
}

extension Profile.Change {
    fileprivate var setsNumber: Bool {
        if case .set(_, .number) = self { true } else { false }
    }
}

private func wantsToSkip(_ text: String) -> Bool {
    text.contains(
        /^\W*(?:please\s+)?skip\b|^\W*(?:pass|next|next question(?: please)?|next one|n\/a)\W*$|\b(?:rather not|prefer not|won't say|not going to (?:say|tell)|don't (?:really )?want to (?:say|tell|answer|share)|do not want to (?:say|tell|answer)|none of your business|no comment|skip (?:this|that|it))\b/
    )
}

// MARK: Choices

/// What a message says about the choices of one field.
private struct Statement {
    private let text: String
    /// Whether the field was asked for.
    private let isAnswer: Bool
    private let clauses: [Clause]

    init(_ text: String, _ clauses: [Clause], isAnswer: Bool, signs: [String]) {
        self.text = text
        self.isAnswer = isAnswer
        self.clauses = clauses.filter { clause in
            !clause.isAboutSomebodyElse
                && (isAnswer || signs.isEmpty || signs.contains { clause.words.holds($0) })
        }
    }

    /// The choice that the longest phrase speaks for, and of equals the one that is said first.
    func choice(of choices: [ProfileForm.Choice]) -> String? {
        if self.isAnswer, let exact = choices.first(where: { $0.isNamed(exactlyBy: self.text) }) { return exact.id }
        let found = choices.compactMap { choice in self.mention(of: choice).map { (id: choice.id, mention: $0) } }
        return found.min { ($1.mention.length, $0.mention.place) < ($0.mention.length, $1.mention.place) }?.id
    }

    /// The choices that are named, with those known before unless they are taken back; none is an answer only to the question.
    func choices(of choices: [ProfileForm.Choice], added known: [String]) -> [String]? {
        let found = choices.filter { self.mention(of: $0) != nil }.map(\.id)
        if !found.isEmpty { return self.replaces ? found : known + found.filter { !known.contains($0) } }
        return self.isAnswer && saysNone(self.text) ? [] : nil
    }

    /// Whether what is said stands in the place of what was said before.
    private var replaces: Bool {
        self.text.contains(/\b(?:not|actually|only|just|instead|meant|no longer|anymore|correction|wrong)\b/)
    }

    private struct Mention {
        /// How many words say it.
        let length: Int
        /// In which clause, and where there.
        let place: Int
    }

    private func mention(of choice: ProfileForm.Choice) -> Mention? {
        var best: Mention?
        for phrase in choice.phrases(isAnswer: self.isAnswer) {
            let length = phrase.split(separator: " ").count
            guard length > best?.length ?? 0, let place = self.place(of: phrase, length) else { continue }
            best = Mention(length: length, place: place)
        }
        return best
    }

    private func place(of phrase: String, _ length: Int) -> Int? {
        if let index = self.clauses.firstIndex(where: { $0.affirms(phrase) }) {
            return index * 1000 + (self.clauses[index].words.places(of: phrase).first?.lowerBound ?? 0)
        }
        // A phrase may hold the word that ends a clause: "fish but no meat".
        return length >= 3 && self.isAnswer && PlainText(self.text).holds(phrase) ? 0 : nil
    }
}

private func saysNone(_ text: String) -> Bool {
    text.contains(
        /^\W*(?:no|nope|nah|none|nothing|nada|never|zero|0|n)\b\W*(?:$|[,.!;]|thanks|thank|at all|not|nothing|none|really|i don't|i do not|special|i'm fine|sir|ma'am)|\b(?:none|nothing|nothing at all|not really|not any ?more|not that i know|not allergic|no (?:known )?(?:injur\w*|allerg\w*|equipment|pains?|problems?|issues?|restrictions?|gear|weights|intoleranc\w*))\b|^\W*(?:all good|all fine|i feel fine|i'm fine|fit as\b.*|not a one|don't have any\w*|i have none|(?:just |only )?(?:my )?body ?weight(?: only)?)\b/
    )
}

extension ProfileForm.Choice {
    /// What says this choice.
    ///
    /// A leading `?` marks words that say it only in the answer to the question, and so do the choice's own names.
    fileprivate func phrases(isAnswer: Bool) -> [String] {
        let always = self.words.filter { !$0.hasPrefix("?") }
        guard isAnswer else { return always }
        return always + self.words.filter { $0.hasPrefix("?") }.map { String($0.dropFirst()) } + self.names
    }

    private var names: [String] {
        [self.id.replacing("_", with: " ").replacing("-", with: " "), plain(self.label.text())]
    }

    /// Whether the whole text is a name of this choice.
    fileprivate func isNamed(exactlyBy text: String) -> Bool {
        let words = PlainText(text).words
        return !words.isEmpty && self.phrases(isAnswer: true).contains { PlainText($0).words == words }
    }
}

// MARK: Names

/// What somebody wants to be called.
private struct SpokenName {
    let text: String

    init?(in original: String, isAnswer: Bool, longest: Int) {
        let said = original.replacing("’", with: "'")
        let pattern =
            /(?i)\b(?:my name is|my name's|the name is|the name's|name is|call me|i go by|i'm called|i am called|name:|people call me|ich hei(?:ß|ss)e|me llamo|je m'appelle)\s+((?:(?:dr|mrs?|ms|sgt)\.?\s+)?\p{L}[\p{L}'-]*)(?-i)(\s+\p{Lu}[\p{L}'-]*)?/
        if let match = said.firstMatch(of: pattern) {
            self.text = String(match.1) + (match.2.map(String.init) ?? "")
            return
        }
        // Unasked, 叫 mostly means something else: "the doctor tells me to eat less".
        let named = /我的名字(?:是|叫)\s*(\p{Han}[\p{Han}·]{0,9}|\p{L}[\p{L}'-]*)/
        let called = /(?:我叫|叫我)做?\s*(\p{Han}[\p{Han}·]{0,9}|\p{L}[\p{L}'-]*)/
        if let match = said.firstMatch(of: named) ?? (isAnswer ? said.firstMatch(of: called) : nil) {
            let name = match.1.prefix { ($0.isLetter || "·'-".contains($0)) && !endings.contains($0) }
            guard !name.isEmpty else { return nil }
            self.text = String(name)
            return
        }
        guard isAnswer, !said.contains("?") else { return nil }
        // "I'm Alex" and a bare "Alex" answer the question for a name; a sentence does not.
        var rest = said.replacing(
            /(?i)^\W*(?:(?:um+|uh|so|well|hi|hello|hey|hiya|g'day|good (?:morning|evening|afternoon|day)|there)[,!.\s]+)*(?:i'm|im|i am|ich bin|it's|its|it is|this is|just|called|我是|叫)?\s*/,
            with: ""
        )
        rest = rest.replacing(/(?i)^(dr|mrs?|ms|prof|sgt)\.\s+/) { "\($0.1) " }
        rest = rest.replacing(/(?i)\s+(?:here|by the way|btw)\b.*/, with: "")
        rest =
            String(
                rest.split(separator: /[,!?;\n]|\.(?!\s*\p{Lu}[\p{L}'-]+\s*$)|\s+(?:and|but)\s+/, maxSplits: 1).first
                    ?? ""
            ).trimmed
        let words = rest.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        guard (1...3).contains(words.count), rest.count <= longest, !words.contains(where: noNames.contains),
            rest.allSatisfy({ $0.isLetter || " '-.".contains($0) })
        else { return nil }
        self.text = rest
    }
}

/// What closes a Chinese sentence behind a name.
private let endings: Set<Character> = ["吧", "啊", "呀", "哦", "呢", "了", "就"]

/// Words that begin something else than a name.
private let noNames: Set<String> = [
    "ok", "okay", "yes", "no", "yeah", "yep", "nope", "sure", "maybe", "later", "not", "don't", "idk", "start", "go",
    "ready",
    "what", "why", "who", "how", "please", "thanks", "help", "nothing", "none", "continue", "restart", "test", "a",
    "an", "the",
    "in", "new", "feeling", "tired", "sounds", "same", "good", "i", "hola", "hallo", "want", "bit", "great", "fine",
    "hello",
    "hi", "hey", "my", "you", "it", "is", "am", "still", "just", "very", "too", "so", "whatever", "anything",
]
