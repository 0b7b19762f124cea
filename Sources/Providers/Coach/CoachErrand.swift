import Chat
import JSONValue
import Observability

/// Something that a message asks for and a tool can do.
struct CoachErrand: Equatable {
    enum Kind: CaseIterable {
        case conversion, date, oneRepetition, bodyMass, remember, recall, profile, mealPlan, macros, energy,
            trainingPlan
    }

    let kind: Kind
    /// The arguments by tool.
    private let arguments: [(tool: String, JSON)]

    static func == (left: CoachErrand, right: CoachErrand) -> Bool {
        left.kind == right.kind && left.arguments.map(\.tool) == right.arguments.map(\.tool)
            && left.arguments.map(\.1) == right.arguments.map(\.1)
    }

    /// The errand of the last message; `nil` when it asks for nothing of the kind.
    ///
    /// What earlier messages told of their author counts as said. A message that only tells more goes on with the errand
    /// before it.
    init?(of messages: [String], form: ProfileForm) {
        guard let message = messages.last else { return nil }
        let reader = SentenceReader(form: form)
        if let found = Kind(of: message) {
            self.init(found, message, Said(messages, wish: message, reader))
        } else if let before = messages.dropLast().last, let found = Kind(of: before), found.takesFacts,
            !reader.changes(in: message, asked: nil).isEmpty || BodyMeasures(in: message.lowercased()).kilograms != nil
        {
            self.init(found, before, Said(messages, wish: before, reader))
        } else {
            return nil
        }
    }

    /// The calls that do it, of the tools that there are.
    func calls(among tools: Set<String>) -> [ToolCall] {
        self.arguments.filter { tools.contains($0.tool) }.enumerated().map { index, entry in
            ToolCall(id: "coach-\(index + 1)", name: entry.tool, arguments: entry.1.text)
        }
    }

    private init?(_ kind: Kind, _ message: String, _ said: Said) {
        self.kind = kind
        switch kind {
        case .trainingPlan: self.arguments = [("training_plan", said.training)]
        case .mealPlan: self.arguments = [("meal_plan", said.meals)]
        case .energy: self.arguments = [("energy_need", said.energy), ("macro_split", JSON.object([:]))]
        case .macros: self.arguments = [("macro_split", JSON.object([:])), ("energy_need", said.energy)]
        case .bodyMass: self.arguments = [("body_mass_index", said.measures)]
        case .oneRepetition:
            guard let set = liftedSet(in: message) else { return nil }
            self.arguments = [("one_repetition_maximum", set)]
        case .conversion:
            guard let question = unitQuestion(in: message) else { return nil }
            self.arguments = [("convert_units", question)]
        case .date:
            guard let date = dateQuestion(in: message) else { return nil }
            self.arguments = [("date_arithmetic", date)]
        case .profile: self.arguments = [("read_profile", JSON.object([:]))]
        case .remember:
            guard let fact = factToRemember(in: message) else { return nil }
            self.arguments = [("propose_fact", ["text": .string(fact), "quote": .string(fact)])]
        case .recall:
            guard let subject = recalledSubject(in: message) else { return nil }
            self.arguments = [("search_conversations", ["text": .string(subject)])]
        }
    }
}

// MARK: What is asked

extension CoachErrand.Kind {
    /// What a message asks for.
    init?(of message: String) {
        let text = PlainText(message)
        guard let kind = Self.allCases.first(where: { $0.isAskedFor(by: text, message) }) else { return nil }
        self = kind
    }

    private func isAskedFor(by text: PlainText, _ message: String) -> Bool {
        switch self {
        case .conversion: unitQuestion(in: message) != nil
        case .date: dateQuestion(in: message) != nil
        case .oneRepetition: liftedSet(in: message) != nil && self.isNamed(in: text)
        case .recall: recalledSubject(in: message) != nil
        case .remember: factToRemember(in: message) != nil
        case .bodyMass, .profile, .mealPlan, .macros, .energy, .trainingPlan: self.isNamed(in: text)
        }
    }

    private func isNamed(in text: PlainText) -> Bool {
        self.phrases.contains { text.holds($0) }
    }

