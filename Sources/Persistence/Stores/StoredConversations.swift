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

    package func conversations(of person: PersonID, limit: Int) async throws(StoreError) -> [Conversation] {
        try await self.readers.read { database in
            try ConversationRows(database: database).conversations(of: person, limit: limit)
        }
    }

    package func conversation(
        _ id: Conversation.ID,
        of person: PersonID,
        limit: Int
    ) async throws(StoreError) -> (conversation: Conversation, messages: [Message])? {
        let damage = self.damage
        return try await self.readers.read { database in
            guard let conversation = try ConversationRows(database: database).conversation(id, of: person) else {
                return nil
            }
            let messages = MessageRows(database: database, report: damage.found)
            // The path to the newest message; what was tried before it and answered anew lies beside it.
            let newest = try messages.newest(in: id)
            return (conversation, try messages.path(to: newest, of: person, limit: limit))
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

    package func rename(
        _ id: Conversation.ID,
        to title: String,
        by person: PersonID
    ) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            try database.run(
                "UPDATE conversation SET title = ?3 WHERE id = ?1 AND owner = ?2 AND deleted_at IS NULL",
                id.rawValue,
                person.rawValue,
                title
            )
            return database.changedRows > 0
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
