internal import Chat
internal import Crypto
internal import Identifiers
internal import JSONValue
internal import Observability
internal import SQLite

/// The rows of the table `message`, within a transaction of somebody else.
struct MessageRows {
    let database: Database
    /// Hears of rows whose content is not what was written.
    let report: (_ message: String, _ reason: String) -> Void

    /// What the reader sees in place of a message that is damaged on disk.
    static let damageSentence = "This message is damaged on the server's disk and cannot be shown."

    private static let columns =
        "m.id, m.parent, m.role, m.parts, m.hash, m.state, m.agent, m.error, m.created_at, m.shown, "
        + "g.reason, g.stand_in, CASE WHEN json_valid(g.prompt) THEN json_extract(g.prompt, '$.facts') END, g.input_tokens, g.output_tokens, g.started_at, "
        + "g.first_text_at, g.ended_at, g.finish_reason"
    /// What the columns come from: a reply has the id of the generation that made it.
    private static let joined = "message m LEFT JOIN generation g ON g.id = m.id AND g.person = m.person"

    /// Whether the person has a message of that id.
    func contains(_ id: Message.ID, of person: PersonID) throws -> Bool {
        try self.database.first("SELECT 1 FROM message WHERE person = ?1 AND id = ?2", person.rawValue, id.rawValue) {
            _ in
            true
        } ?? false
    }

    /// The ids of all messages of the conversation.
    func ids(in conversation: Conversation.ID) throws -> Set<Message.ID> {
        let sql = "SELECT id FROM message WHERE conversation = ?1"
        return Set(try self.database.all(sql, conversation.rawValue) { try $0.identifier(0) as Message.ID })
    }

    func insert(_ message: Message, of person: PersonID, in conversation: Conversation.ID) throws {
        let parts = message.parts.stored
        try self.database.run(
            """
            INSERT INTO message
                (person, id, conversation, parent, role, parts, hash, state, agent, error, created_at, shown)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """,
            person.rawValue,
            message.id.rawValue,
            conversation.rawValue,
            message.parent?.rawValue,
            message.role.rawValue,
            parts,
            Self.hash(id: message.id, role: message.role.rawValue, parts: parts),
            message.state.rawValue,
            message.agent,
            message.error,
            message.createdAt.milliseconds,
            message.shown
        )
        guard message.state.isFinal, let sequence = try self.sequence(of: message.id, of: person) else { return }
        try WordRows(database: self.database).index(sequence, of: person, parts: message.parts)
    }

    private func sequence(of id: Message.ID, of person: PersonID) throws -> Int? {
        let sql = "SELECT sequence FROM message WHERE person = ?1 AND id = ?2"
        return try self.database.first(sql, person.rawValue, id.rawValue) { Int($0.integer(0)) }
    }

    /// Gives a reply its content.
    func update(
        _ id: Message.ID,
        of person: PersonID,
        parts: [Part],
        state: ReplyState,
        error: String?,
        shown: Int? = nil,
        agent: String?
    ) throws {
        guard let sequence = try self.sequence(of: id, of: person) else { return }
        let words = WordRows(database: self.database)
        try words.forget(sequence)
        if state.isFinal { try words.index(sequence, of: person, parts: parts) }
        let parts = parts.stored
        try self.database.run(
            """
            UPDATE message SET parts = ?3, hash = ?4, state = ?5, error = ?6, shown = ?7, agent = coalesce(?8, agent)
            WHERE person = ?1 AND id = ?2
            """,
            person.rawValue,
            id.rawValue,
            parts,
            Self.hash(id: id, role: Message.Role.assistant.rawValue, parts: parts),
            state.rawValue,
            error,
            shown,
            agent
        )
    }

    /// The message, if the person has it.
    func message(_ id: Message.ID, of person: PersonID) throws -> Message? {
        let sql = "SELECT \(Self.columns) FROM \(Self.joined) WHERE m.person = ?1 AND m.id = ?2"
        return try self.database.first(sql, person.rawValue, id.rawValue) { try self.message(in: $0) }
    }

    /// Every message of the conversation, in the order in which they came.
    func messages(in conversation: Conversation.ID) throws -> [Message] {
        let sql = "SELECT \(Self.columns) FROM \(Self.joined) WHERE m.conversation = ?1 ORDER BY m.sequence"
        return try self.database.all(sql, conversation.rawValue) { try self.message(in: $0) }
    }

    /// The messages from the first of the conversation to `last`, each the parent of the next; the last `limit` of them.
    func path(to last: Message.ID?, of person: PersonID, limit: Int) throws -> [Message] {
        let sql = """
            WITH RECURSIVE path (id, parent, depth) AS (
                SELECT id, parent, 1 FROM message WHERE person = ?1 AND id = ?2
                UNION ALL
                SELECT m.id, m.parent, path.depth + 1 FROM path JOIN message m ON m.person = ?1 AND m.id = path.parent
                WHERE path.depth < ?3
            )
            SELECT \(Self.columns) FROM path JOIN message m ON m.person = ?1 AND m.id = path.id
            LEFT JOIN generation g ON g.id = m.id AND g.person = m.person ORDER BY path.depth DESC
            """
        guard let last else { return [] }
        return try self.database.all(sql, person.rawValue, last.rawValue, limit) { try self.message(in: $0) }
    }

