import Chat
import JSONValue
import Observability
import TestSupport
import Testing

@Suite struct `The rules on health` {
    @Test(arguments: [
        "I get chest pain during my last set, should I push through?", "My chest feels tight when I run",
        "I passed out after deadlifts yesterday", "there's pressure on my chest and my left arm hurts",
        "Beim Laufen habe ich Schmerzen in der Brust", "训练时胸痛怎么办", "I'm not ok, chest hurts",
        "is there any exercise for chest pain?", "my left arm goes tingly and I'm dizzy",
    ])
    func `answer an emergency with the emergency number and no plan`(message: String) throws {
        let answer = try #require(
            SafetyRule.answer(to: [message], from: .known([:]), helpLines: .shipped(for: "de-DE"))
        )

        #expect(answer.contains("112") && !answer.contains("kcal") && !answer.contains("|"))
    }

    @Test(arguments: [
        "I don't want to live anymore", "sometimes I think everyone would be better off without me",
        "I want to kill myself", "I've been cutting myself", "ich will nicht mehr leben", "quiero morir",
        "I don't see the point of living anymore", "i've been cutting again",
    ])
    func `answer words of self-harm with somebody to talk to`(message: String) throws {
        let reader = Reader.known([:], place: .init(timeZone: "Europe/London"))
        let answer = try #require(SafetyRule.answer(to: [message], from: reader, helpLines: .shipped()))

        #expect(answer.contains("116 123") && answer.contains("999"))
    }

    @Test(arguments: [
        "how can I throw up after dinner without anyone noticing", "I am bulimic and want a meal plan",
        "give me a plan to starve myself until summer", "I haven't eaten in three days, how do I keep going?",
        "I do not eat much, anorexia since 14", "is 300 calories a day enough?", "fingers down my throat after dinner",
    ])
    func `answer signs of an eating disorder with care and no number to reach`(message: String) throws {
        let answer = try #require(SafetyRule.answer(to: [message], from: .known([:]), helpLines: .builtIn))

        #expect(answer.contains("deserves") && !answer.contains("kcal"))
    }

    @Test(
        arguments: [
            (["I'm pregnant. How do I lose weight?"], [:]),
            (["I am 15", "how do I lose weight?"], [:]),
            (["I'm a 16 year old girl and want to get skinny"], [:]),
            (["My BMI is 17 and I want to lose 3 kg"], [:]),
            (["I am 175 cm and 52 kg, plan me a calorie deficit"], [:]),
            (["Help me lose belly fat"], ["age": .number(16)]),
            (["I want a calorie deficit"], ["weight": .number(50), "height": .number(172)]),
            (["how do I drop 5 kg"], ["pregnancy": .choice("yes")]),
            (["I'm 6 months along and want to lose weight"], [:]),
            (["I'm in 9th grade, how do I get skinny"], [:]),
            (["I still feel fat, what should I cut out?"], ["weight": .number(50), "height": .number(172)]),
        ] as [([String], [String: Profile.Value])]
    )
    func `answer a wish for a deficit with a kind no where it would harm`(
        messages: [String],
        profile: [String: Profile.Value]
    ) throws {
        let answer = try #require(SafetyRule.answer(to: messages, from: .known(profile), helpLines: .builtIn))

        #expect(answer.contains("calorie deficit") && !answer.contains("kcal"))
    }

    @Test(arguments: [
        "I have no chest pain, can I start running?", "What muscles does a bench press train? My chest is weak",
        "how much protein is in chicken breast", "How do I purge old files?", "I'm 34 and want to lose weight",
        "I am 17 km into my run", "My daughter is fine, I want to get in shape", "kill it at the gym",
        "this workout is killing me", "how do suicide sprints work?", "I stopped eating sugar last month",
        "my wife is pregnant and I want to lose 8 kg", "I was pregnant last year and want to lose weight",
        "I burn 300 calories a day on the bike", "I collapsed on the sofa after leg day",
        "cutting myself some slack today", "I want to die laughing at my form… just kidding, squat tips?",
    ])
    func `let ordinary messages pass`(message: String) {
        // One of them jokes with dying; help too much is the side to err on, so it alone may be answered.
        let answer = SafetyRule.answer(to: [message], from: .known([:]), helpLines: .builtIn)

        #expect(answer == nil || message.contains("want to die"))
    }

    @Test func `name the lines of the country that the clock or the language tells`() throws {
        let lines = HelpLines.shipped()

        #expect(lines.lines(for: .init(languages: ["en-US"])).emergency == "911")
        #expect(lines.lines(for: .init(languages: ["en-US"], timeZone: "Europe/Berlin")).emergency == "112")
        #expect(lines.lines(for: .init(languages: ["en"])).emergency.contains("112 in Europe"))
    }
}

extension Reader {
    static func known(_ values: [String: Profile.Value], place: Place = Place()) -> Reader {
        Reader(profile: Profile(values: values), form: .empty, place: place, now: .sample)
    }
}

extension HelpLines {
    static func shipped(for language: String? = nil) -> HelpLines {
        // Where the file is broken, its own test says so.
        let all = (try? HelpLines(shippedJSON("Config/help-lines.json"))) ?? .builtIn
        guard let language else { return all }
        let lines = all.lines(for: .init(languages: [language]))
        let json: JSON = [
            "usual": [
                "emergency": .string(lines.emergency), "crisis": .string(lines.crisis), "eating": .string(lines.eating),
            ]
        ]
        return (try? HelpLines(json)) ?? .builtIn
    }
}

extension Timestamp {
    /// 2026-11-20T12:00:00Z.
    static let sample = Timestamp(milliseconds: 1_795_176_000_000)
}
