/// A body weight and a height as people write them, in metric and imperial units.
///
/// A pound is 0.45359237 kg and an inch 2.54 cm exactly (international yard and pound agreement, 1959); a stone is 14
/// pounds, a foot 12 inches.
package struct BodyMeasures: Sendable, Equatable {
    package let kilograms: Double?
    package let centimetres: Double?

    /// Reads a text in lower case with straight apostrophes.
    package init(in text: String) {
        let text = withoutThePast(text)
        self.kilograms = mass(in: text)
        self.centimetres = length(in: text)
    }

    /// The measure of the clauses that speak of now, else of the first that has one.
    static func newest(_ clauses: [String], _ measure: (BodyMeasures) -> Double?) -> Double? {
        let found = clauses.compactMap { clause in
            measure(BodyMeasures(in: clause)).map {
                (value: $0, isNow: clause.contains(/\b(?:now|currently|today|at the moment)\b/))
            }
        }
        return (found.first(where: \.isNow) ?? found.first)?.value
    }
}

private let poundInKilograms = 0.45359237
private let inchInCentimetres = 2.54

/// The text from where it speaks of now, and up to where it speaks of before.
private func withoutThePast(_ text: String) -> String {
    if let match = text.firstMatch(of: /\b(?:now|currently|down to|up to)\b.*\d/),
        text[..<match.range.lowerBound].contains(/\d/)
    {
        return String(text[match.range.lowerBound...])
    }
    return text.replacing(
        /\b(?:used to be|from|was)\s+[\d.,'′"]+\s*(?:kgs?|kilos?|lbs?|pounds?|stone|st|cm|m|ft|foot|feet)?\b/,
        with: " "
    )
}

private func mass(in text: String) -> Double? {
    let pattern = /(\d{2,3}(?:[.,]\d{1,2})?)\s*(kg|kgs|kilos?|kilograms?|lbs?|pounds?)\b/
    for match in text.matches(of: pattern) {
        guard let number = decimal(match.1), !isAboutSomethingElse(text, match.range) else { continue }
        return match.2.hasPrefix("k") ? number : number * poundInKilograms
    }
    let stones = /\b(\d{1,2})\s*(?:and a half\s*)?(?:st|stone)s?\b(?:\s*(?:and\s*)?(\d{1,2})\s*(?:lbs?|pounds?)?)?/
    guard let match = text.firstMatch(of: stones), let number = Double(match.1),
        !isAboutSomethingElse(text, match.range)
    else {
        return nil
    }
    let half = text[match.range].contains("and a half") ? 7.0 : 0
    return (number * 14 + half + (match.2.flatMap { Double($0) } ?? 0)) * poundInKilograms
}

/// Whether a weight is one that somebody lifts, loses or wants to have.
private func isAboutSomethingElse(_ text: String, _ range: Range<String.Index>) -> Bool {
    let before = text[..<range.lowerBound].split { !$0.isLetter && $0 != "'" }.suffix(4)
    let behind = text[range.upperBound...].split { !$0.isLetter && $0 != "'" }.first ?? ""
    let isOther =
        before.contains {
            [
                "lose", "lost", "losing", "gain", "gained", "gaining", "lift", "lifting", "squat", "deadlift", "bench",
                "press",
                "drop", "shift", "shed", "target", "goal", "race", "another", "extra", "kettlebell", "dumbbell",
                "reach", "ate",
                "under", "below", "over", "overweight",
            ].contains($0)
        } || (before.last == "to" && !["down", "up"].contains(before.dropLast().last))
    return isOther
        || [
            "barbell", "barbells", "dumbbell", "dumbbells", "kettlebell", "kettlebells", "plates", "plate", "of",
            "over", "overweight", "bar",
        ]
        .contains(behind)
}

private func length(in text: String) -> Double? {
    if let match = text.firstMatch(of: /\b(\d{2,3}(?:[.,]\d)?)\s*(?:cm|centimet(?:er|re)s?)\b/) {
        return decimal(match.1)
    }
    if let match = text.firstMatch(of: /\b([12])[.,](\d{1,2})\s*(?:m|met(?:er|re)s?)?\b(?!\s*(?:kg|l\b|lit|kilo|lb))/),
        match.2.count == 2 || text[match.range].contains("m")
    {
        return decimal("\(match.1).\(match.2)"[...]).map { $0 * 100 }
    }
    if let match = text.firstMatch(of: /\b([12])\s*(?:m|met(?:er|re)s?)\s*(\d{2})\b/), let metres = Double(match.1),
        let rest = Double(match.2)
    {
        return metres * 100 + rest
    }
    if let match = text.firstMatch(of: /\b([4-9]\d)\s*(?:inches|inch)\b/), let inches = Double(match.1) {
        return inches * inchInCentimetres
    }
    // 5'11", 5'3.5", 5 ft 11 in, 5 foot 9 and a half, 5 feet, 5'11
    let feet =
        /\b([4-7])\s*(?:'|′|ft|foot|feet)\.?(?:\s*(?:and\s*)?(\d{1,2}(?:\.5)?)(\s*and a half)?\s*(?:"|″|''|in\b|inch|inches)?)?/
    guard let match = text.firstMatch(of: feet), let whole = Double(match.1) else { return nil }
    let inches = (match.2.flatMap { Double($0) } ?? 0) + (match.3 == nil ? 0 : 0.5)
    return inches < 12 ? (whole * 12 + inches) * inchInCentimetres : nil
}
