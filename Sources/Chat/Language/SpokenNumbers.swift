/// The text with number words as digits: `thirty-four` is `34`, `twice` is `2 times`, `an hour` is `60 minutes`.
func withDigits(_ text: String) -> String {
    let joined = text.replacing(
        /\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](one|two|three|four|five|six|seven|eight|nine))?\b/
    ) { match in
        String((numberWords[String(match.1)] ?? 0) + (match.2.flatMap { numberWords[String($0)] } ?? 0))
    }
    return
        joined
        .replacing(/\b(?:three|3) quarters of an hour\b/, with: "45 minutes")
        .replacing(/\b(?:a )?quarter of an hour\b/, with: "15 minutes")
        .replacing(/\bhalf (?:an )?hour\b/, with: "30 minutes")
        .replacing(/\b(?:an?|one|1) hour and a half\b/, with: "90 minutes")
        .replacing(/\b(?:an?|one) hour\b/, with: "60 minutes")
        .replacing(
            /\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)\b/
        ) { match in
            String(numberWords[String(match.1)] ?? 0)
        }
        .replacing(/\btwice\b/, with: "2 times").replacing(/\bonce\b/, with: "1 times")
        .replacing(/\bthrice\b/, with: "3 times").replacing(/\b(?:a )?couple(?: of)?\b/, with: "2")
}

private let numberWords = [
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
]

/// A number with a point or a comma before its fraction.
func decimal(_ text: Substring) -> Double? {
    Double(text.replacing(",", with: "."))
}

/// A number without a unit, which only answers the question that was asked.
struct SpokenNumber {
    private let text: String

    /// Takes a text with its number words as digits.
    init(in text: String) {
        self.text = text
    }

    /// The number as an answer; whoever answers with what is not possible is told so.
    func answer(to quantity: ProfileForm.Quantity, _ known: Profile) -> Double? {
        if quantity == .centimetres, let match = self.text.wholeMatch(of: /\D*?([4-7])[\s-]+(\d{1,2})\D*/),
            let feet = Double(match.1), let inches = Double(match.2), inches < 12
        {
            return (feet * 12 + inches) * 2.54
        }
        guard let bare = self.only else { return nil }
        switch quantity {
        // 1.78 in answer to "how tall are you" is in metres.
        case .centimetres: return (1.2...2.3).contains(bare) ? bare * 100 : bare
        case .kilograms: return self.isPoundsPerhaps(bare, known) ? nil : bare
        case .years, .daysAWeek, .minutes: return bare
        }
    }

    /// Whether a weight without a unit may as well be in pounds, so that it has to be asked.
    private func isPoundsPerhaps(_ number: Double, _ known: Profile) -> Bool {
        guard let index = bodyMassIndex(kilograms: number, centimetres: known.number(FieldName.height)) else {
            return number >= 120
        }
        return index > 38
    }

    /// The only number of the text; `nil` when there are none or several.
    private var only: Double? {
        let numbers = self.text.matches(of: /\d+(?:[.,]\d+)?/)
        // "3-4" and "2 maybe 3" are two: the smaller one can be kept.
        if numbers.count == 2, self.text.contains(/\d\s*(?:-|–|to|or|maybe|and)\s*\d/) {
            return numbers.compactMap { decimal($0.output) }.min()
        }
        return numbers.count == 1 ? decimal(numbers[0].output) : nil
    }
}

/// A quantity that clauses name with its unit, or as people say it.
struct SpokenQuantity {
    let value: Double?

    /// `isAsked` says that it was asked for; what is said in passing has to be clearer.
    init(_ quantity: ProfileForm.Quantity, _ clauses: [Clause], isAsked: Bool, isKnown: Bool) {
        let own = clauses.filter { !$0.isAboutSomebodyElse }.map(\.text)
        self.value =
            switch quantity {
            case .years: years(in: own, isKnown: isKnown && !isAsked)
            case .kilograms: BodyMeasures.newest(own.compactMap { isAsked ? $0 : spokenOfOneself($0) }, \.kilograms)
            case .centimetres: BodyMeasures.newest(own, \.centimetres)
            // Days of the week may stand with commas between them.
            case .daysAWeek:
                (isAsked ? [own.joined(separator: ", ")] : own).lazy
                    .compactMap { daysAWeek(in: $0, isAsked: isAsked) }.first
            case .minutes: own.lazy.compactMap { minutes(in: $0, isAsked: isAsked) }.first
            }
    }
}

