internal import Chat
internal import JSONValue

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
        guard (20...400).contains(kilograms), (100...250).contains(centimetres), (10...120).contains(years) else {
            throw ToolError("The formula is for 20 to 400 kg, 100 to 250 cm and 10 to 120 years.")
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
