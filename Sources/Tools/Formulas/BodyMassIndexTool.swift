internal import Chat
internal import JSONValue

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
