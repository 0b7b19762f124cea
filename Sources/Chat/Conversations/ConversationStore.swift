package import Identifiers
package import Observability

/// Where conversations are kept.
///
/// Everything is asked on behalf of a person: what belongs to somebody else is answered like what does not exist.
package protocol ConversationStore: Sendable {
    /// The person's conversations on a shelf behind `place`, in its order; see ``ConversationPage``.
    func page(
        of shelf: Shelf,
        of person: PersonID,
        behind place: ConversationPage.Place?,
        limit: Int
    ) async throws(StoreError) -> ConversationPage

    /// A part of a conversation; `nil` when the person has no such conversation, or it no message that the wish names.
    ///
    /// A reply that is still being written is among the messages, with the text that was last checkpointed.
    func excerpt(
        _ wish: Excerpt.Wish,
        from id: Conversation.ID,
        of person: PersonID
    ) async throws(StoreError) -> Excerpt?

    /// The person's messages that hold the text, letters of either case, newest first, at most `limit`.
    func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) async throws(StoreError) -> [(message: Message, conversation: Conversation.ID)]

    /// Changes what its owner may change, and returns what stands then.
    ///
    /// `nil`, and nothing is changed, when the person has no such conversation, or it no such message.
    func change(
        _ id: Conversation.ID,
        _ change: ConversationChange,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Conversation?

    /// Throws the conversation into the bin; `false` when the person has no such conversation outside of it.
    ///
    /// A reply that is being written in it goes on.
    func delete(_ id: Conversation.ID, by person: PersonID, at time: Timestamp) async throws(StoreError) -> Bool

    /// Takes the conversation out of the bin again; `nil` when the person has no such conversation any more.
    ///
    /// One that is not in the bin stays as it is.
    func restore(_ id: Conversation.ID, by person: PersonID) async throws(StoreError) -> Conversation?

    /// Makes a conversation of the person's own messages up to some message, once; see ``Branch``.
    func branch(_ branch: Branch, by person: PersonID, at time: Timestamp) async throws(StoreError) -> Branching

    /// How many conversations the person has outside of the bin.
    func count(of person: PersonID) async throws(StoreError) -> Int

    /// Makes some conversations of a guest an account's, with their messages, replies and tokens; returns how many.
    ///
    /// Ids stay as they are, so a conversation stays behind that has a message whose id the account has used as well. What is
    /// in the bin stays, too. Whoever repeats it until nothing is left has moved everything else; when that is broken off,
    /// every conversation belongs to one of both.
    func handOver(from guest: PersonID, to account: PersonID) async throws(StoreError) -> Int

    /// Has everything in the person's bin be gone for good, but for conversations in which a reply is being written.
    func emptyBin(of person: PersonID) async throws(StoreError)
}

extension ConversationStore {
    /// The first conversations that the person sees.
    package func conversations(of person: PersonID, limit: Int) async throws(StoreError) -> [Conversation] {
        try await self.page(of: .shown, of: person, behind: nil, limit: limit).conversations
    }

    /// A conversation with the last `limit` messages of the path that is shown.
    package func conversation(
        _ id: Conversation.ID,
        of person: PersonID,
        limit: Int
    ) async throws(StoreError) -> (conversation: Conversation, messages: [Message])? {
        let excerpt = try await self.excerpt(Excerpt.Wish(limit: limit), from: id, of: person)
        return excerpt.map { ($0.conversation, $0.messages) }
    }
}

/// What the owner of a conversation changes about it; `nil` leaves things as they are.
package struct ConversationChange: Sendable, Equatable {
    package var title: String?
    package var isPinned: Bool?
    package var isArchived: Bool?
    /// A message that the shown path goes through, on to the newest that was said behind it.
    package var shownMessage: Message.ID?

    package init(
        title: String? = nil,
        isPinned: Bool? = nil,
        isArchived: Bool? = nil,
        shownMessage: Message.ID? = nil
    ) {
        self.title = title
        self.isPinned = isPinned
        self.isArchived = isArchived
        self.shownMessage = shownMessage
    }
}

/// Why the store did not do what it was asked.
package enum StoreError: Error, Sendable, Equatable {
    /// Too much is waiting or the database is locked; the same may work a little later.
    case busy
    /// The disk is full, read-only, broken or the like; `reason` is for the log.
    case unavailable(reason: String)
    /// What was stored is damaged; `reason` is for the log.
    case damaged(reason: String)

    /// What happened, in words for an operator.
    package var sentence: String {
        switch self {
        case .busy: "the database is busy; try again in a moment"
        case .unavailable(let reason), .damaged(let reason): reason
        }
    }

    /// Whether the same request may succeed when it is made again.
    package var isRetryable: Bool {
        switch self {
        case .busy, .unavailable: true
        case .damaged: false
        }
    }
}
