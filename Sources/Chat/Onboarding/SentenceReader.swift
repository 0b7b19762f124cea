/// Understands what a reader says about themselves in ordinary English, without a model.
///
/// It reads only what it is sure of: a number with a unit, or in the answer to the question for it; a choice by the words
/// that its form names; a yes, a no, a "skip". What it does not understand changes nothing.
package struct SentenceReader: Sendable {
    /// What is read of a message, in characters: nobody needs more to answer a question.
    private static let longest = 2000

    private let form: ProfileForm

    package init(form: ProfileForm) {
        self.form = form
    }

    /// What a message changes, where `asked` is the field that it was the answer to.
    package func changes(in message: String, asked: ProfileForm.Field?) -> [Profile.Change] {
        let message = String(message.prefix(Self.longest))
        let text = digits(in: message.lowercased().replacing("’", with: "'"))
        if let asked, wantsToSkip(text) { return [.skip(field: asked.id)] }
        var changes: [Profile.Change] = []
        for field in self.form.fields {
            guard let value = self.value(of: field, in: text, original: message, isAsked: field.id == asked?.id) else {
                continue
            }
            changes.append(.set(field: field.id, value))
        }
        if let asked, let number = bareAnswer(to: asked, in: text), !changes.contains(where: \.setsNumber) {
            changes.append(.set(field: asked.id, .number(number)))
        }
        return changes
    }

    private func value(
        of field: ProfileForm.Field,
        in text: String,
        original: String,
        isAsked: Bool
    ) -> Profile.Value? {
        let said = Statement(text, isAnswer: isAsked, signs: field.signs)
        switch field.kind {
        case .number(let quantity, _):
            return number(quantity, in: text).map(Profile.Value.number)
        case .choice(let choices):
            return said.choice(of: choices).map(Profile.Value.choice)
        case .choices(let choices):
            return said.choices(of: choices).map(Profile.Value.choices)
        case .text(let longest):
            guard let name = name(in: original, isAsked: isAsked, longest: longest), !self.holdsFacts(name) else {
                return nil
            }
            return .text(name)
        }
    }
}

extension SentenceReader {
    /// Whether a text says something else than a name: "Lose weight" is nobody's.
    private func holdsFacts(_ text: String) -> Bool {
        self.form.fields.contains { field in
            if case .text = field.kind { return false }
            return self.value(of: field, in: text.lowercased(), original: text, isAsked: false) != nil
        }
    }
}

extension Profile.Change {
    fileprivate var setsNumber: Bool {
        if case .set(_, .number) = self { true } else { false }
    }
}

// MARK: Numbers

/// The text with number words as digits: `thirty-four` is `34`, `twice` is `2 times`.
private func digits(in text: String) -> String {
    let ones = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19,
    ]
    let tens = [
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    let joined = text.replacing(
        /\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](one|two|three|four|five|six|seven|eight|nine))?\b/
    ) { match in
        String((tens[String(match.1)] ?? 0) + (match.2.flatMap { ones[String($0)] } ?? 0))
    }
    let worded = joined.replacing(
        /\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)\b/
    ) { match in
        String(ones[String(match.1)] ?? 0)
    }
    return worded.replacing(/\btwice\b/, with: "2 times").replacing(/\bonce\b/, with: "1 times")
        .replacing(/\bthrice\b/, with: "3 times").replacing(/\b(?:a )?couple(?: of)?\b/, with: "2")
        .replacing(/\bhalf an hour\b/, with: "30 minutes").replacing(/\ban hour and a half\b/, with: "90 minutes")
        .replacing(/\ban hour\b/, with: "60 minutes").replacing(/\bhalf hour\b/, with: "30 minutes")
}

/// A quantity that the text names with its unit, or as people say it.
private func number(_ quantity: ProfileForm.Quantity, in text: String) -> Double? {
    switch quantity {
    case .years: years(in: text)
    case .kilograms: BodyMeasures(in: text).kilograms
    case .centimetres: BodyMeasures(in: text).centimetres
    case .daysAWeek: daysAWeek(in: text)
    case .minutes: minutes(in: text)
    }
}

/// A number without a unit, which only answers the question that was asked; whoever answers with what is not possible is
/// told so.
private func bareAnswer(to field: ProfileForm.Field, in text: String) -> Double? {
    guard case .number(let quantity, _) = field.kind, let bare = bareNumber(in: text) else { return nil }
    // 1.78 in answer to "how tall are you" is in metres.
    return quantity == .centimetres && (1.2...2.3).contains(bare) ? bare * 100 : bare
}

/// The only number of a text; `nil` when there are none or several.
private func bareNumber(in text: String) -> Double? {
    let numbers = text.matches(of: /\d+(?:[.,]\d+)?/)
    // "3-4" and "3 or 4" are two: the smaller one can be kept.
    if numbers.count == 2, text.contains(/\d\s*(?:-|–|to|or)\s*\d/) {
        return numbers.compactMap { decimal($0.output) }.min()
    }
    return numbers.count == 1 ? decimal(numbers[0].output) : nil
}

