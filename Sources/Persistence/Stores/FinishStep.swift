internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// One finished reply within a transaction; doing it again changes nothing.
struct FinishStep {
    let database: Database
    let now: Timestamp

    private var messages: MessageRows { MessageRows(database: self.database) { _, _ in } }
    private var generations: GenerationRows { GenerationRows(database: self.database) }
    private var conversations: ConversationRows { ConversationRows(database: self.database) }
    private var replies: ReplyRows { ReplyRows(database: self.database) }

    func save(_ reply: FinishedReply) throws {
        try self.makeRoom(for: reply)
        guard let record = try self.generations.generation(reply.id), record.epoch == reply.epoch,
            !record.state.isFinal || record.state == .interrupted
        else { return }
        try self.messages.update(
            reply.id,
            // It may have gone over to an account since the reply began.
            of: record.person,
            parts: reply.parts,
            state: reply.state,
            error: reply.error,
            shown: reply.shown,
            agent: reply.agent
        )
        try self.replies.remove(of: reply.id, from: reply.rest.first)
        try self.replies.append(reply.rest, after: 0)
        try self.generations.finish(reply, at: self.now)
        try self.conversations.touch(reply.conversation, at: reply.endedAt)
        try self.replies.forgetOld(at: reply.endedAt)
    }

    /// Puts back what a reply hangs on when it is not there, as after the restore of an older backup.
    private func makeRoom(for reply: FinishedReply) throws {
        guard try self.generations.generation(reply.id) == nil,
            try self.generations.generation(answering: reply.message, of: reply.person) == nil
        else { return }
        try self.database.run(
            "INSERT OR IGNORE INTO person (id, kind, created_at) VALUES (?1, 'guest', ?2)",
            reply.person.rawValue,
            reply.startedAt.milliseconds
        )
        if try self.conversations.standing(of: reply.conversation, for: reply.person) == .free {
            let title = Conversation.title(from: "")
            try self.conversations.insert(reply.conversation, owner: reply.person, title: title, at: reply.startedAt)
        }
        if try !self.messages.contains(reply.id, of: reply.person) {
            try self.messages.insert(self.placeholder(for: reply), of: reply.person, in: reply.conversation)
        }
        let record = GenerationRecord(
            id: reply.id,
            person: reply.person,
            message: reply.message,
            conversation: reply.conversation,
            state: .accepted,
            epoch: reply.epoch,
            lastEvent: 0
        )
        try self.generations.insert(record, owner: "spool", startedAt: reply.startedAt, leaseUntil: reply.endedAt)
    }

    private func placeholder(for reply: FinishedReply) throws -> Message {
        let paths = PathRows(database: self.database, person: reply.person)
        let isAnswer = try paths.contains(reply.message, in: reply.conversation)
        return Message(
            id: reply.id,
            parent: isAnswer ? reply.message : nil,
            role: .assistant,
            parts: [],
            state: .accepted,
            agent: reply.agent,
            createdAt: reply.startedAt
        )
    }
}
