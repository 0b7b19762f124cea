package import Chat
package import Identifiers
internal import Observability
internal import SQLite

/// Whole conversations out of SQLite.
package struct StoredArchive: ConversationArchive {
    private let readers: Readers
    private let damage: DamageReport

    init(readers: Readers, damage: DamageReport) {
        self.readers = readers
        self.damage = damage
    }

    package func size(of id: Conversation.ID, of person: PersonID) async throws(StoreError) -> Int {
        try await self.readers.read { database in
            let sql = "SELECT sum(length(CAST(parts AS BLOB))) FROM message WHERE conversation = ?1 AND person = ?2"
            return try database.first(sql, id.rawValue, person.rawValue) { Int($0.integer(0)) } ?? 0
        }
    }

    package func conversation(
        _ id: Conversation.ID,
        of person: PersonID
    ) async throws(StoreError) -> ArchivedConversation? {
        let damage = self.damage
        return try await self.readers.read { database in
            guard var conversation = try Self.head(of: id, of: person, in: database) else { return nil }
            let messages = try MessageRows(database: database, report: damage.found).messages(in: id)
            conversation.messages = messages.map { ArchivedMessage($0) }
            return conversation
        }
    }

    package func conversations(of person: PersonID) async throws(StoreError) -> [Conversation.ID] {
        try await self.readers.read { database in
            let sql = "SELECT id FROM conversation WHERE owner = ?1 AND deleted_at IS NULL ORDER BY created_at, id"
            return try database.all(sql, person.rawValue) { try $0.identifier(0) }
        }
    }

    private static func head(
        of id: Conversation.ID,
        of person: PersonID,
        in database: Database
    ) throws -> ArchivedConversation? {
        let sql = """
            SELECT title, created_at, updated_at, pinned_at, archived_at, leaf FROM conversation
            WHERE id = ?1 AND owner = ?2 AND deleted_at IS NULL
            """
        return try database.first(sql, id.rawValue, person.rawValue) { row in
            var conversation = ArchivedConversation(
                id: id.rawValue,
                title: row.text(0),
                createdAt: row.timestamp(1),
                updatedAt: row.timestamp(2)
            )
            conversation.isPinned = !row.isNull(3)
            conversation.isArchived = !row.isNull(4)
            conversation.leaf = row.optionalText(5)
            return conversation
        }
    }
}
