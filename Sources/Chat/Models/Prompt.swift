/// What a model is asked.
package struct Prompt: Sendable, Equatable {
    /// One turn of the conversation so far.
    package struct Turn: Sendable, Equatable {
        package let role: Message.Role
        package let text: String

        package init(role: Message.Role, text: String) {
            self.role = role
            self.text = text
        }
    }

    /// A request that is passed on.
    package struct Relayed: Sendable, Equatable {
        /// JSON: the list of messages.
        package let messages: String
        /// JSON: an object with tools, sampling and the like.
        package let options: String

        package init(messages: String, options: String) {
            self.messages = messages
            self.options = options
        }
    }

    /// What the answer is for.
    package enum Purpose: Sendable {
        case reply
        /// To find out who should reply.
        case routing
        /// To name a conversation.
        case title
    }

    /// How the model should behave.
    package let system: String
    /// What was said, oldest first; the last turn is the reader's.
    package let turns: [Turn]
    /// What a program asked in the model's own terms; goes out in place of `turns` where the model understands it.
    package let relayed: Relayed?
    /// The model that is asked; `nil` for the provider's own.
    package var model: String?
    /// 0 to 2; `nil` leaves it to the model's server.
    package let temperature: Double?
    package let purpose: Purpose
    /// What the model may have done on our side.
    package var tools: [ToolDescription]
    /// What the model has had done for this reply, oldest first.
    package var rounds: [ToolRound] = []
    /// The same in values, for a provider that is no model; `nil` for what a program asked in its own terms.
    package var briefing: Briefing?
    /// What is kept of this prompt; `nil` for what a program asked in its own terms.
    package var record: PromptRecord?

    package init(
        system: String,
        turns: [Turn],
        relayed: Relayed? = nil,
        model: String? = nil,
        temperature: Double? = nil,
        tools: [ToolDescription] = [],
        purpose: Purpose = .reply
    ) {
        self.system = system
        self.turns = turns
        self.relayed = relayed
        self.model = model
        self.temperature = temperature
        self.tools = tools
        self.purpose = purpose
    }
}

/// One model call that ended with the wish for tools, and what they gave.
package struct ToolRound: Sendable, Equatable {
    /// What the model wrote before it asked.
    package let text: String
    /// At least one.
    package let calls: [ToolCall]
    /// One for each call, in their order.
    package let results: [ToolResult]
    /// What the provider gave along and must be shown again unchanged, in its own form.
    package let providerState: String?

    package init(text: String, calls: [ToolCall], results: [ToolResult], providerState: String? = nil) {
        self.text = text
        self.calls = calls
        self.results = results
        self.providerState = providerState
    }
}

/// What a model is told about a tool.
package struct ToolDescription: Sendable, Equatable {
    /// `a-z`, `0-9` and `_`, as every model API takes it.
    package let name: String
    /// What it does and when to call it, in a sentence or two for the model.
    package let purpose: String
    /// What the arguments must look like.
    package let parameters: JSONSchema

    package init(name: String, purpose: String, parameters: JSONSchema) {
        self.name = name
        self.purpose = purpose
        self.parameters = parameters
    }
}
