internal import Chat
internal import Identifiers
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

    /// Brings a generation to its end.
    func finish(
        _ id: Message.ID,
        as state: ReplyState,
        lastEvent: Int,
        at time: Timestamp,
        finishReason: FinishReason? = nil,
        usage: Usage? = nil,
        seen: Int? = nil
    ) throws {
        try self.database.run(
            """
            UPDATE generation SET state = ?2, last_sequence = ?3, ended_at = ?4, has_parts = 1,
                finish_reason = ?5, input_tokens = ?6, output_tokens = ?7, seen = ?8 WHERE id = ?1
            """,
            id.rawValue,
            state.rawValue,
            lastEvent,
            time.milliseconds,
            finishReason?.rawValue,
            usage?.inputTokens,
            usage?.outputTokens,
            seen
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