private func years(in text: String) -> Double? {
    let patterns = [
        /\b(\d{1,3})\s*-?\s*(?:years?|yrs?|y)(?:\s*-?\s*old|\s+of\s+age)/,
        /\b(\d{1,3})\s*(?:y\/o|yo)\b/,
        /\b(?:aged?|age is|age:|i'm|i am|im|just turned|turned|turning|about to be)\s+(?:now\s+|only\s+|about\s+|around\s+|nearly\s+|almost\s+)?(\d{1,3})\b(?!\s*(?:kgs?\b|kilo|lbs?\b|pound|cm\b|m\b|st\b|stone|days?\b|times|x\b|weeks?|months?|min|hours?|%|'|ft\b|feet|foot|[.,]\d|kcal|km|k\b))/,
        /\b(\d{2})\s*(?:years?|yrs?)\b(?!\s*(?:of|ago|experience|train|in|lift|doing|now))/,
    ]
    for pattern in patterns {
        if let match = text.firstMatch(of: pattern), let age = Double(match.1) { return age }
    }
    // "Alex, 34, male": among other facts a number that stands alone is an age.
    let clauses = text.split { ",;/\n".contains($0) }.map { $0.split(separator: " ").joined(separator: " ") }
    guard clauses.count > 1, let age = clauses.lazy.compactMap({ Double($0) }).first, (13...99).contains(age),
        clauses.count(where: { Double($0) != nil }) == 1
    else { return nil }
    return age
}

private func daysAWeek(in text: String) -> Double? {
    let week = /(?:a|per|each|every|\/)\s*(?:week|wk)|weekly/
    if text.contains(/\b(?:every ?day|daily|every single day|7 days)\b/), !text.contains(/every 2|every other/) {
        return 7
    }
    if text.contains(/\bevery (?:other|2|second) days?\b|\balternate days\b/) { return 3 }
    if let match = text.firstMatch(
        of:
            /\b(\d)\s*(?:-|–|to|or)\s*(\d)\s*(?:x|times?|days?|sessions?|workouts?|evenings?|mornings?)?\s*(?:a|per|each|every|\/)?\s*(?:week|wk|weekly|days?|times?)/
    ),
        let least = Double(match.1), let most = Double(match.2)
    {
        return min(least, most)
    }
    if let match = text.firstMatch(
        of:
            /\b(\d+)\s*(?:x|times?|days?|sessions?|workouts?|evenings?|mornings?|nights?)?\s*(?:(?:a|per|each|every|in a|in the|of the|\/)\s*(?:week|wk)|weekly)\b/
    ) {
        return Double(match.1)
    }
    if let match = text.firstMatch(
        of: /\b(\d)\s*(?:days?|times|sessions|workouts|evenings|mornings)\b(?!\s*(?:ago|old|later|of\s+sleep))/
    ), !text.contains(week) {
        return Double(match.1)
    }
    let names = [
        /\bmon(?:day)?s?\b/, /\btue(?:s|sday)?s?\b/, /\bwed(?:nesday)?s?\b/, /\bthu(?:r|rs|rsday)?s?\b/,
        /\bfri(?:day)?s?\b/,
        /\bsat(?:urday)?s?\b/, /\bsun(?:day)?s?\b/,
    ]
    let named = names.count { text.contains($0) }
    if named > 0 { return Double(named) }
    if text.contains(/\b(?:on |at |the |only )?weekends?\b/) { return 2 }
    if text.contains(/\bweekdays\b/) { return 5 }
    return nil
}

private func minutes(in text: String) -> Double? {
    if let match = text.firstMatch(of: /\b(\d{1,3})\s*(?:(?:-|–|to|or)\s*\d{1,3}\s*)?(?:min|mins|minutes?)\b/) {
        return Double(match.1)
    }
    if let match = text.firstMatch(of: /\b(\d(?:[.,]5)?)\s*(?:h|hrs?|hours?)\b/) {
        return decimal(match.1).map { $0 * 60 }
    }
    return nil
}

// MARK: Words

private func wantsToSkip(_ text: String) -> Bool {
    text.contains(
        /^\W*(?:please\s+)?(?:skip|pass|next(?: question)?|n\/a)\b|\b(?:rather not|prefer not|won't say|not going to (?:say|tell)|don't want to (?:say|tell|answer|share)|do not want to (?:say|tell|answer)|none of your business|no comment|skip (?:this|that|it))\b/
    )
}