/// A clause in which a weight is its author's own.
private func spokenOfOneself(_ clause: String) -> String? {
    let isOwn =
        clause.contains(/\b(?:i weigh|weigh|weight|i'm|i am|im|now|currently|at|make (?:that|it))\b/)
        || clause.wholeMatch(
            of:
                /[\W\d]*(?:(?:kgs?|kilos?|kilograms?|lbs?|pounds?|m|cm|ft|foot|feet|in|inch|inches|and|about|around|roughly|tall|stone|st)\b[\W\d]*)+/
        ) != nil
    return isOwn ? clause : nil
}

private func years(in clauses: [String], isKnown: Bool) -> Double? {
    let patterns = [
        /\b(\d{1,3})\s*-?\s*(?:years?|yrs?|y)(?:\s*-?\s*old|\s+of\s+age)/,
        /\b(\d{1,3})\s*(?:y\/o|yo)\b/,
        /\b(?:aged?|age is|age:|i'm|i am|im|just turned|turned|about to be)\s+(?:now\s+|only\s+|about\s+|around\s+|nearly\s+|almost\s+)?(\d{1,3})\b(?!\s*(?:kgs?\b|kilo|lbs?\b|pound|cm\b|m\b|st\b|stone|days?\b|times|x\b|weeks?|months?|min|hours?|%|'|ft\b|feet|foot|[.,]\d|kcal|km|k\b|over|under|down|into))/,
        /^\W*(\d{2})\s*(?:years?|yrs?)\W*$/,
    ]
    for clause in clauses where !clause.contains(/\b(?:till|until|since|when i was|trained|training for|ago)\b/) {
        if let match = clause.firstMatch(
            of: /\b(?:i'll be|i will be|i turn|turning|i'm turning)\s+(\d{1,3})\s+(?:in|next|on|this|soon)\b/
        ) {
            return Double(match.1).map { $0 - 1 }
        }
        for pattern in patterns {
            if let match = clause.firstMatch(of: pattern), let age = Double(match.1) { return age }
        }
    }
    // "Alex, 34, male": among other facts a number that stands alone is an age.
    let alone = clauses.compactMap { $0.wholeMatch(of: /\W*(\d{2})\W*/).flatMap { Double($0.1) } }
    guard !isKnown, clauses.count > 1, alone.count == 1, (13...99).contains(alone[0]) else { return nil }
    return alone[0]
}

private func daysAWeek(in clause: String, isAsked: Bool) -> Double? {
    let isOfTraining = clause.contains(
        /\b(?:train(?!er)\w*|work ?outs?|working out|make (?:it|that)|exercis\w*|sessions?|gym|realistic\w*|manage|doable|possible|can do|could do|works|enough|free|available|max)\b/
    )
    guard isAsked || (isOfTraining && clause.contains(/\b(?:a|per|each|every)\s+(?:week|wk)\b|\bweekly\b|\bdays\b/)),
        !clause.contains(/\b(?:eat|eggs?|dog|golf|fish|coffee|shower|sick)\b/)
    else { return nil }
    return spokenDays(in: clause)
}

private func spokenDays(in clause: String) -> Double? {
    let names = [
        /\bmon(?:day)?s?\b/, /\btue(?:s|sday)?s?\b/, /\bwed(?:nesday)?s?\b/, /\bthu(?:r|rs|rsday)?s?\b/,
        /\bfri(?:day)?s?\b/, /\bsat(?:urday)?s?\b/, /\bsun(?:day)?s?\b/,
    ]
    let named = Double(names.count { clause.contains($0) })
    if clause.contains(/\bevery (?:other|2|second) days?\b|\balternate days\b/) { return 3 }
    if clause.contains(/\b(?:not|no|never)\b/), named > 0 { return nil }
    if clause.contains(/\bweekdays\b|\bevery weekday\b/) { return 5 }
    if clause.contains(/\b(?:every ?day|each day|daily|every single day|every morning|every evening)\b/) { return 7 }
    let more =
        clause.contains(/\b(?:plus|and|\+)\s+(?:on\s+)?(?:mon|tue|wed|thu|fri|sat|sun|1 times at the weekend)/)
        ? max(named, 1) : 0
    let range =
        /\b(\d)\s*(?:-|–|to|or|and|maybe)\s*(\d)\s*(?:x|times?|days?|sessions?|workouts?|evenings?|mornings?)?\s*(?:a|per|each|every|\/)?\s*(?:week|wk|weekly|days?|times?)/
    if let match = clause.firstMatch(of: range), let least = Double(match.1), let most = Double(match.2) {
        return min(least, most)
    }
    let weekly =
        /\b(\d+)\s*(?:x|times?|days?|sessions?|workouts?|evenings?|mornings?|nights?)?\s*(?:(?:a|per|each|every|in a|in the|during the|of the|\/)\s*(?:week|wk)|weekly)\b/
    if let match = clause.firstMatch(of: weekly), let days = Double(match.1) { return days + more }
    let plain = /\b(\d)\s*(?:days?|times|x|sessions|workouts|evenings|mornings)\b(?!\s*(?:ago|old|later|of\s+sleep))/
    if let match = clause.firstMatch(of: plain), let days = Double(match.1) { return days + more }
    if named > 0 { return named }
    return clause.contains(/\bweekends?\b/) ? 2 : nil
}

private func minutes(in clause: String, isAsked: Bool) -> Double? {
    guard
        isAsked
            || clause.contains(
                /\b(?:sessions?|work ?outs?|train(?!er)\w*|make (?:it|that)|wait|each time|at a time|exercise)\b/
            ),
        !clause.contains(/\bin \d{1,3} (?:min|minutes|hours?)\b|\bless than\b|\b(?:a|per) week\b/)
    else { return nil }
    if let match = clause.firstMatch(of: /\b(\d)\s*(?:h|hrs?|hours?)\s*(?:and\s*)?(\d{1,2})\b/),
        let hours = Double(match.1), let rest = Double(match.2)
    {
        return hours * 60 + rest
    }
    if let match = clause.firstMatch(of: /\b(\d{1,3})\s*(?:(?:-|–|to|or)\s*\d{1,3}\s*)?(?:min|mins|minutes?)\b/) {
        return Double(match.1)
    }
    if let match = clause.firstMatch(of: /\b(\d(?:[.,]5)?)\s*(?:h|hrs?|hours?)\b/) {
        return decimal(match.1).map { $0 * 60 }
    }
    return nil
}
