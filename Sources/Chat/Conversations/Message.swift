package import Identifiers
package import Observability

/// One utterance of the reader or of an assistant.
package struct Message: Sendable, Equatable {
    /// The identity of a message, made by its author: the page makes the reader's, the server the assistant's.
    package typealias ID = Identifier<Message>

    package enum Role: String, Sendable, CaseIterable {
        case user, assistant
    }

    package let id: ID
    /// The message that this one answers or follows; `nil` for the first of a conversation.
    package let parent: ID?
    package let role: Role
    package let parts: [Part]
    /// Of a reply, how far it came; a reader's message is always complete.
    package let state: ReplyState
    /// Of a reply, the id of the agent that answered.
    package let agent: String?
    /// Of a failed reply, the sentence that the reader was shown.
    package let error: String?
    /// Of a stopped reply, how much of its text the reader had seen, in UTF-16 code units; `nil` for all of it.
    package let shown: Int?
    package let createdAt: Timestamp
    /// Of a finished reply, how it came about.
    package var provenance: Provenance?

    package init(
        id: ID,
        parent: ID?,
        role: Role,
        parts: [Part],
        state: ReplyState = .complete,
        agent: String? = nil,
        error: String? = nil,
        shown: Int? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.parent = parent
        self.role = role
        self.parts = parts
        self.state = state
        self.agent = agent
        self.error = error
        self.shown = shown
        self.createdAt = createdAt
    }

    /// The text parts in one piece.
    package var text: String { self.parts.text }
}

extension Message {
    /// The same message in its place in the conversation.
    package func following(_ parent: Message.ID?) -> Message {
        Message(
            id: self.id,
            parent: parent,
            role: self.role,
            parts: self.parts,
            state: self.state,
            agent: self.agent,
            error: self.error,
            createdAt: self.createdAt
        )
    }
}

extension [Part] {
    /// The text parts in one piece.
    package var text: String {
        self.map { part in if case .text(let text) = part { text } else { "" } }.joined()
    }
}

/// A piece of a message.
package enum Part: Sendable, Equatable {
    case text(String)
    case reasoning(String)
    /// A tool that ran; `result` is `nil` when the reply ended before it did.
    case tool(call: ToolCall, result: ToolResult?)
    case source(url: String, title: String)
    case file(type: String, reference: String)
}

/// How far a reply came: `accepted → streaming → complete | stopped | failed | interrupted`.
package enum ReplyState: String, Sendable, CaseIterable {
    /// Claimed; the model has not written yet.
    case accepted
    case streaming
    case complete
    /// The reader ended it.
    case stopped
    case failed
    /// The process ended before the reply did.
    case interrupted

    /// Whether nothing can change any more.
    package var isFinal: Bool {
        switch self {
        case .accepted, .streaming: false
        case .complete, .stopped, .failed, .interrupted: true
        }
    }
}
