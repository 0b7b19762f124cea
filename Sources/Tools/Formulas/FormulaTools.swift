internal import Chat
internal import JSONValue
internal import Observability

private let kilograms: JSON = ["type": "number", "minimum": 20, "maximum": 400, "description": "Body weight in kg."]
private let centimetres: JSON = ["type": "number", "minimum": 100, "maximum": 250, "description": "Height in cm."]

/// Weight over height squared, with the classes of the WHO.
struct BodyMassIndexTool: Tool {
    let reader: KnownReader

    let description = ToolDescription(
        name: "body_mass_index",
        purpose:
            "The body mass index of an adult and its WHO class. What is not given comes from the reader's profile.",
        parameters: .object(["kilograms": kilograms, "centimetres": centimetres])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let profile = try await self.reader.profile(of: caller)
        let index = bodyMassIndex(
            kilograms: arguments["kilograms"]?.double ?? profile.number(FieldName.weight),
            centimetres: arguments["centimetres"]?.double ?? profile.number(FieldName.height)
        )
        guard let index else { throw ToolError("Weight and height are needed.") }
        if let age = profile.number(FieldName.age), age < SafetyRule.majority {
            return [
                "body_mass_index": .rounded(index),
                "note": "The classes are for adults; for the young a doctor uses curves by age.",
            ]
        }
        return ["body_mass_index": .rounded(index), "class": .string(weightClass(of: index))]
    }
}

/// The classes of WHO Technical Report Series 894 (2000), table 2.1.
package func weightClass(of index: Double) -> String {
    switch index {
    case ..<18.5: "underweight"
    case ..<25: "normal"
    case ..<30: "overweight"
    default: "obese"
    }
}

/// What a body needs in a day, and what is eaten towards the reader's goal.
struct EnergyNeedTool: Tool {
    let reader: KnownReader

