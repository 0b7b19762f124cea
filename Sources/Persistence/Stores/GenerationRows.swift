internal import Chat
internal import Identifiers
internal import JSONValue
internal import Observability
internal import SQLite

/// The rows of the table `generation`, within a transaction of somebody else.
///
/// Each change of a generation's state compares before it sets: the epoch must be that of the claim, and what is over
/// stays as it ended. The one way back is from `interrupted`, because a reply that lay in the spool while its process
/// died is worth more than the checkpoint it was replaced with.
struct GenerationRows {
    let database: Database

    /// How long a claim or a checkpoint speaks for its process.
    static let lease = Duration.seconds(30)

    private static let columns = "id, person, message, conversation, state, epoch, last_sequence, ended_at"

    func generation(answering message: Message.ID, of person: PersonID) throws -> GenerationRecord? {
        let sql = "SELECT \(Self.columns) FROM generation WHERE person = ?1 AND message = ?2"
        return try self.database.first(sql, person.rawValue, message.rawValue) { try Self.record(in: $0) }
    }

    func generation(_ id: Message.ID) throws -> GenerationRecord? {
        let sql = "SELECT \(Self.columns) FROM generation WHERE id = ?1"
        return try self.database.first(sql, id.rawValue) { try Self.record(in: $0) }
    }

    /// Those of a person that run, and those that ended after `time`, newest first.
    func recent(of person: PersonID, endedAfter time: Timestamp, limit: Int) throws -> [GenerationRecord] {
        let sql = """
            SELECT \(Self.columns) FROM generation
            WHERE person = ?1 AND conversation IS NOT NULL AND (ended_at IS NULL OR ended_at > ?2)
            ORDER BY started_at DESC, id LIMIT ?3
            """
        return try self.database.all(sql, person.rawValue, time.milliseconds, limit) { try Self.record(in: $0) }
    }

    /// What is known about the way of a reply; what its text is says the message.
    func receipt(of record: GenerationRecord, received: Timestamp?, content: Receipt.Content?) throws -> Receipt? {
        let sql = """
            SELECT started_at, ended_at, committed_at, first_text_at, spooled_at, model_calls, viewers, returns,
                reason, stand_in, input_tokens, output_tokens FROM generation WHERE id = ?1
            """
        return try self.database.first(sql, record.id.rawValue) { row in
            var trace = ReplyTrace()
            trace.firstTextAt = row.optionalTimestamp(3)
            trace.spooledAt = row.optionalTimestamp(4)
            trace.modelCalls = Int(row.integer(5))
            trace.viewers = Int(row.integer(6))
            trace.returns = Int(row.integer(7))
            trace.reason = row.optionalText(8)
            trace.standIn = row.optionalText(9)
            let committed = row.optionalTimestamp(2)
            var receipt = Receipt(
                message: record.message,
                reply: record.id,
                state: record.state,
                receivedAt: received,
                claimedAt: row.timestamp(0),
                trace: trace,
                endedAt: row.optionalTimestamp(1),
                committedAt: committed,
                content: committed == nil ? nil : content
            )
            if let input = row.optionalInteger(10), let output = row.optionalInteger(11) {
                receipt.usage = Usage(inputTokens: Int(input), outputTokens: Int(output))
            }
            return receipt
        }
    }

    /// Those of earlier runs that nobody brought to an end.
    func abandoned(before epoch: Int) throws -> [GenerationRecord] {
        let sql = """
            SELECT \(Self.columns) FROM generation WHERE state IN ('accepted', 'streaming') AND epoch < ?1
            """
        return try self.database.all(sql, epoch) { try Self.record(in: $0) }
    }

    func insert(_ record: GenerationRecord, owner: String, startedAt: Timestamp, leaseUntil: Timestamp) throws {
        try self.database.run(
            """
            INSERT INTO generation
                (id, person, message, conversation, state, owner, epoch, lease_until, last_sequence, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """,
            record.id.rawValue,
            record.person.rawValue,
            record.message.rawValue,
            record.conversation?.rawValue,
            record.state.rawValue,
            owner,
            record.epoch,
            leaseUntil.milliseconds,
            record.lastEvent,
            startedAt.milliseconds
        )
    }

    /// Takes events of a running reply in; nothing happens when it is over or another run's.
    ///
    /// Every running reply comes here once a second, so only the first time touches its generation's row.
    func checkpoint(_ part: ReplyPart, epoch: Int, leaseUntil: Timestamp) throws {
        try ReplyRows(database: self.database).appendRunning(part, epoch: epoch)
        guard part.first == 1 else { return }
        try self.database.run(
            """
            UPDATE generation SET state = 'streaming', lease_until = ?3, has_parts = 1
            WHERE id = ?1 AND epoch = ?2 AND state = 'accepted'
            """,
            part.generation.rawValue,
            epoch,
            leaseUntil.milliseconds
        )
    }

    /// Brings a generation to its end, in the transaction of `now`.
    func finish(_ reply: FinishedReply, at now: Timestamp) throws {
        try self.database.run(
            """
            UPDATE generation SET state = ?2, last_sequence = ?3, ended_at = ?4, has_parts = 1,
                finish_reason = ?5, input_tokens = ?6, output_tokens = ?7, seen = ?8, committed_at = ?9,
                first_text_at = ?10, spooled_at = ?11, model_calls = ?12, viewers = ?13, returns = ?14, prompt = ?15,
                reason = ?16, stand_in = ?17
            WHERE id = ?1
            """,
            reply.id.rawValue,
            reply.state.rawValue,
            reply.lastEvent,
            reply.endedAt.milliseconds,
            reply.finishReason?.rawValue,
            reply.usage?.inputTokens,
            reply.usage?.outputTokens,
            reply.seen,
            now.milliseconds,
            reply.trace.firstTextAt?.milliseconds,
            reply.trace.spooledAt?.milliseconds,
            reply.trace.modelCalls,
            reply.trace.viewers,
            reply.trace.returns,
            reply.prompt?.json.text,
            reply.trace.reason,
            reply.trace.standIn
        )
    }

    /// What the model was told to write a reply.
    func prompt(of reply: Message.ID) throws -> PromptRecord? {
        let sql = "SELECT prompt FROM generation WHERE id = ?1 AND prompt IS NOT NULL"
        return try self.database.first(sql, reply.rawValue) { PromptRecord(try JSON(stored: $0.text(0))) } ?? nil
    }

    /// Ends what an earlier run left; how often it called a model or was seen went with that run.
    func interrupt(_ id: Message.ID, lastEvent: Int, at now: Timestamp) throws {
        try self.database.run(
            """
            UPDATE generation SET state = 'interrupted', last_sequence = ?2, ended_at = ?3, committed_at = ?3,
                has_parts = 1 WHERE id = ?1
            """,
            id.rawValue,
            lastEvent,
            now.milliseconds
        )
    }

    private static func record(in row: borrowing Statement) throws -> GenerationRecord {
        GenerationRecord(
            id: try row.identifier(0),
            person: try row.identifier(1),
            message: try row.identifier(2),
            conversation: try row.optionalIdentifier(3),
            state: try row.replyState(4),
            epoch: Int(row.integer(5)),
            lastEvent: Int(row.integer(6)),
            endedAt: row.optionalTimestamp(7)
        )
    }
}
