/// Something in a message that calls for help instead of a plan.
///
/// The rules err on the side of care: a word too many costs a sentence, a word too few may cost more.
enum CoachConcern: CaseIterable {
    case emergency, selfHarm, eatingDisorder, pregnancy, underAge

    private var signs: [String] {
        switch self {
        case .emergency:
            ["chest pain", "chest hurts", "can't breathe", "cannot breathe", "passed out", "fainted", "numb arm", "胸痛"]
        case .selfHarm:
            ["kill myself", "suicid", "hurt myself", "self-harm", "self harm", "end my life", "want to die", "自杀"]
        case .eatingDisorder:
            [
                "anorexi", "bulimi", "purge", "throw up after", "make myself vomit", "stop eating", "starve myself",
                "eating disorder",
            ]
        case .pregnancy: ["pregnan", "breastfeed", "expecting a baby", "怀孕"]
        case .underAge:
            [
                "i am 10", "i am 11", "i am 12", "i am 13", "i am 14", "i am 15", "i am 16", "i am 17", "i'm 10",
                "i'm 11", "i'm 12",
            ]
                + ["i'm 13", "i'm 14", "i'm 15", "i'm 16", "i'm 17", "years old and in school"]
        }
    }

    /// The most pressing concern that the message gives rise to.
    init?(in message: String) {
        let message = message.lowercased().replacing("’", with: "'")
        guard let found = Self.allCases.first(where: { $0.signs.contains { message.contains($0) } }) else { return nil }
        self = found
    }

    /// Whether the concern replaces the answer; otherwise it only rules out advice on losing weight.
    var replacesAnswer: Bool {
        switch self {
        case .emergency, .selfHarm, .eatingDisorder: true
        case .pregnancy, .underAge: false
        }
    }

    /// What the coach says to it.
    var text: String {
        switch self {
        case .emergency:
            """
            **Please get help now.** What you describe can be an emergency, and no training plan is the right answer to \
            it. Stop what you are doing, and call your emergency number (112 in Europe, 911 in North America, 120 in \
            China) or ask somebody near you to call. Come back here when you are well.
            """
        case .selfHarm:
            """
            I am glad that you said this, and I am sorry that it is so hard right now. I am only a program, and you \
            deserve a person. **Please talk to somebody today**: a friend, a doctor, or a crisis line. If you are in danger \
            now, call your emergency number (112 in Europe, 911 or 988 in North America, 120 in China).
            """
        case .eatingDisorder:
            """
            Thank you for telling me. I will not give you a diet or a number to reach, because what you describe deserves \
            care from people who know it well. **Please talk to a doctor or to an eating disorder helpline.** You do not \
            have to be ill enough to ask for help.
            """
        case .pregnancy:
            """
            During pregnancy and while breastfeeding losing weight is no goal, so I leave every calorie deficit out. \
            Gentle movement is usually fine; **agree on it with your doctor or midwife.**
            """
        case .underAge:
            """
            As long as you are growing, losing weight on purpose is nothing to do alone, so I leave every calorie deficit \
            out. Play, move, eat until you are full, and **ask a parent or a doctor** if your weight worries you.
            """
        }
    }
}
