internal import Chat
internal import JSONValue

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