    let description = ToolDescription(
        name: "energy_need",
        purpose: """
            Resting and daily energy need (Mifflin-St Jeor) and a target towards the goal. What is not given comes from the \
            reader's profile.
            """,
        parameters: .object([
            "sex": ["type": "string", "enum": ["female", "male"]],
            "kilograms": kilograms, "centimetres": centimetres,
            "years": ["type": "number", "minimum": 10, "maximum": 110],
            "activity": ["type": "string", "enum": ["sedentary", "light", "moderate", "active", "very_active"]],
            "goal": ["type": "string", "enum": ["lose_weight", "keep_weight", "build_muscle"]],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        try EnergyTarget(arguments, try await self.reader.profile(of: caller)).json
    }
}

/// A day's energy for one reader, with every rule that holds for it.
struct EnergyTarget {
    let need: EnergyNeed
    let kcal: Double
    let kilograms: Double
    let losesWeight: Bool
    /// Why the target is not what the goal would ask for.
    let note: String?

    /// Takes what a call says, and the rest from the profile.
    init(_ arguments: JSON, _ profile: Profile) throws(ToolError) {
        let kilograms = arguments["kilograms"]?.double ?? profile.number(FieldName.weight)
        let centimetres = arguments["centimetres"]?.double ?? profile.number(FieldName.height)
        let years = arguments["years"]?.double ?? profile.number(FieldName.age)
        let sex = (arguments["sex"]?.string ?? profile.chosen(FieldName.sex).first).flatMap(
            EnergyNeed.Sex.init(rawValue:)
        )
        let activity = (arguments["activity"]?.string ?? profile.chosen(FieldName.activity).first)
            .flatMap(EnergyNeed.Activity.init(rawValue:))
        let missing = [
            kilograms == nil ? "weight" : nil, centimetres == nil ? "height" : nil, years == nil ? "age" : nil,
            sex == nil ? "sex (female or male, as the formula needs one of the two)" : nil,
        ].compactMap(\.self)
        guard let kilograms, let centimetres, let years, let sex else {
            throw ToolError("Needed and not known: \(missing.joined(separator: ", ")).")
        }
        self.need = EnergyNeed(
            sex: sex,
            kilograms: kilograms,
            centimetres: centimetres,
            years: years,
            activity: activity ?? .light
        )
        self.kilograms = kilograms
        let goal = arguments["goal"]?.string ?? profile.chosen(FieldName.goal).first
        // The rules read the call's figures too: whoever asks for somebody else is not asked to lie.
        var concerned = profile
        concerned.values[FieldName.age] = .number(years)
        concerned.values[FieldName.weight] = .number(kilograms)
        concerned.values[FieldName.height] = .number(centimetres)
        let protection = SafetyRule.protection(of: concerned)
        switch goal {
        case "lose_weight" where protection != nil:
            (self.kcal, self.losesWeight) = (self.need.total, false)
            self.note = protection?.reason
        case "lose_weight":
            (self.kcal, self.losesWeight, self.note) = (self.need.reduced(for: sex), true, nil)
        case "build_muscle":
            // A small surplus: Iraki et al., Sports 7(7):154 (2019), 10 to 20 % above the need.
            (self.kcal, self.losesWeight, self.note) = (self.need.total * 1.1, false, nil)
        default:
            (self.kcal, self.losesWeight) = (self.need.total, false)
            self.note = protection == .pregnancy ? Self.pregnancyNote : nil
        }
    }

    private static let pregnancyNote =
        "During pregnancy and while breastfeeding you need more than this; how much, your doctor or midwife knows."

    var macros: MacroSplit {
        MacroSplit(kcal: self.kcal, kilograms: self.kilograms, proteinPerKilogram: self.losesWeight ? 1.8 : 1.6)
    }

    var json: JSON {
        var object: JSON.Object = [
            "resting_kcal": .rounded(self.need.resting, digits: 0), "daily_kcal": .rounded(self.need.total, digits: 0),
            "target_kcal": .rounded(self.kcal, digits: 0),
        ]
        if let note { object["note"] = .string(note) }
        return .object(object)
    }
}

extension SafetyRule.Protection {
    /// Why no deficit is planned.
    var reason: String {
        switch self {
        case .underAge: "No calorie deficit is planned for anybody under 18."
        case .pregnancy: "No calorie deficit is planned during pregnancy or breastfeeding."
        case .underweight: "No calorie deficit is planned with a body mass index below 18.5."
        }
    }
}

/// How a day's energy is shared.
struct MacroSplitTool: Tool {
    let reader: KnownReader

    let description = ToolDescription(
        name: "macro_split",
        purpose: """
            Grams of protein, carbohydrate and fat for a day. Without kcal they are for the reader's own target from their \
            profile.
            """,
        parameters: .object([
            "kcal": ["type": "number", "minimum": 1200, "maximum": 8000], "kilograms": kilograms,
            "protein_per_kilogram": ["type": "number", "minimum": 0.8, "maximum": 2.2],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let profile = try await self.reader.profile(of: caller)
        let split: MacroSplit
        if let kcal = arguments["kcal"]?.double {
            guard let weight = arguments["kilograms"]?.double ?? profile.number(FieldName.weight) else {
                throw ToolError("The body weight is needed.")
            }
            // Rounding apart, less than the need is a deficit however it is asked for.
            if let protection = SafetyRule.protection(of: profile),
                let need = try? EnergyTarget(JSON.object([:]), profile).need.total, kcal < need * 0.97
            {
                throw ToolError(protection.reason)
            }
            split = MacroSplit(
                kcal: kcal,
                kilograms: weight,
                proteinPerKilogram: arguments["protein_per_kilogram"]?.double ?? 1.6
            )
        } else {
            split = try EnergyTarget(arguments.without("protein_per_kilogram"), profile).macros
        }
        return split.json
    }
}

extension MacroSplit {
    var json: JSON {
        [
            "protein_g": .rounded(self.protein, digits: 0), "carbohydrate_g": .rounded(self.carbohydrate, digits: 0),
            "fat_g": .rounded(self.fat, digits: 0), "kcal": .rounded(self.kcal, digits: 0),
        ]
    }
}

extension JSON {
    fileprivate func without(_ key: String) -> JSON {
        guard var object = self.object else { return self }
        object[key] = nil
        return .object(object)
    }
}

/// What could be lifted once.
struct OneRepetitionMaximumTool: Tool {
    let description = ToolDescription(
        name: "one_repetition_maximum",
        purpose: "Estimates what can be lifted once from a hard set, and the weights for other numbers of repetitions.",
        parameters: .object(
            [
                "weight": ["type": "number", "minimum": 1, "maximum": 600, "description": "In any unit."],
                "repetitions": ["type": "integer", "minimum": 1, "maximum": 12],
            ],
            required: ["weight", "repetitions"]
        )
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        guard let weight = arguments["weight"]?.double, let repetitions = arguments["repetitions"]?.int else {
            throw ToolError("A weight and the repetitions are needed.")
        }
        let maximum = OneRepetitionMaximum(weight: weight, repetitions: repetitions)
        return [
            "estimate": .rounded(maximum.estimate), "epley": .rounded(maximum.epley),
            "brzycki": .rounded(maximum.brzycki),
            "weights": .object(
                JSON.Object(
                    [3, 5, 8, 10, 12].map { .init(key: "\($0)", value: .rounded(maximum.weight(for: $0))) }
                )
            ),
        ]
    }
}

/// From one unit to another.
struct UnitConversionTool: Tool {
    let description = ToolDescription(
        name: "convert_units",
        purpose: "Converts an amount between units of mass, length, volume, energy, temperature and speed.",
        parameters: .object(
            [
                "amount": ["type": "number"],
                "from": ["type": "string", "enum": .list(UnitConversion.names)],
                "to": ["type": "string", "enum": .list(UnitConversion.names)],
            ],
            required: ["amount", "from", "to"]
        )
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        guard let amount = arguments["amount"]?.double, let from = arguments["from"]?.string,
            let to = arguments["to"]?.string
        else { throw ToolError("An amount and two units are needed.") }
        guard let result = UnitConversion.convert(amount, from: from, to: to) else {
            throw ToolError("\(from) and \(to) measure different things.")
        }
        return ["amount": .rounded(result, digits: 4), "unit": .string(to)]
    }
}

/// Days between dates, and dates so many days away.
struct DateArithmeticTool: Tool {
    let time: TimeSource

    let description = ToolDescription(
        name: "date_arithmetic",
        purpose: """
            Adds days, weeks or months to a date, or counts the days to another one; tells the day of the week. Without \
            "date" it is today in UTC.
            """,
        parameters: .object([
            "date": ["type": "string", "description": "YYYY-MM-DD"],
            "add_days": ["type": "integer", "minimum": -36_600, "maximum": 36_600],
            "add_weeks": ["type": "integer", "minimum": -5200, "maximum": 5200],
            "add_months": ["type": "integer", "minimum": -1200, "maximum": 1200],
            "until": ["type": "string", "description": "YYYY-MM-DD"],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let start = try arguments["date"]?.string.map(date) ?? self.time.now().date
        let months = start.adding(months: arguments["add_months"]?.int ?? 0)
        let days = (arguments["add_days"]?.int ?? 0) + 7 * (arguments["add_weeks"]?.int ?? 0)
        guard let moved = months.map({ CivilDate(daysSinceEpoch: $0.daysSinceEpoch + days) }),
            (1...9999).contains(moved.year)
        else { throw ToolError("The result is out of range.") }
        var result: JSON.Object = ["date": .string(moved.iso8601), "weekday": .string(moved.weekday)]
        if let text = arguments["until"]?.string {
            let until = try date(text)
            result["days_until"] = .integer(until.daysSinceEpoch - moved.daysSinceEpoch)
        }
        return .object(result)
    }
}

private func date(_ text: String) throws(ToolError) -> CivilDate {
    guard let date = CivilDate(iso8601: text) else {
        throw ToolError("\"\(text.prefix(20))\" is no date of the form YYYY-MM-DD.")
    }
    return date
}

extension CivilDate {
    /// The same day so many months later, or the last of that month when it is shorter.
    func adding(months: Int) -> CivilDate? {
        let count = self.year * 12 + self.month - 1 + months
        guard count >= 12 else { return nil }
        let (year, month) = (count / 12, count % 12 + 1)
        return (28...31).reversed().lazy.map { min($0, self.day) }
            .compactMap { CivilDate(year: year, month: month, day: $0) }.first
    }
}
