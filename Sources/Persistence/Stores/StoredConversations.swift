package import Chat
package import Identifiers
package import Observability
internal import SQLite

/// Conversations in SQLite.
package struct StoredConversations: ConversationStore {
    private let writer: Writer
    private let readers: Readers
    private let damage: DamageReport

    init(writer: Writer, readers: Readers, damage: DamageReport) {
        self.writer = writer
        self.readers = readers
        self.damage = damage
    }

    package func page(
        of shelf: Shelf,
        of person: PersonID,
        behind place: ConversationPage.Place?,
        limit: Int
    ) async throws(StoreError) -> ConversationPage {
        try await self.readers.read { database in
            try ShelfRows(database: database).page(of: shelf, of: person, behind: place, limit: limit)
        }
    }

    package func excerpt(
        _ wish: Excerpt.Wish,
        from id: Conversation.ID,
        of person: PersonID
    ) async throws(StoreError) -> Excerpt? {
        let damage = self.damage
        return try await self.readers.read { database in
            guard let conversation = try ConversationRows(database: database).conversation(id, of: person) else {
                return nil
            }
            let step = ExcerptStep(
                database: database,
                person: person,
                conversation: conversation,
                report: damage.found
            )
            return try step.excerpt(wish)
        }
    }

    package func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) async throws(StoreError) -> [(message: Message, conversation: Conversation.ID)] {
        let damage = self.damage
        return try await self.readers.read { database in
            try MessageRows(database: database, report: damage.found).messages(of: person, holding: text, limit: limit)
        }
    }

    package func count(of person: PersonID) async throws(StoreError) -> Int {
        try await self.readers.read { database in
            let sql = "SELECT count(*) FROM conversation WHERE owner = ?1 AND deleted_at IS NULL"
            return try database.first(sql, person.rawValue) { Int($0.integer(0)) } ?? 0
        }
    }

    package func handOver(from guest: PersonID, to account: PersonID) async throws(StoreError) -> Int {
        try await self.writer.write { database in
            try HandOverStep(database: database, guest: guest, account: account).move()
        }
    }

    package func change(
        _ id: Conversation.ID,
        _ change: ConversationChange,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Conversation? {
        try await self.writer.write { database in
            try ChangeStep(database: database, person: person, now: time).change(id, change)
        }
    }

    package func delete(
        _ id: Conversation.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            try database.run(
                "UPDATE conversation SET deleted_at = ?3 WHERE id = ?1 AND owner = ?2 AND deleted_at IS NULL",
                id.rawValue,
                person.rawValue,
                time.milliseconds
            )
            return database.changedRows > 0
        }
    }

    package func restore(_ id: Conversation.ID, by person: PersonID) async throws(StoreError) -> Conversation? {
        try await self.writer.write { database in
            try database.run(
                "UPDATE conversation SET deleted_at = NULL WHERE id = ?1 AND owner = ?2",
                id.rawValue,
                person.rawValue
            )
            return try ConversationRows(database: database).conversation(id, of: person)
        }
    }

    package func branch(
        _ branch: Branch,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Branching {
        let damage = self.damage
        return try await self.writer.write { database in
            try BranchStep(database: database, person: person, now: time, report: damage.found).make(branch)
        }
    }

    package func emptyBin(of person: PersonID) async throws(StoreError) {
        // A few at a time, so that others can write in between. What is left when this ends early goes in the next round of
        // tidying up.
        while try await self.writer.write({ database in
            try BinRows(database: database).giveUp(count: Tidying.batch, of: person)
        }) > 0 {}
        while try await self.writer.write({ try BinRows(database: $0).forget(count: Tidying.batch) }) > 0 {}
    }
}

extension StoredConversations: TitleStore {
    package func name(_ id: Conversation.ID, of person: PersonID, _ title: String) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            try database.run(
                """
                UPDATE conversation SET title = ?3, title_source = 'model'
                WHERE id = ?1 AND owner = ?2 AND title_source = 'text'
                """,
                id.rawValue,
                person.rawValue,
                title
            )
            return database.changedRows > 0
        }
    }
}

/// Says in the log and in the metrics that a stored message is not what was written.
struct DamageReport: Sendable {
    let logger: Logger
    let metrics: Metrics

    func found(_ message: String, _ reason: String) {
        self.metrics.count("shuren_damaged_messages_total")
        self.logger.error(
            "A stored message is damaged; restore it from a backup",
            ["message_id": message, "reason": reason]
        )
    }
}