private func saysNone(_ text: String) -> Bool {
    text.contains(
        /^\W*(?:no|nope|none|nothing|nah|not really|not at all|never|zero|0|all good|all fine|i'm fine|no problems?|no issues?|i don't|i do not|don't have any|i have none|nothing at all|just (?:my )?body ?weight|only (?:my )?body ?weight)\b|\b(?:none|nothing|no (?:injuries|allergies|equipment|pain|pains|problems|issues|restrictions|gear|weights|intolerances))\b/
    )
}

private func name(in original: String, isAsked: Bool, longest: Int) -> String? {
    let pattern =
        /(?i)\b(?:my name is|my name's|call me|i go by|name:|people call me)\s+(\p{L}[\p{L}'’-]*)(?-i)(\s+\p{Lu}[\p{L}'’-]*)?/
    if let match = original.firstMatch(of: pattern) { return String(match.1) + (match.2.map(String.init) ?? "") }
    guard isAsked else { return nil }
    // "I'm Alex" and a bare "Alex" answer the question for a name; a sentence does not.
    let rest =
        original.replacing(
            /(?i)^\s*(?:hi|hello|hey)?[,!\s]*(?:i'm|i am|i’m|it's|it is|this is|just)?\s*/,
            with: ""
        )
        .prefix { $0 != "," && $0 != "." && $0 != "!" }
        .split(separator: /\s+and\s+/, maxSplits: 1).first ?? ""
    let words = rest.split(whereSeparator: \.isWhitespace)
    let noNames: Set = [
        "ok", "okay", "yes", "no", "yeah", "yep", "nope", "sure", "maybe", "later", "not", "don't", "idk", "start",
        "go", "ready",
        "what", "why", "who", "how", "please", "thanks", "help", "nothing", "none", "continue", "restart", "test",
    ]
    guard (1...3).contains(words.count), !words.contains(where: { noNames.contains($0.lowercased()) }),
        rest.count <= longest, rest.allSatisfy({ $0.isLetter || " '’-.".contains($0) })
    else {
        return nil
    }
    return String(rest).trimmed
}

// MARK: Choices

/// What a message says about the choices of one field.
private struct Statement {
    private let text: String
    /// Whether the field was asked for.
    private let isAnswer: Bool
    /// The parts between commas and the like, each of which denies or affirms on its own; those that say that all is well
    /// are left out.
    private let clauses: [PlainText]

    init(_ text: String, isAnswer: Bool, signs: [String]) {
        self.text = text
        self.isAnswer = isAnswer
        self.clauses = text.split { ",.;!?\n".contains($0) }
            .flatMap { $0.split(separator: " but ").flatMap { $0.split(separator: " except ") } }
            .map { PlainText(String($0)) }
            .filter { clause in
                !clause.speaksOfWellbeing
                    && (isAnswer || signs.isEmpty || signs.contains { clause.holds($0, unlessDenied: true) })
            }
    }

    /// The choice that the longest phrase speaks for; `nil` when none does, or several do.
    func choice(of choices: [ProfileForm.Choice]) -> String? {
        if self.isAnswer, let exact = choices.first(where: { $0.isNamed(exactlyBy: self.text) }) { return exact.id }
        let found = choices.compactMap { choice in self.length(of: choice).map { (id: choice.id, length: $0) } }
        guard let longest = found.map(\.length).max() else { return nil }
        let winners = found.filter { $0.length == longest }
        return winners.count == 1 ? winners[0].id : nil
    }

    /// The choices that are named; none is an answer only to the question.
    func choices(of choices: [ProfileForm.Choice]) -> [String]? {
        let found = choices.filter { self.length(of: $0) != nil }.map(\.id)
        if !found.isEmpty { return found }
        return self.isAnswer && saysNone(self.text) ? [] : nil
    }

    /// How many words the longest phrase has that says the choice; `nil` when none does.
    private func length(of choice: ProfileForm.Choice) -> Int? {
        choice.phrases(isAnswer: self.isAnswer)
            .filter { phrase in self.clauses.contains { $0.holds(phrase, unlessDenied: true) } }
            .map { $0.split(separator: " ").count }.max()
    }
}

extension ProfileForm.Choice {
    /// What says this choice.
    ///
    /// A leading `?` marks words that say it only in the answer to the question, and so do the
    /// choice's own names.
    fileprivate func phrases(isAnswer: Bool) -> [String] {
        let always = self.words.filter { !$0.hasPrefix("?") }
        guard isAnswer else { return always }
        return always + self.words.filter { $0.hasPrefix("?") }.map { String($0.dropFirst()) } + self.names
    }

    private var names: [String] {
        [self.id.replacing("_", with: " ").replacing("-", with: " "), self.label.text().lowercased()]
    }

    /// Whether the whole text is a name of this choice.
    fileprivate func isNamed(exactlyBy text: String) -> Bool {
        let plain = { (text: String) in
            text.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
        }
        return self.phrases(isAnswer: true).contains { plain($0) == plain(text) }
    }
}

extension PlainText {
    /// "My knees are fine": the thing is named because nothing is wrong with it.
    fileprivate var speaksOfWellbeing: Bool {
        [
            "are fine", "is fine", "are okay", "are ok", "is ok", "is okay", "are good", "is good now", "feel fine",
            "feels fine", "healed", "recovered", "all right",
        ].contains { self.holds($0, unlessDenied: true) }
    }
}