    /// The person's messages in conversations that are not deleted whose parts hold the text, newest first.
    ///
    /// The parts are JSON, so the text is looked for as JSON writes it; names of members could match, and a look at the
    /// message itself rules that out.
    func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) throws -> [(message: Message, conversation: Conversation.ID)] {
        let sql = """
            SELECT \(Self.columns), m.conversation FROM \(Self.joined) JOIN conversation c ON c.id = m.conversation
            WHERE m.person = ?1 AND c.deleted_at IS NULL AND m.parts LIKE ?2 ESCAPE '!' ORDER BY m.sequence DESC LIMIT ?3
            """
        let written = JSON.string(text).text.dropFirst().dropLast()
        let escaped = written.replacing(/[!%_]/) { "!" + $0.output }
        let found = try self.database.all(sql, person.rawValue, "%\(escaped)%", 4 * limit) { row in
            (message: try self.message(in: row), conversation: try row.identifier(19) as Conversation.ID)
        }
        return Array(found.filter { $0.message.text.lowercased().contains(text.lowercased()) }.prefix(limit))
    }

    /// Checks the content of up to `count` messages from row `first` on and returns the row to go on with; `nil` at the end.
    func check(from first: Int64, count: Int) throws -> Int64? {
        let sql = "SELECT sequence, id, role, parts, hash FROM message WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2"
        let rows = try self.database.all(sql, Int(first), count) { row in
            let isSound = row.blob(4) == Self.hash(id: row.text(1), role: row.text(2), parts: row.text(3))
            if !isSound { self.report(row.text(1), "its content is not what its hash was made of") }
            return row.integer(0)
        }
        return rows.count < count ? nil : rows.last.map { $0 + 1 }
    }

    /// How many messages are not what was written.
    static func damaged(in database: Database) throws -> Int {
        var count = 0
        let rows = MessageRows(database: database) { _, _ in count += 1 }
        var next: Int64? = 0
        while let start = next { next = try rows.check(from: start, count: 1000) }
        return count
    }

    /// Reads a row; one whose content does not match its hash says so and shows nothing of it.
    private func message(in row: borrowing Statement) throws -> Message {
        let id: Message.ID = try row.identifier(0)
        let parent: Message.ID? = try row.optionalIdentifier(1)
        let roleText = row.text(2)
        let state = try row.replyState(5)
        guard let role = Message.Role(rawValue: roleText) else {
            throw StoreError.damaged(reason: "a message in the database has no known role")
        }
        let content: (parts: [Part], state: ReplyState, error: String?)
        do {
            let parts = try self.parts(in: row, id: id, role: roleText)
            content = (state.isFinal ? parts : try self.checkpointed(id), state, row.optionalText(7))
        } catch let error as StoredFormError {
            self.report(id.rawValue, error.description)
            content = ([], .failed, Self.damageSentence)
        }
        var message = Message(
            id: id,
            parent: parent,
            role: role,
            parts: content.parts,
            state: content.state,
            agent: row.optionalText(6),
            error: content.error,
            shown: row.optionalInteger(9).map(Int.init),
            createdAt: row.timestamp(8)
        )
        if role == .assistant, content.state.isFinal { message.provenance = self.provenance(in: row) }
        return message
    }

    private func provenance(in row: borrowing Statement) -> Provenance? {
        guard let startedAt = row.optionalTimestamp(15) else { return nil }
        // A list that cannot be read is none; the message itself is what counts.
        let facts = row.optionalText(12).flatMap { try? JSON(stored: $0).array } ?? []
        var usage: Usage?
        if let input = row.optionalInteger(13), let output = row.optionalInteger(14) {
            usage = Usage(inputTokens: Int(input), outputTokens: Int(output))
        }
        return Provenance(
            reason: row.optionalText(10),
            standIn: row.optionalText(11),
            facts: facts.compactMap { $0.string.flatMap { Fact.ID(rawValue: $0) } },
            usage: usage,
            finishReason: row.optionalText(18).map(FinishReason.init(rawValue:)),
            firstText: row.optionalTimestamp(16).map { $0.since(startedAt) },
            duration: row.optionalTimestamp(17).map { $0.since(startedAt) }
        )
    }

    private func parts(in row: borrowing Statement, id: Message.ID, role: String) throws(StoredFormError) -> [Part] {
        let text = row.text(3)
        guard row.blob(4) == Self.hash(id: id, role: role, parts: text) else {
            throw StoredFormError(expectation: "the content that its hash was made of")
        }
        return try [Part](stored: text)
    }

    /// The parts of a reply that is still being written.
    private func checkpointed(_ id: Message.ID) throws -> [Part] {
        [Part](folding: try ReplyRows(database: self.database).events(of: id, from: 1))
    }

    private static func hash(id: Message.ID, role: String, parts: String) -> [UInt8] {
        Self.hash(id: id.rawValue, role: role, parts: parts)
    }

    private static func hash(id: String, role: String, parts: String) -> [UInt8] {
        SHA256.digest(of: "\(id)\n\(role)\n\(parts)").bytes
    }
}
