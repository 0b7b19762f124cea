package import Identifiers
package import Observability

/// Where generations are claimed, checkpointed and found again.
package protocol GenerationStore: Sendable {
    /// Claims the generation that answers `start.message`, in one transaction with the message itself.
    ///
    /// The conversation is created when there is none of that id. The key is (person, message id): whoever comes second
    /// gets `.existing`, also after a restart. Returns only when the transaction is on disk.
    func claim(_ start: GenerationStart) async throws(StoreError) -> Claim

    /// The generation that answers the person's message, if it was ever claimed or stopped.
    func generation(answering message: Message.ID, of person: PersonID) async throws(StoreError) -> GenerationRecord?

    /// The person's generations that run, and those that ended after `time`, newest first, at most `limit`.
    func recentGenerations(
        of person: PersonID,
        endedAfter time: Timestamp,
        limit: Int
    ) async throws(StoreError) -> [GenerationRecord]

    /// What is stored about the way of the reply to the person's message.
    func receipt(answering message: Message.ID, of person: PersonID) async throws(StoreError) -> Receipt?

    /// What the model was told to answer the person's message, with the messages that went along; `nil` when that was not
    /// kept.
    func prompt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> (record: PromptRecord, messages: [Message])?

    /// Marks a message that was not claimed yet as stopped, so that a late claim of it does not start.
    ///
    /// Does nothing when it was claimed; returns what stands now.
    func stopBeforeClaim(
        of message: Message.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> GenerationRecord

    /// How many tokens the conversation's replies have cost together, as far as their providers counted them.
    func tokens(in conversation: Conversation.ID) async throws(StoreError) -> Int

    /// Appends events of running replies, all in one transaction; parts that are already there change nothing.
    func checkpoint(_ parts: [ReplyPart]) async throws(StoreError)

    /// The stored events of a generation from number `first` on, as far as they are kept without gap.
    func events(of generation: Message.ID, from first: Int) async throws(StoreError) -> [Event]
}

/// What a claim needs: the reader's message and where it belongs.
package struct GenerationStart: Sendable, Equatable {
    package let person: PersonID
    package let conversation: Conversation.ID
    /// The reader's message; its `parent` is `nil` for "after the newest message of the conversation".
    package let message: Message
    /// The id of the reply, which is the generation's as well.
    package let reply: Message.ID
    /// The title of the conversation if this message opens it.
    package let title: String
    package let agent: String
    /// Whether the message begins its conversation anew, beside what was said there.
    package let followsNothing: Bool

    package init(
        person: PersonID,
        conversation: Conversation.ID,
        message: Message,
        reply: Message.ID,
        title: String,
        agent: String,
        followsNothing: Bool = false
    ) {
        self.person = person
        self.conversation = conversation
        self.message = message
        self.reply = reply
        self.title = title
        self.agent = agent
        self.followsNothing = followsNothing
    }

    /// The same in another conversation.
    func `in`(_ conversation: Conversation.ID) -> GenerationStart {
        GenerationStart(
            person: self.person,
            conversation: conversation,
            message: self.message,
            reply: self.reply,
            title: self.title,
            agent: self.agent,
            followsNothing: self.followsNothing
        )
    }
}

extension GenerationStart {
    /// The reply before its first word.
    package var emptyReply: Message {
        Message(
            id: self.reply,
            parent: self.message.id,
            role: .assistant,
            parts: [],
            state: .accepted,
            agent: self.agent,
            createdAt: self.message.createdAt
        )
    }
}

/// What came of a claim.
package enum Claim: Sendable, Equatable {
    /// It is ours to generate. `history` is the path of messages before this one, oldest first, at most 64 of them.
    case new(GenerationRecord, history: [Message], opensConversation: Bool)
    /// Somebody claimed it before.
    case existing(GenerationRecord)
    /// The same message id was claimed with another text or in another conversation.
    case conflict
    /// The conversation belongs to somebody else or was deleted.
    case noSuchConversation
}

/// What is stored about a generation.
package struct GenerationRecord: Sendable, Equatable {
    /// The id of the reply.
    package let id: Message.ID
    package let person: PersonID
    /// The reader's message that it answers.
    package let message: Message.ID
    /// `nil` only when it was stopped before it was claimed.
    package let conversation: Conversation.ID?
    package let state: ReplyState
    /// The run of the server that claimed it.
    package let epoch: Int
    /// The number of its last event; 0 while it runs, when only its events tell.
    package let lastEvent: Int
    /// When it came to its end; `nil` while it has not.
    package let endedAt: Timestamp?

    package init(
        id: Message.ID,
        person: PersonID,
        message: Message.ID,
        conversation: Conversation.ID?,
        state: ReplyState,
        epoch: Int,
        lastEvent: Int,
        endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.person = person
        self.message = message
        self.conversation = conversation
        self.state = state
        self.epoch = epoch
        self.lastEvent = lastEvent
        self.endedAt = endedAt
    }
}

/// Consecutive events of a running reply, from number `first` on.
package struct ReplyPart: Sendable, Equatable {
    package let generation: Message.ID
    package let first: Int
    package let events: [Event]

    package init(generation: Message.ID, first: Int, events: [Event]) {
        self.generation = generation
        self.first = first
        self.events = events
    }
}