    private var phrases: [String] {
        switch self {
        case .trainingPlan:
            [
                "training plan", "workout plan", "exercise plan", "gym plan", "training program*", "workout program*",
                "exercise program*", "workout routine", "training routine", "gym routine", "training schedule",
                "workout schedule", "training week", "week of training", "week of workouts", "plan my training",
                "plan my workouts", "plan my week", "plan a workout", "make me a plan", "give me a plan",
                "build me a plan",
                "strength plan", "plan for training", "what should i train", "a workout", "fitness plan",
                "workouts for me",
                "plan for my week", "plan for the week", "@workout plan",
            ]
        case .mealPlan:
            [
                "meal plan", "meal plans", "plan my meals", "plan meals", "day of meals", "day of eating", "diet plan",
                "eating plan", "food plan", "nutrition plan", "menu", "what should i eat today", "what should i eat",
                "what can i eat", "what to eat", "@diet plan", "meals for me", "meals for a day",
            ]
        case .energy:
            [
                "how many calories", "how many kcal", "how much energy", "calorie need*", "calories do i need",
                "calories should i", "energy need*", "tdee", "maintenance calories", "daily calories", "calorie target",
                "basal metabolic rate", "bmr", "how much should i eat", "calorie deficit",
            ]
        case .macros:
            [
                "my macros", "macro split", "macros", "how much protein do i need", "how much protein should i",
                "how many carbs", "how much fat should i",
            ]
        case .bodyMass: ["bmi", "body mass index", "am i overweight", "am i underweight", "healthy weight"]
        case .oneRepetition:
            [
                "1rm", "1-rm", "one rep max", "one-rep max", "1 rep max", "one repetition maximum", "max lift",
                "my max",
                "one rep maximum", "one-repetition maximum",
            ]
        case .profile:
            [
                "what do you know about me", "what have i told you", "what you know about me", "my profile",
                "show me my data", "who am i",
            ]
        case .conversion, .date, .recall, .remember: []
        }
    }

    /// Whether it takes some doing, so that a word before it is in place.
    var isWork: Bool {
        switch self {
        case .trainingPlan, .mealPlan, .energy, .macros, .oneRepetition, .bodyMass: true
        case .conversion, .date, .remember, .recall, .profile: false
        }
    }

    /// Whether facts about the reader change the result.
    var takesFacts: Bool {
        switch self {
        case .trainingPlan, .mealPlan, .energy, .macros, .bodyMass: true
        case .conversion, .date, .oneRepetition, .recall, .remember, .profile: false
        }
    }
}

/// A weight and how often it was lifted: `80 kg x 5`, `5 reps of 80`.
private func liftedSet(in message: String) -> JSON? {
    let text = message.lowercased()
    let byWeight = /(\d{1,3}(?:[.,]\d)?)\s*(?:kgs?|kilos?|lbs?|pounds?)?\s*(?:x|×|\*|for|by)\s*(\d{1,2})\b/
    let byRepetitions = /(\d{1,2})\s*(?:reps?|repetitions|times)\s*(?:of|at|with)\s*(\d{1,3}(?:[.,]\d)?)/
    if let match = text.firstMatch(of: byWeight) { return liftedSet(match.1, match.2) }
    return text.firstMatch(of: byRepetitions).flatMap { liftedSet($0.2, $0.1) }
}

private func liftedSet(_ weight: Substring, _ repetitions: Substring) -> JSON? {
    guard let weight = Double(weight.replacing(",", with: ".")), let number = JSON.Number(weight),
        let repetitions = Int(repetitions)
    else { return nil }
    return ["weight": .number(number), "repetitions": .number(JSON.Number(repetitions))]
}

/// An amount with a unit that is asked for in another: `180 lb in kg`.
private func unitQuestion(in message: String) -> JSON? {
    let pattern = /(-?\d+(?:[.,]\d+)?)\s*°?\s*([a-z\/ ]{1,14}?)\s+(?:in|to|into|as)\s+°?([a-z\/]{1,12})\b/
    guard let match = message.lowercased().firstMatch(of: pattern),
        let amount = Double(match.1.replacing(",", with: ".")).flatMap({ JSON.Number($0) }),
        let from = unitNames[match.2.trimmingSpaces], let to = unitNames[String(match.3)]
    else { return nil }
    return ["amount": .number(amount), "from": .string(from), "to": .string(to)]
}

/// How people call the units of the tool.
private let unitNames: [String: String] = {
    let names: [String: [String]] = [
        "kg": ["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"], "g": ["g", "gram", "grams"],
        "lb": ["lb", "lbs", "pound", "pounds"], "oz": ["oz", "ounce", "ounces"], "st": ["st", "stone", "stones"],
        "m": ["m", "meter", "meters", "metre", "metres"], "cm": ["cm", "centimeters", "centimetres"],
        "km": ["km", "kilometer", "kilometers", "kilometre", "kilometres"], "in": ["inch", "inches"],
        "ft": ["ft", "foot", "feet"], "mi": ["mi", "mile", "miles"], "yd": ["yd", "yards", "yard"],
        "l": ["l", "liter", "liters", "litre", "litres"], "ml": ["ml"], "cup": ["cup", "cups"],
        "tbsp": ["tbsp", "tablespoon", "tablespoons"], "tsp": ["tsp", "teaspoon", "teaspoons"],
        "kcal": ["kcal", "calories"],
        "kj": ["kj", "kilojoule", "kilojoules"], "c": ["c", "celsius"], "f": ["f", "fahrenheit"],
        "km_h": ["km/h", "kmh", "kph"], "mph": ["mph"],
    ]
    let pairs = names.flatMap { unit, words in words.map { ($0, unit) } }
    return Dictionary(pairs) { first, _ in first }
}()

