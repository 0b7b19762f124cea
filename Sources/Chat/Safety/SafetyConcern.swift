/// Something in a message that calls for help instead of a plan.
///
/// The rules err on the side of care: a word too many costs a sentence, a word too few may cost more.
package enum SafetyConcern: Sendable, CaseIterable {
    /// In the order of what presses most.
    case selfHarm, emergency, eatingDisorder

    /// The most pressing concern that the message gives rise to.
    package init?(in message: String) {
        let parts = plain(message).split(separator: /[.,;:!?\n]|\b(?:but|because)\b/).map { PlainText($0) }
        guard let found = Self.allCases.first(where: { $0.isRaised(by: parts) || $0.isMeasured(in: plain(message)) })
        else {
            return nil
        }
        self = found
    }

    private func isRaised(by parts: [PlainText]) -> Bool {
        parts.contains { part in
            !self.harmless.contains(where: part.holds)
                && self.signs.contains { sign in
                    part.places(of: sign).contains { self == .selfHarm || !isDenied(at: $0.lowerBound, in: part.words) }
                }
        }
    }

    /// Whether somebody speaks of eating less than the 800 kcal a day that only a clinic may plan (NHLBI, NIH 00-4084, 2000).
    private func isMeasured(in message: String) -> Bool {
        guard self == .eatingDisorder else { return false }
        return message.matches(
            of: /(\w+\s+)?(?:only\s+)?\b([1-7]?\d{2})\s*(?:k?cals?|calories)\s*(?:a|per|each|\/)\s*day/
        ).contains { match in
            let before = match.1.map { $0.split(separator: " ").joined() } ?? ""
            return !["burn", "burning", "of", "less", "fewer", "minus", "extra", "deficit", "by", "another", "than"]
                .contains(before)
        }
    }

    /// What is no concern although a sign of it is there.
    private var harmless: [String] {
        switch self {
        case .selfHarm:
            [
                "suicide sprint*", "suicide grip*", "suicide run*", "suicides drill*", "myself some slack",
                "end it all with _",
            ]
        case .emergency:
            [
                "my dog", "my cat", "collapsed on the sofa", "collapsed on the couch", "collapsed on my bed",
                "collapsed into bed", "through my nose", "had a heart attack", "history of heart attack*",
                "heart attack food",
            ]
        case .eatingDisorder:
            [
                "stopped eating sugar", "stopped eating meat", "stopped eating sweets", "stopped eating bread",
                "stopped eating dairy", "stopped eating out", "stopped eating late", "stopped eating snacks",
                "stopped eating junk", "stopped eating fast", "stopped eating after", "purging my", "purging the",
            ]
        }
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
                "face is drooping", "coughing blood", "chest feels", "chest hurting", "chest tightnes*",
                "squeezing in my chest", "squeezing _ in my chest",
                "sitting on my chest", "catch my breath at rest", "left arm goes", "left arm tingl*",
                "left arm is tingl*",
                "heart is racing and", "coughing up blood", "brustschmerz*", "schmerzen in der brust",
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
                "don't want to wake up", "can't go on living", "take my own life", "point of living", "point in living",
                "better off if i", "disappear forever",
                "been cutting again", "cutting again", "ending things", "don't want to be here anymore", "kms",
                "end myself", "umbringen", "selbstmord*",
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
                "fingers down my throat", "make myself puke", "made myself puke", "don't eat for _ days",
                "haven't eaten anything since", "haven't eaten since", "binge at night", "bingeing at night",
                "not eating at all", "haven't eaten in _ days",
                "not eaten in _ days", "not eaten for _ days", "haven't eaten for _ days", "essstörung*", "magersucht*",
                "magersüchtig*", "trastorno alimenticio", "anorexie", "boulimie", "厌食", "催吐", "拒食",
            ]
        }
    }
}

/// Whether a word right before says that it is not so: *no chest pain*, *I do not have chest pain*.
private func isDenied(at index: Int, in words: [String]) -> Bool {
    let denials: Set = ["no", "not", "never", "without", "don't", "didn't", "doesn't", "haven't", "nor"]
    let bridges: Set = ["any", "more", "have", "had", "having", "get", "feel", "got", "real", "really", "a"]
    var place = index - 1
    while place >= 0, bridges.contains(words[place]), index - place <= 3 { place -= 1 }
    return place >= 0 && denials.contains(words[place])
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
        "eat less", "eating less", "crash diet", "fasting", "lose a few", "lose some", "lose the", "cutting plan",
        "cutting phase",
        "cut weight", "cut out", "drop some", "baby weight", "feel fat", "feel so fat", "look fat", "too fat",
        "abnehmen",
        "kaloriendefizit", "adelgazar", "perder peso", "maigrir", "perdre du poids", "emagrecer", "dimagrire", "减肥",
        "瘦身", "痩せたい", "ダイエット",
    ].contains { message.holds($0) }
}
