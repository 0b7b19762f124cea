/// What a message is about, as far as the built-in coach can tell.
enum CoachTopic: CaseIterable {
    case greeting, thanks, abilities, running, strength, food, weightLoss, sleep, stress, habits

    /// Words that speak for the topic, each counting once; a trailing `*` stands for any ending.
    private var keywords: [String] {
        switch self {
        case .greeting: ["hi", "hello", "hey", "morning", "evening", "hola", "你好", "您好"]
        case .thanks: ["thanks", "thank", "great", "perfect", "谢谢"]
        case .abilities: ["who", "help", "what can you", "how do you work", "are you"]
        case .running: ["run*", "5k", "10k", "marathon", "jog*", "endurance", "cardio", "跑步"]
        case .strength:
            ["strength", "muscle*", "gym", "lift*", "squat*", "push-up*", "workout*", "train*", "plan", "训练"]
        case .food:
            ["eat*", "food", "protein*", "meal*", "diet*", "macro*", "breakfast", "lunch", "dinner", "nutrition", "饮食"]
        case .weightLoss: ["weight", "lose", "fat", "calorie*", "deficit", "slim*", "减肥"]
        case .sleep: ["sleep*", "tired", "insomnia", "bed", "night", "rest", "睡眠"]
        case .stress: ["stress*", "anxi*", "worr*", "overwhelm*", "calm*", "meditat*", "压力"]
        case .habits: ["habit*", "motivat*", "routine*", "goal*", "lazy", "begin*", "start*", "习惯"]
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
    // Chinese has no spaces between words, and some keywords are phrases.
    let isSingleWord = keyword.utf8.allSatisfy { $0 < 0x80 && $0 != 0x20 }
    return isSingleWord ? words.contains(keyword) : message.contains(keyword)
}
