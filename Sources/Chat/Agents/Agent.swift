/// A named assistant.
package struct Agent: Sendable, Equatable {
    package let id: String
    package let name: String
    /// What it is good for, in a sentence for the reader.
    package let description: String
    /// What the model is told before everything else.
    package let systemPrompt: String
    /// Words in a message that speak for this agent, in lower case.
    package let keywords: [String]
    /// The model that answers for it; `nil` for the usual one.
    package let model: String?
    /// How freely the model chooses its words, 0 to 2; `nil` leaves it to the model's server.
    package let temperature: Double?

    package init(
        id: String,
        name: String,
        description: String = "",
        systemPrompt: String,
        keywords: [String] = [],
        model: String? = nil,
        temperature: Double? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.systemPrompt = systemPrompt
        self.keywords = keywords
        self.model = model
        self.temperature = temperature
    }

    /// The assistant that answers when no other is asked for.
    package static let general = Agent(
        id: "general",
        name: "General",
        systemPrompt: """
            You are a friendly, practical assistant for training, food, sleep and everyday questions. Answer in \
            Markdown, briefly and concretely, in the language of the question. You are no doctor: where health is at \
            stake say so and point to professional help.
            """
    )
}

extension Prompt {
    /// The longest history that goes with a message, in UTF-8 bytes of text: a rough four bytes a token.
    static let historyBytes = 48 * 1024

    /// What the model is asked: the agent's instructions, as much of the history as fits, then the message.
    ///
    /// The history is cut at message borders from its old end; replies without text are left out.
    init(agent: Agent, history: [Message], message: Message) {
        var room = Self.historyBytes
        var turns: [Turn] = [Turn(role: .user, text: message.text)]
        for past in history.reversed() {
            let text = past.text
            guard !text.isEmpty else { continue }
            room -= text.utf8.count
            guard room >= 0 else { break }
            turns.append(Turn(role: past.role, text: text))
        }
        self.init(
            system: agent.systemPrompt,
            turns: turns.reversed(),
            model: agent.model,
            temperature: agent.temperature
        )
    }
}
