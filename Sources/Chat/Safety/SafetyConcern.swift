/// Something in a message that calls for help instead of a plan.
///
/// The rules err on the side of care: a word too many costs a sentence, a word too few may cost more.
package enum SafetyConcern: Sendable, CaseIterable {
    /// In the order of what presses most.
    case selfHarm, emergency, eatingDisorder

    /// The most pressing concern that the message gives rise to.
    package init?(in message: String) {
        let message = PlainText(message)
        guard let found = Self.allCases.first(where: { $0.isRaised(by: message) }) else { return nil }
        self = found
    }

    private func isRaised(by message: PlainText) -> Bool {
        self.signs.contains { message.holds($0, unlessDenied: self != .selfHarm) }
    }

    /// Phrases that speak for the concern; `*` at the end of a word stands for any ending, `_` for any one word.
    private var signs: [String] {
        switch self {
        case .emergency:
            [
                "chest pain*", "pain in my chest", "chest hurts", "chest is hurting", "chest feels tight",
                "tight chest",
                "tightness in my chest", "pressure in my chest", "pressure on my chest", "chest tightness",
                "chest pressure",
                "chest _ hurting", "can't breathe", "cannot breathe", "cant breathe", "hard to breathe", "passed out",
                "passing out", "fainted", "fainting", "blacked out", "collapsed", "numb arm", "arm is numb",
                "arm went numb", "left arm hurts", "pain in my left arm", "heart attack", "slurred speech",
                "face is drooping", "coughing blood", "coughing up blood", "brustschmerz*", "schmerzen in der brust",
                "dolor en el pecho", "dolor de pecho", "douleur* poitrine", "douleur à la poitrine",
                "mal à la poitrine",
                "dor no peito", "dolore al petto", "胸痛", "胸口痛", "胸が痛い",
            ]
        case .selfHarm:
            [
                "kill myself", "killing myself", "suicid*", "hurt myself on purpose", "want to hurt myself",
                "hurting myself", "harm myself", "harming myself", "self-harm*", "self harm*", "cut myself on purpose",
                "cutting myself", "end my life", "ending my life", "end it all", "want to die", "wish i was dead",
                "wish i were dead", "better off dead", "better off without me", "don't want to live",
                "do not want to live", "dont want to live", "don't want to be alive", "no reason to live",
                "don't want to wake up", "can't go on living", "take my own life", "umbringen", "selbstmord*",
                "suizid*",
                "nicht mehr leben", "suicidarme", "quiero morir", "me suicider", "envie de mourir", "quero morrer",
                "voglio morire", "自杀", "不想活", "想死", "死にたい",
            ]
        case .eatingDisorder:
            [
                "anorexi*", "bulimi*", "purging", "purge after", "purge my food", "purge what i", "throw up after",
                "throwing up after", "throw up my food",
                "throw up what i eat", "make myself vomit", "make myself throw up", "making myself vomit",
                "making myself throw up", "made myself throw up", "made myself vomit", "made myself sick",
                "make myself sick",
                "stop eating altogether", "stopped eating", "starve myself", "starving myself", "eating disorder*",
                "binge and purge", "bingeing and purging", "laxatives to lose", "taking laxatives",
                "haven't eaten in _ days",
                "not eaten in _ days", "not eaten for _ days", "haven't eaten for _ days", "essstörung*", "magersucht*",
                "magersüchtig*", "trastorno alimenticio", "anorexie", "boulimie", "厌食", "催吐", "拒食",
            ]
        }
    }
}

/// Words of a message that speak of losing weight, or of eating less.
package func asksForDeficit(_ message: String) -> Bool {
    let message = PlainText(message)
    return [
        "lose weight", "losing weight", "lose _ weight", "lose _ kg", "lose _ kilos", "lose _ pounds", "lose _ lbs",
        "lose _ lb",
        "lose fat", "losing fat", "lose belly fat", "lose _ fat", "drop weight", "drop _ kg", "drop _ kilos",
        "drop _ pounds",
        "weight loss", "fat loss", "slim down", "slimmer", "thinner", "skinny", "skinnier", "get lean", "cutting diet",
        "cut calories", "calorie deficit", "caloric deficit", "deficit", "diet plan to lose", "burn fat", "burn _ fat",
        "eat less", "eating less", "crash diet", "fasting", "lose a few", "lose some", "lose the", "abnehmen",
        "kaloriendefizit", "adelgazar", "perder peso", "maigrir", "perdre du poids", "emagrecer", "dimagrire", "减肥",
        "瘦身", "痩せたい", "ダイエット",
    ].contains { message.holds($0, unlessDenied: false) }
}

/// A message as the rules read it: lower case, straight apostrophes, words apart.
package struct PlainText: Sendable {
    /// The words in their order; what is no letter, digit, apostrophe or hyphen is no word.
    package let words: [String]
    /// The same text in one piece, for scripts without spaces.
    private let text: String

    package init(_ message: String) {
        self.text = message.lowercased().replacing("’", with: "'")
        self.words = self.text.split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "-" }.map(String.init)
    }

    /// Whether the phrase is there; `*` at the end of a word stands for any ending, `_` for any one word.
    ///
    /// With `unlessDenied`, a "no" or the like in the three words before it makes it not count: *no chest pain*.
    package func holds(_ phrase: String, unlessDenied: Bool) -> Bool {
        let pattern = phrase.split(separator: " ").map(String.init)
        if pattern.count == 1, phrase.contains(where: { !$0.isASCII && $0.isIdeographic }) {
            return self.text.contains(phrase)
        }
        guard self.words.count >= pattern.count else { return false }
        return (0...(self.words.count - pattern.count)).contains { start in
            zip(pattern, self.words[start...]).allSatisfy(matches)
                && !(unlessDenied && self.isDenied(at: start))
        }
    }

    private func isDenied(at index: Int) -> Bool {
        self.words[max(0, index - 3)..<index].contains(
            where: ["no", "not", "never", "without", "any", "isn't"].contains
        )
    }
}

private func matches(_ pattern: String, _ word: String) -> Bool {
    if pattern == "_" { return true }
    return pattern.hasSuffix("*") ? word.hasPrefix(pattern.dropLast()) : word == pattern
}

extension Character {
    /// Whether it is of a script that is written without spaces between words.
    fileprivate var isIdeographic: Bool {
        self.unicodeScalars.contains { (0x3040...0x30FF).contains($0.value) || (0x3400...0x9FFF).contains($0.value) }
    }
}
