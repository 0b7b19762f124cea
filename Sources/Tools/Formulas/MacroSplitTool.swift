internal import Chat
internal import JSONValue

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
