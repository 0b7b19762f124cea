package import Chat
internal import Crypto
package import Identifiers
package import Observability
internal import SQLite

/// Generations in SQLite.
package struct StoredGenerations: GenerationStore {
    private let writer: Writer
    private let readers: Readers
    private let run: Run
    private let time: TimeSource
    private let damage: DamageReport

    init(writer: Writer, readers: Readers, run: Run, time: TimeSource, damage: DamageReport) {
        self.writer = writer
        self.readers = readers
        self.run = run
        self.time = time
        self.damage = damage
    }

    package func claim(_ start: GenerationStart) async throws(StoreError) -> Claim {
        let run = self.run
        let now = self.time.now()
        let damage = self.damage
        return try await self.writer.write { database in
            try ClaimStep(database: database, run: run, now: now, report: damage.found).claim(start)
        }
    }

    package func generation(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> GenerationRecord? {
        try await self.readers.read { database in
            try GenerationRows(database: database).generation(answering: message, of: person)
        }
    }

    package func recentGenerations(
        of person: PersonID,
        endedAfter time: Timestamp,
        limit: Int
    ) async throws(StoreError) -> [GenerationRecord] {
        try await self.readers.read { database in
            try GenerationRows(database: database).recent(of: person, endedAfter: time, limit: limit)
        }
    }

    package func receipt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> Receipt? {
        let damage = self.damage
        return try await self.readers.read { database in
            let generations = GenerationRows(database: database)
            guard let record = try generations.generation(answering: message, of: person) else { return nil }
            let messages = MessageRows(database: database, report: damage.found)
            let reply = try messages.message(record.id, of: person)
            return try generations.receipt(
                of: record,
                received: messages.message(message, of: person)?.createdAt,
                content: reply.map { Receipt.Content(of: $0.text) }
            )
        }
    }

    package func prompt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> (record: PromptRecord, messages: [Message])? {
        let damage = self.damage
        return try await self.readers.read { database in
            let rows = GenerationRows(database: database)
            guard let generation = try rows.generation(answering: message, of: person),
                let record = try rows.prompt(of: generation.id)
            else { return nil }
            let messages = MessageRows(database: database, report: damage.found)
            return (record, try record.messages.compactMap { try messages.message($0, of: person) })
        }
    }

    package func tokens(in conversation: Conversation.ID) async throws(StoreError) -> Int {
        try await self.readers.read { database in
            let sql = """
                SELECT sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) FROM generation WHERE conversation = ?1
                """
            return try database.first(sql, conversation.rawValue) { Int($0.integer(0)) } ?? 0
        }
    }

    /// Whose generations were started since `time`, and when; the last of them when there are very many.
    package func starts(since time: Timestamp) async throws(StoreError) -> [(person: PersonID, at: Timestamp)] {
        try await self.readers.read { database in
            let sql = """
                SELECT person, started_at FROM generation WHERE started_at > ?1 ORDER BY started_at DESC LIMIT ?2
                """
            return try database.all(sql, time.milliseconds, Self.mostStarts) { row in
                (person: try row.identifier(0), at: row.timestamp(1))
            }
        }
    }

    /// How many starts are looked at: far more than there can be in an hour on one machine.
    private static let mostStarts = 500_000

    package func stopBeforeClaim(
        of message: Message.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> GenerationRecord {
        let run = self.run
        var random = SecureRandom()
        let reply = Message.ID(using: &random)
        return try await self.writer.write { database in
            let rows = GenerationRows(database: database)
            if let record = try rows.generation(answering: message, of: person) { return record }
            let record = GenerationRecord(
                id: reply,
                person: person,
                message: message,
                conversation: nil,
                state: .stopped,
                epoch: run.epoch,
                lastEvent: 0
            )
            try rows.insert(record, owner: run.owner, startedAt: time, leaseUntil: time)
            return record
        }
    }

    package func checkpoint(_ parts: [ReplyPart]) async throws(StoreError) {
        let epoch = self.run.epoch
        let leaseUntil = self.time.now() + GenerationRows.lease
        try await self.writer.write { database in
            let rows = GenerationRows(database: database)
            for part in parts { try rows.checkpoint(part, epoch: epoch, leaseUntil: leaseUntil) }
        }
    }

    package func events(of generation: Message.ID, from first: Int) async throws(StoreError) -> [Event] {
        try await self.readers.read { database in
            try ReplyRows(database: database).events(of: generation, from: first)
        }
    }
}

extension Receipt.Content {
    fileprivate init(of text: String) {
        self.init(bytes: text.utf8.count, sha256: SHA256.digest(of: text).hex)
    }
}