/// A question about a date, as the tool takes it.
private func dateQuestion(in message: String) -> JSON? {
    let text = message.lowercased()
    if let match = text.firstMatch(of: /how (?:many days|many weeks|long|far)\b.*?(\d{4}-\d{2}-\d{2})/) {
        return ["until": .string(String(match.1))]
    }
    if let match = text.firstMatch(
        of: /what (?:day|weekday) (?:of the week )?(?:is|was|will be)\s+(?:on )?(\d{4}-\d{2}-\d{2})/
    ) {
        return ["date": .string(String(match.1))]
    }
    if let match = text.firstMatch(of: /what (?:date|day) is (?:it )?in (\d{1,3}) (day|week|month)s?/),
        let count = Int(match.1)
    {
        return .object(["add_\(match.2)s": .number(JSON.Number(count))])
    }
    return nil
}

/// What somebody asks to have remembered, in their own words.
private func factToRemember(in message: String) -> String? {
    let pattern = /(?i)\b(?:remember|don['’]t forget|keep in mind|note|please know) that (.{3,280}?)[.!]?\s*$/
    return message.firstMatch(of: pattern).map { String($0.1) }
}

/// What somebody wants to be reminded of having said.
private func recalledSubject(in message: String) -> String? {
    let pattern =
        /(?:what did (?:i|we|you) (?:say|write|talk|tell you|tell me) about|did (?:i|we) (?:mention|talk about|say anything about)|search (?:my |our )?conversations for|find where (?:i|we) (?:mentioned|talked about))\s+(?:my |the |a )?([^?.!\n]{2,60})/
    guard let match = message.lowercased().firstMatch(of: pattern) else { return nil }
    let subject = match.1.trimmingSpaces
    return subject.count >= 2 ? subject : nil
}

extension Substring {
    fileprivate var trimmingSpaces: String { self.split(separator: " ").joined(separator: " ") }
}

// MARK: What was said

/// What the messages of a conversation tell about their author.
private struct Said {
    private var values: [String: Profile.Value] = [:]

    /// `wish` is the message that asked for something to be made.
    init(_ messages: [String], wish: String, _ reader: SentenceReader) {
        for message in messages {
            let wishes = message == wish ? reader.wishes(in: message) : []
            for case .set(let field, let value) in reader.changes(in: message, asked: nil) + wishes {
                self.values[field] = value
            }
            // Without a form weights and heights are understood all the same.
            let body = BodyMeasures(in: message.lowercased().replacing("’", with: "'"))
            if let kilograms = body.kilograms { self.values[FieldName.weight] = .number(kilograms) }
            if let centimetres = body.centimetres { self.values[FieldName.height] = .number(centimetres) }
        }
    }

    var training: JSON {
        self.object([
            FieldName.goal: "goal", FieldName.days: "days", FieldName.minutes: "minutes",
            FieldName.equipment: "equipment", FieldName.injuries: "injuries", FieldName.experience: "experience",
        ])
    }

    var meals: JSON {
        var object = self.object([FieldName.diet: "diet", FieldName.allergies: "allergies"]).object ?? [:]
        object["goal"] = self.energyGoal
        return .object(object)
    }

    var measures: JSON { self.object([FieldName.weight: "kilograms", FieldName.height: "centimetres"]) }

    var energy: JSON {
        var object =
            self.object([
                FieldName.weight: "kilograms", FieldName.height: "centimetres", FieldName.age: "years",
                FieldName.activity: "activity",
            ]).object ?? [:]
        if case .choice(let sex)? = self.values[FieldName.sex], sex != "other" { object["sex"] = .string(sex) }
        object["goal"] = self.energyGoal
        return .object(object)
    }

    private var energyGoal: JSON? {
        guard case .choice(let goal)? = self.values[FieldName.goal] else { return nil }
        return .string(["lose_weight", "build_muscle"].contains(goal) ? goal : "keep_weight")
    }

    private func object(_ names: KeyValuePairs<String, String>) -> JSON {
        .object(
            JSON.Object(
                names.compactMap { field, argument in
                    self.values[field].map { JSON.Object.Member(key: argument, value: $0.json) }
                }
            )
        )
    }
}
