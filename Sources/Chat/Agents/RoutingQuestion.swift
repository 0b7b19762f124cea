/// What a model is asked when no word of a message says who should answer it.
package struct RoutingQuestion: Sendable {
    /// How long the model may take; after that the usual agent answers.
    static let patience = Duration.seconds(5)
    /// The longest answer that is read, in characters.
    static let longestAnswer = 200

    private(set) var prompt: Prompt
    private let agents: AgentCatalogue
    private let composeFor: @Sendable (AgentChoice) -> Composition

    /// `compose` makes what the agent that the model names begins with; the `briefing` is that of the usual one.
    init(
        _ message: String,
        briefing: Briefing?,
        among agents: AgentCatalogue,
        model: String,
        compose: @escaping @Sendable (AgentChoice) -> Composition
    ) {
        let list = agents.agents.map { "- \($0.id): \($0.description.isEmpty ? $0.name : $0.description)" }
        self.prompt = Prompt(
            system: """
                You decide which assistant answers a message. The assistants are:
                \(list.joined(separator: "\n"))
                Answer with the one word before the colon, and with nothing else. If none fits better, say \(agents.usual.id).
                """,
            turns: [Prompt.Turn(role: .user, text: String(message.prefix(2000)))],
            model: model,
            temperature: 0,
            purpose: .routing
        )
        self.prompt.briefing = briefing
        self.agents = agents
        self.composeFor = compose
    }

    /// What the reply begins with when the model has answered so; `nil` when it named nobody else than the usual agent.
    func composition(after answer: String) -> Composition? {
        let word = answer.lowercased().split { !AgentCatalogue.isOfIdentifier($0) }.first.map(String.init) ?? ""
        guard let agent = self.agents[word], agent.id != self.agents.usual.id else { return nil }
        return self.composeFor(AgentChoice(agent: agent, reason: .routed))
    }
}
