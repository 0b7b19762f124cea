internal import Chat
internal import JSONValue

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
