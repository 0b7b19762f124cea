internal import Chat
internal import Identifiers
internal import JSONValue

/// A week of training from the reader's profile.
struct TrainingPlanTool: Tool {
    let library: ExerciseLibrary
    let reader: KnownReader

    let description = ToolDescription(
        name: "training_plan",
        purpose: """
            Builds a week of training that needs only the given equipment and touches no named injury. What is not given \
            comes from the reader's profile.
            """,
        parameters: .object([
            "goal": ["type": "string", "enum": .list(TrainingPlan.Goal.allCases.map(\.rawValue))],
            "days": ["type": "integer", "minimum": 1, "maximum": 7],
            "minutes": ["type": "integer", "minimum": 10, "maximum": 180],
            "equipment": ["type": "array", "items": ["type": "string", "maxLength": 40], "maxItems": 20],
            "injuries": ["type": "array", "items": ["type": "string", "maxLength": 40], "maxItems": 20],
            "experience": ["type": "string", "enum": .list(TrainingPlan.Experience.allCases.map(\.rawValue))],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let profile = try await self.reader.profile(of: caller)
        let wishes = TrainingPlan.Wishes(arguments, profile)
        return TrainingPlan(wishes, from: self.library).json(notes: notes(for: profile))
    }
}

/// What somebody should know before they train by a plan.
private func notes(for profile: Profile) -> [String] {
    switch SafetyRule.protection(of: profile) {
    case .pregnancy:
        [
            "You are pregnant or breastfeeding: agree on this plan with your doctor or midwife, and leave out what feels wrong."
        ]
    case .underAge:
        ["You are still growing: show this plan to a parent or a trainer, and rest at least one day a week."]
    case .underweight: ["Your body mass index is below 18.5: talk to a doctor before you train harder."]
    case nil: []
    }
}

extension TrainingPlan.Wishes {
    /// What a call says, and the rest from the profile; an injury of the profile counts whatever the call says.
    init(_ arguments: JSON, _ profile: Profile) {
        let given = { (key: String) in arguments[key]?.array?.compactMap(\.string) }
        self.init(
            goal: (arguments["goal"]?.string ?? profile.chosen(FieldName.goal).first).flatMap(
                TrainingPlan.Goal.init(rawValue:)
            )
                ?? .stayHealthy,
            days: arguments["days"]?.int ?? profile.wholeNumber(FieldName.days, in: 1...7) ?? 3,
            minutes: arguments["minutes"]?.int ?? profile.wholeNumber(FieldName.minutes, in: 10...180) ?? 45,
            equipment: Set(given("equipment") ?? profile.chosen(FieldName.equipment)),
            injuries: Set((given("injuries") ?? []) + profile.chosen(FieldName.injuries)),
            experience: (arguments["experience"]?.string ?? profile.chosen(FieldName.experience).first)
                .flatMap(TrainingPlan.Experience.init(rawValue:)) ?? .beginner
        )
    }
}

extension TrainingPlan {
    fileprivate func json(notes: [String]) -> JSON {
        [
            "for": [
                "goal": .string(self.wishes.goal.rawValue), "days": .integer(self.wishes.days),
                "minutes": .integer(self.wishes.minutes), "equipment": .list(self.wishes.equipment.sorted()),
                "injuries": .list(self.wishes.injuries.sorted()),
                "experience": .string(self.wishes.experience.rawValue),
            ],
            "sessions": .array(
                self.sessions.map { session in
                    [
                        "day": .string(session.weekday), "title": .string(session.title),
                        "exercises": .array(
                            session.items.map { item in
                                [
                                    "name": .string(item.exercise.name), "sets": .integer(item.sets),
                                    "amount": .string(item.amount), "cue": .string(item.exercise.cue),
                                ]
                            }
                        ),
                    ]
                }
            ),
            "progression": .string(self.progression), "notes": .list(self.notes + notes),
        ]
    }
}

/// A day of meals from the reader's profile.
struct MealPlanTool: Tool {
    let library: FoodLibrary
    let reader: KnownReader

    let description = ToolDescription(
        name: "meal_plan",
        purpose: """
            Builds a day of meals for the reader's energy target, diet and allergies. What is not given comes from the \
            reader's profile; "variant" gives another day.
            """,
        parameters: .object([
            "diet": ["type": "string", "enum": ["everything", "pescatarian", "vegetarian", "vegan"]],
            "allergies": ["type": "array", "items": ["type": "string", "maxLength": 40], "maxItems": 20],
            "goal": ["type": "string", "enum": ["lose_weight", "keep_weight", "build_muscle"]],
            "variant": ["type": "integer", "minimum": 0, "maximum": 1000],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let profile = try await self.reader.profile(of: caller)
        let target = try EnergyTarget(arguments, profile)
        let given = arguments["allergies"]?.array?.compactMap(\.string) ?? []
        let wishes = MealPlan.Wishes(
            target: target.macros,
            diet: arguments["diet"]?.string ?? profile.chosen(FieldName.diet).first ?? "everything",
            allergies: Set(given + profile.chosen(FieldName.allergies)),
            // Another day for everybody, and the same again for the same reader.
            variant: arguments["variant"]?.int ?? caller.person.rawValue.utf8.reduce(0) { ($0 + Int($1)) % 97 }
        )
        guard let plan = MealPlan(wishes, from: self.library) else {
            throw ToolError("No day of meals was found that keeps to the diet and leaves out everything named.")
        }
        return .object(plan.json(for: wishes, target))
    }
}

extension MealPlan {
    fileprivate func json(for wishes: Wishes, _ target: EnergyTarget) -> JSON.Object {
        var object: JSON.Object = [
            "for": ["diet": .string(wishes.diet), "allergies": .list(wishes.allergies.sorted())],
            "target": target.macros.json,
            "meals": .array(
                self.meals.map { meal in
                    [
                        "name": .string(meal.name),
                        "foods": .array(
                            meal.portions.map { ["name": .string($0.food.name), "grams": .integer($0.grams)] }
                        ),
                    ]
                }
            ),
            "total": self.total.json,
        ]
        if let note = target.note { object["note"] = .string(note) }
        return object
    }
}

extension Profile {
    /// A number of a form that may allow more than plans are made for.
    fileprivate func wholeNumber(_ field: String, in range: ClosedRange<Int>) -> Int? {
        self.number(field).map { Int(min(max($0, Double(range.lowerBound)), Double(range.upperBound))) }
    }
}
