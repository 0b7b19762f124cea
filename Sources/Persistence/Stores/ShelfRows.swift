internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// The rows of the table `conversation` as they lie on the shelves of their owner, within a transaction of somebody else.
struct ShelfRows {
    let database: Database

    func page(
        of shelf: Shelf,
        of person: PersonID,
        behind place: ConversationPage.Place?,
        limit: Int
    ) throws -> ConversationPage {
        let pinned = try shelf == .shown && place == nil ? self.pinned(of: person) : []
        let (condition, time) = Self.terms(of: shelf)
        let sql = """
            SELECT \(ConversationRows.columns) FROM conversation WHERE owner = ?1 AND \(condition)
                AND \(time) <= ?2 AND (\(time) < ?2 OR id > ?3)
            ORDER BY \(time) DESC, id LIMIT ?4
            """
        let found = try self.database.all(
            sql,
            person.rawValue,
            place?.time.milliseconds ?? Int64.max,
            place?.id.rawValue ?? "",
            limit + 1
        ) { try ConversationRows.conversation(in: $0) }
        return ConversationPage(found, pinned: pinned, of: shelf, limit: limit)
    }

    private func pinned(of person: PersonID) throws -> [Conversation] {
        let sql = """
            SELECT \(ConversationRows.columns) FROM conversation
            WHERE owner = ?1 AND pinned_at IS NOT NULL AND archived_at IS NULL AND deleted_at IS NULL
            """
        return try self.database.all(sql, person.rawValue) { try ConversationRows.conversation(in: $0) }
    }

    /// Which conversations lie on a shelf, apart from pinned ones, and the time that orders them; each has an index.
    private static func terms(of shelf: Shelf) -> (condition: String, time: String) {
        switch shelf {
        case .shown: ("deleted_at IS NULL AND archived_at IS NULL AND pinned_at IS NULL", "updated_at")
        case .archive: ("archived_at IS NOT NULL AND deleted_at IS NULL", "updated_at")
        case .bin: ("deleted_at IS NOT NULL", "deleted_at")
        }
    }
}
