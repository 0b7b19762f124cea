/// What a message is about, as far as the built-in coach can tell.
enum CoachTopic: CaseIterable {
    case greeting, thanks, abilities, running, strength, food, weightLoss, sleep, stress, habits

    /// Words that speak for the topic, each counting once; a trailing `*` stands for any ending.
    private var keywords: [String] {
        switch self {
        case .greeting: ["hi", "hello", "hey", "morning", "evening", "hola"]
        case .thanks: ["thanks", "thank", "great", "perfect"]
        case .abilities: ["who", "help", "what can you", "how do you work", "are you"]
        case .running: ["run*", "5k", "10k", "marathon", "jog*", "endurance", "cardio"]
        case .strength:
            ["strength", "muscle*", "gym", "lift*", "squat*", "push-up*", "workout*", "train*", "plan"]
        case .food:
            ["eat*", "food", "protein*", "meal*", "diet*", "macro*", "breakfast", "lunch", "dinner", "nutrition"]
        case .weightLoss: ["weight", "lose", "fat", "calorie*", "deficit", "slim*"]
        case .sleep: ["sleep*", "asleep", "awake", "tired", "insomnia", "bed", "night", "rest"]
        case .stress: ["stress*", "anxi*", "worr*", "overwhelm*", "calm*", "meditat*"]
        case .habits: ["habit*", "motivat*", "routine*", "goal*", "lazy", "begin*", "start*"]
        }
    }

    /// The topic with the most keywords in the message, the earlier one where two have as many; `nil` without any.
    init?(of message: String) {
        let message = message.lowercased()
        let words = Set(message.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        let scores = Self.allCases.map { topic in
            (topic: topic, score: topic.keywords.count { holds($0, in: message, words: words) })
        }
        // Small talk counts only where nothing else was said.
        let substance = scores.filter { ![.greeting, .thanks, .abilities].contains($0.topic) && $0.score > 0 }
        let candidates = substance.isEmpty ? scores.filter { $0.score > 0 } : substance
        guard let best = candidates.map(\.score).max(), let found = candidates.first(where: { $0.score == best }) else {
            return nil
        }
        self = found.topic
    }
}

private func holds(_ keyword: String, in message: String, words: Set<String>) -> Bool {
    if keyword.hasSuffix("*") {
        let stem = keyword.dropLast()
        return words.contains { $0.hasPrefix(stem) }
    }
    // Some keywords are phrases.
    return keyword.contains(" ") ? message.contains(keyword) : words.contains(keyword)
}
