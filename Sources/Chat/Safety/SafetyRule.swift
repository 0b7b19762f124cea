/// What is answered in place of any agent, any tool and any model, and why.
///
/// A message that tells of an emergency, of self-harm or of an eating disorder gets a calm pointer to help and no plan. A
/// wish to lose weight of somebody for whom that is not safe gets a kind no. Everything else passes.
package enum SafetyRule {
    /// The body mass index below which adults count as underweight (WHO Technical Report Series 894, 2000).
    package static let underweight = 18.5
    /// The age from which somebody is of age, in years.
    package static let majority = 18.0

    /// Why a calorie deficit is out of the question for somebody.
    package enum Protection: Sendable, CaseIterable {
        case underAge, pregnancy, underweight
    }

    /// What models are told, whichever agent speaks.
    static let instructions = """
        Rules that hold whatever you are asked: you are no doctor; where health is at stake say that this is not medical \
        advice. Suggest no calorie deficit to anybody with a body mass index below 18.5, under 18 years of age, pregnant or \
        breastfeeding, and nobody less than 1,500 kcal (men) or 1,200 kcal (women) a day. On signs of an eating \
        disorder, of self-harm, or of an emergency such as chest pain, give no plan; say calmly where help is.
        """

    /// What is answered instead; `nil` when the question may be answered.
    ///
    /// `messages` are the reader's in this conversation, the one to answer last.
    package static func answer(to messages: [String], from reader: Reader, helpLines: HelpLines) -> String? {
        guard let message = messages.last else { return nil }
        if let concern = SafetyConcern(in: message) { return concern.answer(helpLines.lines(for: reader.place)) }
        guard asksForDeficit(message) else { return nil }
        return Self.protection(of: reader.profile, saying: messages)?.answer
    }

    /// Why the reader must not be led into a calorie deficit, from their profile or their own words; `nil` when nothing is known.
    package static func protection(of profile: Profile, saying messages: [String] = []) -> Protection? {
        let said = messages.map { SelfDescription(in: $0) }
        let age = said.compactMap(\.age).last ?? profile.number(FieldName.age)
        if let age, age < Self.majority { return .underAge }
        if age == nil, said.contains(where: \.isPupil) { return .underAge }
        if profile.chosen(FieldName.pregnancy) == ["yes"] || said.contains(where: \.isPregnant) { return .pregnancy }
        let index =
            said.compactMap(\.bodyMassIndex).last
            ?? bodyMassIndex(kilograms: profile.number(FieldName.weight), centimetres: profile.number(FieldName.height))
        if let index, index < Self.underweight { return .underweight }
        return nil
    }
}

/// Weight over height squared, in kg/m² (Quetelet; WHO Technical Report Series 894, 2000); `nil` when one is unknown.
package func bodyMassIndex(kilograms: Double?, centimetres: Double?) -> Double? {
    guard let kilograms, let centimetres, centimetres > 0 else { return nil }
    let metres = centimetres / 100
    return kilograms / (metres * metres)
}

/// What a message says about its author, as far as the rules care.
struct SelfDescription {
    let age: Double?
    let isPupil: Bool
    let isPregnant: Bool
    let bodyMassIndex: Double?

    init(in message: String) {
        let clauses = Clause.all(of: withDigits(plain(message))).filter { !$0.isAboutSomebodyElse }
        let text = clauses.map(\.text).joined(separator: " ; ")
        self.age = ageSaid(in: text)
        self.isPupil =
            text.contains(/\b(?:(?:[6-9]|1[0-2])th grade|high ?school|middle school|year (?:[7-9]|1[0-2]) at school)\b/)
            && !text.contains(/\b(?:teach|teacher|since high|back in|reunion|was in)\b/)
        self.isPregnant = clauses.contains { clause in
            !clause.text.contains(
                /\b(?:was|were|used to|last year|years ago)\b|\b(?:wife|girlfriend|partner|sister|friend|daughter|mom|mum|mother) is\b/
            )
                && pregnancySigns.contains { clause.affirms($0) }
        }
        let body = BodyMeasures(in: text)
        self.bodyMassIndex =
            indexSaid(in: text) ?? Chat.bodyMassIndex(kilograms: body.kilograms, centimetres: body.centimetres)
    }
}

private let pregnancySigns = [
    "pregnan*", "preggo", "breastfeeding", "breast-feeding", "breast feeding", "i breastfeed", "expecting a baby",
    "nursing my",
    "months along", "weeks along", "knocked up", "trimester", "schwanger*", "embarazada", "enceinte", "grávida",
    "incinta",
    "怀孕", "妊娠",
]

/// An age that a text states of its author, in years.
private func ageSaid(in text: String) -> Double? {
    SpokenQuantity(.years, [Clause(text)], isAsked: false, isKnown: false).value.flatMap {
        (5...99).contains($0) ? $0 : nil
    }
}

/// A body mass index that a text names.
private func indexSaid(in text: String) -> Double? {
    guard let match = text.firstMatch(of: /\b(?:bmi|body mass index)\b[^\d]{0,16}(\d{2})(?:[.,](\d))?\b/),
        let index = Double("\(match.1).\(match.2 ?? "0")"), (10...60).contains(index)
    else { return nil }
    return index
}

extension SafetyRule.Protection {
    /// What is said to a wish to lose weight.
    fileprivate var answer: String {
        switch self {
        case .underAge:
            """
            As long as you are growing, losing weight on purpose is nothing to do alone, so I leave every calorie deficit \
            out. Play, move, sleep, eat until you are full, and **ask a parent or a doctor** if your weight worries you. I am \
            glad to help with meals that taste good and with movement that is fun. *This is not medical advice.*
            """
        case .pregnancy:
            """
            During pregnancy and while breastfeeding losing weight is no goal, so I leave every calorie deficit out. Gentle \
            movement and good food are usually fine; **agree on it with your doctor or midwife.** I am glad to help with \
            meals and with movement that suits you now. *This is not medical advice.*
            """
        case .underweight:
            """
            With a body mass index below 18.5 losing more weight would do you harm, so I will not plan a calorie deficit. \
            **Please talk to a doctor** about your weight; there can be many reasons, and help is good. I am glad to help \
            you eat enough and get stronger. *This is not medical advice.*
            """
        }
    }
}

extension SafetyConcern {
    /// The pointer to help, with the lines of the reader's country.
    func answer(_ lines: HelpLines.Lines) -> String {
        switch self {
        case .emergency:
            """
            **Please get help now.** What you describe can be an emergency, and no training plan is the right answer to it. \
            Stop what you are doing, and call **\(lines.emergency)** or ask somebody near you to call. If it has passed, see \
            a doctor before you train again. Come back here when you are well. *This is not medical advice.*
            """
        case .selfHarm:
            """
            I am glad that you said this, and I am sorry that it is so hard right now. I am only a program, and you deserve \
            a person. **Please talk to somebody today**: a friend, a doctor, or \(lines.crisis). If you are in danger now, \
            call **\(lines.emergency)**.
            """
        case .eatingDisorder:
            """
            Thank you for telling me. I will not give you a diet or a number to reach, because what you describe deserves \
            care from people who know it well. **Please talk to a doctor**, or to \(lines.eating). You do not have to be ill \
            enough to ask for help. If you feel faint or in danger now, call **\(lines.emergency)**.
            """
        }
    }
}
