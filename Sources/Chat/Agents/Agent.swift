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
    /// The names of the tools that it may use.
    package let tools: [String]

    package init(
        id: String,
        name: String,
        description: String = "",
        systemPrompt: String,
        keywords: [String] = [],
        model: String? = nil,
        temperature: Double? = nil,
        tools: [String] = []
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.systemPrompt = systemPrompt
        self.keywords = keywords
        self.model = model
        self.temperature = temperature
        self.tools = tools
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
