package import Identifiers
package import Observability

/// Where conversations are kept.
///
/// Everything is asked on behalf of a person: what belongs to somebody else is answered like what does not exist.
package protocol ConversationStore: Sendable {
    /// The person's conversations that are not deleted, last touched first, at most `limit`.
    func conversations(of person: PersonID, limit: Int) async throws(StoreError) -> [Conversation]

    /// A conversation and the last `limit` messages on the path to its newest one; `nil` when the person has no such conversation.
    ///
    /// A reply that is still being written is among them, with the text that was last checkpointed.
    func conversation(
        _ id: Conversation.ID,
        of person: PersonID,
        limit: Int
    ) async throws(StoreError) -> (conversation: Conversation, messages: [Message])?

    /// The person's messages that hold the text, letters of either case, newest first, at most `limit`.
    func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) async throws(StoreError) -> [(message: Message, conversation: Conversation.ID)]

    /// Gives the conversation another title; `false` when the person has no such conversation.
    func rename(_ id: Conversation.ID, to title: String, by person: PersonID) async throws(StoreError) -> Bool

    /// Takes the conversation out of sight; `false` when the person has no such conversation.
    ///
    /// The rows stay, marked with the time, so that deletion can be undone later.
    func delete(_ id: Conversation.ID, by person: PersonID, at time: Timestamp) async throws(StoreError) -> Bool
}

/// Why the store did not do what it was asked.
package enum StoreError: Error, Sendable, Equatable {
    /// Too much is waiting or the database is locked; the same may work a little later.
    case busy
    /// The disk is full, read-only, broken or the like; `reason` is for the log.
    case unavailable(reason: String)
    /// What was stored is damaged; `reason` is for the log.
    case damaged(reason: String)

    /// Whether the same request may succeed when it is made again.
    package var isRetryable: Bool {
        switch self {
        case .busy, .unavailable: true
        case .damaged: false
        }
    }
}
