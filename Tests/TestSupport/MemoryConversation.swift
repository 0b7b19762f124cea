import Chat
import Identifiers
import Observability

/// One conversation in memory: its messages in the order in which they came, and what its owner did with it.
struct MemoryConversation {
    let id: Conversation.ID
    var owner: PersonID
    var title: String
    /// Whether somebody named it, be it a model.
    var isNamed = false
    let createdAt: Timestamp
    var updatedAt: Timestamp
    var isPinned = false
    var isArchived = false
    var deletedAt: Timestamp?
    /// The import that brought it.
    var bringer: Import.ID?
    /// The end of the path that is shown, if one was chosen.
    var leaf: Message.ID?
    var messages: [Message] = []

    init(id: Conversation.ID, owner: PersonID, title: String, at time: Timestamp) {
        self.id = id
        self.owner = owner
        self.title = title
        self.createdAt = time
        self.updatedAt = time
    }

    var conversation: Conversation {
        Conversation(
            id: self.id,
            owner: self.owner,
            title: self.title,
            createdAt: self.createdAt,
            updatedAt: self.updatedAt,
            isRunning: self.messages.contains { !$0.state.isFinal },
            isPinned: self.isPinned,
            isArchived: self.isArchived,
            deletedAt: self.deletedAt
        )
    }

    var shownLeaf: Message.ID? { self.leaf ?? self.messages.last?.id }

    func contains(_ id: Message.ID) -> Bool { self.messages.contains { $0.id == id } }

    /// Puts a message where it belongs: in the place of the same message, or at the end.
    mutating func put(_ message: Message) {
        if let place = self.messages.firstIndex(where: { $0.id == message.id }) {
            self.messages[place] = message
        } else {
            self.messages.append(message)
        }
    }

    /// Gives a reply its content.
    mutating func end(_ reply: FinishedReply) {
        self.updatedAt = max(self.updatedAt, reply.endedAt)
        self.put(
            Message(
                id: reply.id,
                parent: reply.message,
                role: .assistant,
                parts: reply.parts,
                state: reply.state,
                agent: reply.agent,
                error: reply.error,
                createdAt: reply.startedAt
            )
        )
    }

    /// Applies a change; `false` when it names a message that is not here.
    mutating func apply(_ change: ConversationChange) -> Bool {
        if let message = change.shownMessage {
            guard self.contains(message) else { return false }
            self.leaf = self.newest(behind: message)
        }
        self.title = change.title ?? self.title
        self.isNamed = self.isNamed || change.title != nil
        self.isPinned = change.isPinned ?? self.isPinned
        self.isArchived = change.isArchived ?? self.isArchived
        return true
    }

    /// The messages from the first to `last`, oldest first.
    func path(to last: Message.ID?) -> [Message] {
        var path: [Message] = []
        var next = last
        while let id = next, let message = self.messages.first(where: { $0.id == id }) {
            path.append(message)
            next = message.parent
        }
        return path.reversed()
    }

    func excerpt(_ wish: Excerpt.Wish) -> Excerpt? {
        for named in [wish.leaf, wish.place.message] {
            guard named.map(self.contains) ?? true else { return nil }
        }
        let leaf = self.leaf(for: wish)
        let path = self.path(to: leaf)
        let place = path.firstIndex { $0.id == wish.place.message }
        let range: Range<Int> =
            switch wish.place {
            case .end: max(0, path.count - wish.limit)..<path.count
            case .before: max(0, (place ?? 0) - wish.limit)..<(place ?? 0)
            case .after: (place ?? 0) + 1..<min(path.count, (place ?? 0) + 1 + wish.limit)
            case .around:
                max(0, (place ?? 0) - wish.limit / 2)..<min(path.count, (place ?? 0) + 1 + (wish.limit - 1) / 2)
            }
        return Excerpt(
            conversation: self.conversation,
            messages: Array(path[range]),
            variants: Dictionary(uniqueKeysWithValues: path[range].map { ($0.id, self.variants(of: $0)) }),
            hasEarlier: range.lowerBound > 0,
            hasLater: range.upperBound < path.count,
            leaf: leaf
        )
    }

    /// The end of the path that a wish is about: one that goes through the message that it names.
    private func leaf(for wish: Excerpt.Wish) -> Message.ID? {
        let leaf = wish.leaf ?? self.shownLeaf
        guard let named = wish.place.message, !self.path(to: leaf).contains(where: { $0.id == named }) else {
            return leaf
        }
        return self.newest(behind: named)
    }

    private func newest(behind id: Message.ID) -> Message.ID? {
        self.messages.last { message in self.path(to: message.id).contains { $0.id == id } }?.id
    }

    private func variants(of message: Message) -> [Message.ID] {
        let question = message.role == .user ? message : self.messages.first { $0.id == message.parent }
        guard let question else { return [] }
        let place = self.messages.filter { $0.role == .user && $0.parent == question.parent }
        let variants = Variants(place.map { ($0.id, $0.text) })
        return message.role == .user ? variants.ofQuestion(question.id) : variants.ofReply(to: question.id)
    }
}
