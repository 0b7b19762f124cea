package import Chat
internal import JSONValue
package import Observability

/// What the coach's plans are made of.
package struct Knowledge: Sendable {
    package let exercises: ExerciseLibrary
    package let foods: FoodLibrary

    package init(exercises: ExerciseLibrary, foods: FoodLibrary) {
        self.exercises = exercises
        self.foods = foods
    }
}

/// The shipped tools, given what they need.
package struct ToolShelf: Sendable {
    /// The names that agents may have in their lists.
    package static let names = [
        "body_mass_index", "energy_need", "macro_split", "one_repetition_maximum", "convert_units", "date_arithmetic",
        "read_profile", "update_profile", "search_conversations", "propose_fact", "training_plan", "meal_plan",
    ]

    /// All tools there are; plans only with the knowledge that they are made of.
    package let tools: [any Tool]

    package init(
        knowledge: Knowledge?,
        playbook: PlaybookSwitch,
        profiles: any ProfileStore,
        conversations: any ConversationStore,
        facts: any FactStore,
        time: TimeSource
    ) {
        let known = KnownReader(profiles: profiles)
        var tools: [any Tool] = [
            BodyMassIndexTool(reader: known), EnergyNeedTool(reader: known), MacroSplitTool(reader: known),
            OneRepetitionMaximumTool(), UnitConversionTool(), DateArithmeticTool(time: time),
            ReadProfileTool(playbook: playbook, profiles: profiles),
            UpdateProfileTool(playbook: playbook, profiles: profiles, time: time),
            SearchConversationsTool(conversations: conversations),
            ProposeFactTool(facts: facts, conversations: conversations),
        ]
        if let knowledge {
            tools.append(TrainingPlanTool(library: knowledge.exercises, reader: known))
            tools.append(MealPlanTool(library: knowledge.foods, reader: known))
        }
        self.tools = tools
    }
}

/// Reads what a call does not say from the reader's profile.
struct KnownReader: Sendable {
    let profiles: any ProfileStore

    func profile(of caller: ToolCaller) async throws(ToolError) -> Profile {
        do throws(StoreError) {
            return try await self.profiles.profile(of: caller.person)
        } catch {
            throw ToolError("The profile cannot be read at the moment.")
        }
    }
}

extension JSON {
    /// A number as a result shows it, to one digit behind the point.
    static func rounded(_ number: Double, digits: Int = 1) -> JSON {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        return Number((number * factor).rounded() / factor).map(JSON.number) ?? .null
    }

    static func integer(_ number: Int) -> JSON { .number(Number(number)) }

    static func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}

extension JSONSchema {
    /// A schema of an object with these properties and no others.
    static func object(_ properties: JSON.Object, required: [String] = []) -> JSONSchema {
        JSONSchema(checked: [
            "type": "object", "properties": .object(properties), "required": .list(required),
            "additionalProperties": false,
        ])
    }
}
