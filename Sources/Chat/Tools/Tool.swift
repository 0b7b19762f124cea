package import Identifiers
package import JSONValue

/// Something that a model may have done on our side.
package protocol Tool: Sendable {
    var description: ToolDescription { get }

    /// How long one call may take.
    var timeLimit: Duration { get }

    /// Does it; `arguments` fit the description's schema. Ends soon after its task is cancelled.
    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON
}

extension Tool {
    package var timeLimit: Duration { .seconds(5) }
}

/// For whom and when a tool runs.
package struct ToolCaller: Sendable {
    package let person: PersonID
    package let conversation: Conversation.ID
    package let agent: String

    package init(person: PersonID, conversation: Conversation.ID, agent: String) {
        self.person = person
        self.conversation = conversation
        self.agent = agent
    }
}

/// Why a tool gave no result: a sentence that helps the model, and that the reader may see.
package struct ToolError: Error, Sendable, Equatable {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}
