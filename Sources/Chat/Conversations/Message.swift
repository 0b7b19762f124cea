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
    package let createdAt: Timestamp

    package init(
        id: ID,
        parent: ID?,
        role: Role,
        parts: [Part],
        state: ReplyState = .complete,
        agent: String? = nil,
        error: String? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.parent = parent
        self.role = role
        self.parts = parts
        self.state = state
        self.agent = agent
        self.error = error
        self.createdAt = createdAt
    }

    /// The text parts in one piece.
    package var text: String {
        self.parts.map { part in if case .text(let text) = part { text } else { "" } }.joined()
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

extension [Part] {
    /// The parts that a reply's events make: neighbours of one kind become one part, a result joins its call.
    package init(folding events: some Sequence<Event>) {
        self = []
        for event in events { self.fold(event) }
    }

    private mutating func fold(_ event: Event) {
        switch event {
        case .text(let piece):
            if case .text(let text)? = self.last {
                self[self.count - 1] = .text(text + piece)
            } else {
                self.append(.text(piece))
            }
        case .reasoning(let piece):
            if case .reasoning(let text)? = self.last {
                self[self.count - 1] = .reasoning(text + piece)
            } else {
                self.append(.reasoning(piece))
            }
        case .toolCall(let call):
            self.append(.tool(call: call, result: nil))
        case .toolResult(let result):
            guard let index = self.lastIndex(where: { $0.isOpenCall(result.id) }), case .tool(let call, _) = self[index]
            else { return }
            self[index] = .tool(call: call, result: result)
        case .source(let url, let title):
            self.append(.source(url: url, title: title))
        case .file(let type, let reference):
            self.append(.file(type: type, reference: reference))
        case .reset:
            self.removeAll()
        case .accepted, .status, .onboarding, .title, .notice, .completed, .failed, .stopped, .interrupted:
            break
        }
    }
}

extension Part {
    fileprivate func isOpenCall(_ id: String) -> Bool {
        if case .tool(let call, nil) = self { call.id == id } else { false }
    }
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
