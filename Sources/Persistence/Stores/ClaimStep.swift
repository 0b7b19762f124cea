internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// One claim within a transaction: looks at everything first, and writes only when the generation is ours to start.
struct ClaimStep {
    let database: Database
    let run: Run
    let now: Timestamp
    let report: (_ message: String, _ reason: String) -> Void

    /// How much of the conversation a model is shown at most.
    private static let longestHistory = 64

    private var messages: MessageRows { MessageRows(database: self.database, report: self.report) }
    private var generations: GenerationRows { GenerationRows(database: self.database) }
    private var conversations: ConversationRows { ConversationRows(database: self.database) }

    private func paths(_ start: GenerationStart) -> PathRows {
        PathRows(database: self.database, person: start.person)
    }

    func claim(_ start: GenerationStart) throws -> Claim {
        if let record = try self.generations.generation(answering: start.message.id, of: start.person) {
            return try self.isSame(start, as: record) ? .existing(record) : .conflict
        }
        // The same id, but not as a message that asks: somebody mixes up ids.
        if try self.messages.contains(start.message.id, of: start.person) { return .conflict }
        let standing = try self.conversations.standing(of: start.conversation, for: start.person)
        guard standing != .closed else { return .noSuchConversation }
        // A parent that is not in this conversation is answered like a conversation that is not there.
        if let parent = start.message.parent, try !self.paths(start).contains(parent, in: start.conversation) {
            return .noSuchConversation
        }
        return try self.begin(start, opensConversation: standing == .free)
    }

    /// Whether a claim says what the one before it said; of one that was stopped before it came nothing is known.
    private func isSame(_ start: GenerationStart, as record: GenerationRecord) throws -> Bool {
        guard let conversation = record.conversation else { return true }
        let stored = try self.messages.message(record.message, of: record.person)
        return conversation == start.conversation && stored?.parts == start.message.parts
    }

    private func begin(_ start: GenerationStart, opensConversation: Bool) throws -> Claim {
        let time = start.message.createdAt
        if opensConversation {
            try self.conversations.insert(start.conversation, owner: start.person, title: start.title, at: time)
        }
        let parent =
            try start.followsNothing ? nil : start.message.parent ?? self.paths(start).shownLeaf(of: start.conversation)
        let history = try self.messages.path(to: parent, of: start.person, limit: Self.longestHistory)
        try self.messages.insert(start.message.following(parent), of: start.person, in: start.conversation)
        try self.messages.insert(start.emptyReply, of: start.person, in: start.conversation)
        let record = GenerationRecord(
            id: start.reply,
            person: start.person,
            message: start.message.id,
            conversation: start.conversation,
            state: .accepted,
            epoch: self.run.epoch,
            lastEvent: 0
        )
        try self.generations.insert(
            record,
            owner: self.run.owner,
            startedAt: self.now,
            leaseUntil: self.now + GenerationRows.lease
        )
        try self.conversations.touch(start.conversation, at: time)
        // Whoever asks sees what they asked: the path to the newest message is the shown one from now on.
        try self.conversations.show(pathTo: nil, in: start.conversation)
        return .new(record, history: history, opensConversation: opensConversation)
    }
}
