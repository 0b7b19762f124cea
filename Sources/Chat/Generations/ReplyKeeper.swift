package import Identifiers
package import Observability

/// Saves finished replies so that they survive whatever happens next.
package protocol ReplyKeeper: Sendable {
    /// Returns once the reply is on disk: committed, or in the spool when the database refuses or dawdles.
    ///
    /// A spooled reply is saved from the background until the database holds it; `whenCommitted` is then called once.
    /// The same reply may be kept any number of times and is there once. Throws only when neither place took it.
    func keep(
        _ reply: FinishedReply,
        whenCommitted: @escaping @Sendable () -> Void
    ) async throws(StoreError) -> Kept

    /// Sets room aside in which a reply can be kept whatever the database does; `nil` when there is none.
    ///
    /// A reply that begins with its room is never lost for want of it.
    func reserveRoom() -> (any ReplyRoom)?

    /// Whether there is room for another reply now.
    var hasRoom: Bool { get }
}

/// Room that is set aside for one reply, and given back when nobody holds it any more.
package protocol ReplyRoom: AnyObject, Sendable {
    /// Makes sure that a reply of that many pieces and UTF-8 bytes of text finds room; `false` when there is none.
    func grow(toPieces pieces: Int, bytes: Int) -> Bool
}

/// Where a reply is safe.
package enum Kept: Sendable, Equatable {
    case committed
    /// In the spool; the database follows.
    case spooled
}

/// A reply that has come to its end, with everything the database needs to hold it.
package struct FinishedReply: Sendable, Equatable {
    /// The reply's id and the generation's.
    package let id: Message.ID
    package let person: PersonID
    package let conversation: Conversation.ID
    /// The reader's message that it answers.
    package let message: Message.ID
    package let agent: String
    /// How it ended; always final.
    package let state: ReplyState
    /// What the events before ``rest`` made.
    package let head: [Part]
    /// Of a failed reply, the sentence for the reader.
    package let error: String?
    /// Of a stopped reply, the number of the last event that the reader had seen.
    package let seen: Int?
    /// Of a stopped reply, how much of its text that was, in UTF-16 code units; `nil` for all of it.
    package let shown: Int?
    package let usage: Usage?
    package let finishReason: FinishReason?
    /// The run of the server that wrote it; a save under another epoch than the claim's changes nothing.
    package let epoch: Int
    /// The events since the last checkpoint, the last event included.
    package let rest: ReplyPart
    package var trace: ReplyTrace
    /// What the model was told, for the reader who asks; the spool does not keep it.
    package var prompt: PromptRecord?
    package let startedAt: Timestamp
    package let endedAt: Timestamp

    package init(
        id: Message.ID,
        person: PersonID,
        conversation: Conversation.ID,
        message: Message.ID,
        agent: String,
        state: ReplyState,
        head: [Part],
        error: String?,
        seen: Int?,
        shown: Int?,
        usage: Usage?,
        finishReason: FinishReason?,
        epoch: Int,
        rest: ReplyPart,
        trace: ReplyTrace,
        startedAt: Timestamp,
        endedAt: Timestamp
    ) {
        self.id = id
        self.person = person
        self.conversation = conversation
        self.message = message
        self.agent = agent
        self.state = state
        self.head = head
        self.error = error
        self.seen = seen
        self.shown = shown
        self.usage = usage
        self.finishReason = finishReason
        self.epoch = epoch
        self.rest = rest
        self.trace = trace
        self.startedAt = startedAt
        self.endedAt = endedAt
    }

    /// The whole content of the reply.
    package var parts: [Part] { [Part](folding: self.rest.events, onto: self.head) }

    /// The number of the reply's last event.
    package var lastEvent: Int { self.rest.first + self.rest.events.count - 1 }
}
