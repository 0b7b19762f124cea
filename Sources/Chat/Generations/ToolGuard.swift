/// Keeps a model from calling tools forever.
struct ToolGuard {
    /// How many rounds of tools one reply may have.
    private static let mostRounds = 8
    /// How many calls one round may have.
    private static let mostCalls = 16
    /// How often the same tool may be called with the same arguments.
    private static let mostRepetitions = 3

    /// What is said to calls that a model was cut off in.
    static let cut = ToolError("Not done: the reply was cut off by its length, so the arguments may not be whole.")

    private var rounds = 0
    private var seen: [String: Int] = [:]

    /// Whether the model has to answer with what it has.
    var isExhausted: Bool { self.rounds >= Self.mostRounds }

    /// Why each call of a round is not done; `nil` for those that are.
    mutating func refusals(of calls: [ToolCall], all refusal: ToolError?) -> [ToolError?] {
        self.rounds += 1
        return calls.enumerated().map { index, call in
            if let refusal { return refusal }
            guard index < Self.mostCalls else { return ToolError("Not done: too many calls at once.") }
            self.seen[call.name + "\n" + call.arguments, default: 0] += 1
            guard self.seen[call.name + "\n" + call.arguments, default: 0] <= Self.mostRepetitions else {
                return ToolError("Not done: the same call was made before; its result stands above.")
            }
            return nil
        }
    }
}

extension Usage? {
    /// What two calls cost together; a call that did not say counts nothing.
    static func + (left: Usage?, right: Usage?) -> Usage? {
        guard let left else { return right }
        guard let right else { return left }
        return Usage(
            inputTokens: left.inputTokens + right.inputTokens,
            outputTokens: left.outputTokens + right.outputTokens
        )
    }
}
