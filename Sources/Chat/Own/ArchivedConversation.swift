package import Identifiers
package import Observability

/// A conversation with all its branches, as it leaves one place and comes to another.
///
/// Its ids are those of the place that it comes from, whatever that calls things.
package struct ArchivedConversation: Sendable, Equatable {
    package var id: String
    package var title: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var isPinned = false
    package var isArchived = false
    /// The last message of the path that is shown; `nil` for the path to the newest message.
    package var leaf: String?
    /// In the order in which they came about, so that the newest is the last.
    package var messages: [ArchivedMessage]

    package init(
        id: String,
        title: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        messages: [ArchivedMessage] = []
    ) {
        self.id = id
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.messages = messages
    }

    /// The messages from the first to the end of the path that is shown.
    package var shownPath: [ArchivedMessage] {
        let byID = Dictionary(self.messages.map { ($0.id, $0) }) { first, _ in first }
        var path: [ArchivedMessage] = []
        var next = self.leaf.flatMap { byID[$0] } ?? self.messages.last
        // A path that is longer than there are messages would be a circle, which nobody may store.
        while let message = next, path.count < self.messages.count {
            path.append(message)
            next = message.parent.flatMap { byID[$0] }
        }
        return path.reversed()
    }
}

/// A message of an ``ArchivedConversation``.
package struct ArchivedMessage: Sendable, Equatable {
    package var id: String
    package var parent: String?
    package var role: Message.Role
    package var state: ReplyState
    package var agent: String?
    package var error: String?
    /// Of a stopped reply, how much of its text the reader had seen, in UTF-16 code units.
    package var shown: Int?
    package var createdAt: Timestamp
    package var parts: [Part]

    package init(
        id: String,
        parent: String?,
        role: Message.Role,
        state: ReplyState = .complete,
        agent: String? = nil,
        error: String? = nil,
        shown: Int? = nil,
        createdAt: Timestamp,
        parts: [Part]
    ) {
        self.id = id
        self.parent = parent
        self.role = role
        self.state = state
        self.agent = agent
        self.error = error
        self.shown = shown
        self.createdAt = createdAt
        self.parts = parts
    }

    /// A message of ours, with the same ids.
    package init(_ message: Message) {
        self.init(
            id: message.id.rawValue,
            parent: message.parent?.rawValue,
            role: message.role,
            state: message.state,
            agent: message.agent,
            error: message.error,
            shown: message.shown,
            createdAt: message.createdAt,
            parts: message.parts
        )
    }

    /// The message under its names here; a reply that was running where it comes from was cut off on the way.
    package func message(_ id: Message.ID, following parent: Message.ID?) -> Message {
        Message(
            id: id,
            parent: parent,
            role: self.role,
            parts: self.parts,
            state: self.role == .user ? .complete : self.state.isFinal ? self.state : .interrupted,
            agent: self.agent,
            error: self.error,
            shown: self.shown,
            createdAt: self.createdAt
        )
    }
}

/// Where a reader's conversations are read whole, to be taken away.
package protocol ConversationArchive: Sendable {
    /// How many bytes of messages the conversation has with every branch; 0 when the person has none of that id.
    func size(of id: Conversation.ID, of person: PersonID) async throws(StoreError) -> Int

    /// A conversation with every branch; `nil` when the person has none of that id outside of the bin.
    func conversation(_ id: Conversation.ID, of person: PersonID) async throws(StoreError) -> ArchivedConversation?

    /// The person's conversations that are not in the bin, the oldest first.
    func conversations(of person: PersonID) async throws(StoreError) -> [Conversation.ID]
}
