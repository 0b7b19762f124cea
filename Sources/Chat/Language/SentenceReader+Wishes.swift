extension SentenceReader {
    /// What somebody wishes a plan to be like: "a plan for twice a week with dumbbells, half an hour each".
    ///
    /// A request says nothing about its author until somebody asks; of what it asks for, though, it says the same as the
    /// answers to the questions for the days, the minutes, the equipment and the goal would.
    package func wishes(in message: String) -> [Profile.Change] {
        let text = withDigits(plain(String(message.prefix(2000)))).replacing("?", with: ".")
        var wishes: [Profile.Change] = []
        if let days = daysWished(in: text) { wishes.append(.set(field: FieldName.days, .number(days))) }
        if let minutes = minutesWished(in: text) { wishes.append(.set(field: FieldName.minutes, .number(minutes))) }
        for field in [FieldName.equipment, FieldName.goal] {
            let answer = self.changes(in: text, asked: self.field(field)).first { $0.sets(field) }
            if let answer { wishes.append(answer) }
        }
        return wishes
    }
}

/// "2 times a week", "for 3 days", "4x per week".
private func daysWished(in text: String) -> Double? {
    let byWeek = /\b([1-7])\s*(?:x|times?|days?|sessions?|workouts?|trainings?)?\s*(?:a|per|each|every|\/)\s*week\b/
    let byDays = /\b([1-7])[\s-]*days?\b/
    return (text.firstMatch(of: byWeek)?.1 ?? text.firstMatch(of: byDays)?.1).flatMap { Double($0) }
}

private func minutesWished(in text: String) -> Double? {
    text.firstMatch(of: /\b(\d{2,3})\s*-?\s*(?:min|mins|minutes?)\b/).flatMap { Double($0.1) }
        .flatMap { (10...180).contains($0) ? $0 : nil }
}

extension Profile.Change {
    fileprivate func sets(_ id: String) -> Bool { if case .set(id, _) = self { true } else { false } }
}
