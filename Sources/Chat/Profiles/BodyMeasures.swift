/// A body weight and a height as people write them, in metric and imperial units.
///
/// A pound is 0.45359237 kg and an inch 2.54 cm exactly (international yard and pound agreement, 1959); a stone is 14
/// pounds, a foot 12 inches.
package struct BodyMeasures: Sendable, Equatable {
    package let kilograms: Double?
    package let centimetres: Double?

    /// Reads a text in lower case with straight apostrophes.
    package init(in text: String) {
        self.kilograms = Self.mass(in: text)
        self.centimetres = Self.length(in: text)
    }

    private static let poundInKilograms = 0.45359237
    private static let inchInCentimetres = 2.54

    private static func mass(in text: String) -> Double? {
        // Weights that somebody lifts or loses say nothing about the body.
        for match in text.matches(of: /(\d{2,3}(?:[.,]\d{1,2})?)\s*(kg|kgs|kilos?|kilograms?|lbs?|pounds?)\b/) {
            guard let number = decimal(match.1), !isAboutSomethingElse(text[..<match.range.lowerBound]) else {
                continue
            }
            return match.2.hasPrefix("k") ? number : number * Self.poundInKilograms
        }
        if let match = text.firstMatch(
            of: /\b(\d{1,2})\s*(?:st|stone)s?\b(?:\s*(?:and\s*)?(\d{1,2})\s*(?:lbs?|pounds?)?)?/
        ),
            let stones = Double(match.1)
        {
            return (stones * 14 + (match.2.flatMap { Double($0) } ?? 0)) * Self.poundInKilograms
        }
        return nil
    }

    private static func isAboutSomethingElse(_ before: Substring) -> Bool {
        let words = before.split { !$0.isLetter && $0 != "'" }.suffix(3)
        return words.contains {
            [
                "lose", "lost", "losing", "gain", "gained", "gaining", "lift", "squat", "deadlift", "bench", "press",
                "drop",
                "another", "extra", "kettlebell", "dumbbell", "to",
            ].contains($0)
        }
    }

    private static func length(in text: String) -> Double? {
        if let match = text.firstMatch(of: /\b(\d{2,3}(?:[.,]\d)?)\s*(?:cm|centimet(?:er|re)s?)\b/) {
            return decimal(match.1)
        }
        if let match = text.firstMatch(
            of: /\b([12])[.,](\d{1,2})\s*(?:m|met(?:er|re)s?)?\b(?!\s*(?:kg|l\b|lit|kilo|lb))/
        ),
            match.2.count == 2 || text[match.range].contains("m")
        {
            return decimal("\(match.1).\(match.2)"[...]).map { $0 * 100 }
        }
        if let match = text.firstMatch(of: /\b([12])\s*m\s*(\d{2})\b/), let metres = Double(match.1),
            let rest = Double(match.2)
        {
            return metres * 100 + rest
        }
        // 5'11", 5 ft 11 in, 5 feet, 5'11
        if let match = text.firstMatch(
            of: /\b([4-7])\s*(?:'|′|ft|foot|feet)\.?(?:\s*(?:and\s*)?(\d{1,2})\s*(?:"|″|''|in\b|inch|inches)?)?/
        ), let feet = Double(match.1) {
            let inches = match.2.flatMap { Double($0) } ?? 0
            return inches < 12 ? (feet * 12 + inches) * Self.inchInCentimetres : nil
        }
        return nil
    }
}

/// A number with a point or a comma before its fraction.
func decimal(_ text: Substring) -> Double? {
    Double(text.replacing(",", with: "."))
}
