internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// One change by the owner of a conversation within a transaction; looks at everything before it writes anything.
struct ChangeStep {
    let database: Database
    let person: PersonID
    let now: Timestamp

    func change(_ id: Conversation.ID, _ change: ConversationChange) throws -> Conversation? {
        let rows = ConversationRows(database: self.database)
        guard try rows.standing(of: id, for: self.person) == .own else { return nil }
        if let message = change.shownMessage {
            let paths = PathRows(database: self.database, person: self.person)
            guard try paths.contains(message, in: id) else { return nil }
            try rows.show(pathTo: paths.newest(behind: message), in: id)
        }
        if let title = change.title { try self.name(id, title) }
        if let isPinned = change.isPinned { try self.mark(id, "pinned_at", isPinned) }
        if let isArchived = change.isArchived { try self.mark(id, "archived_at", isArchived) }
        return try rows.conversation(id, of: self.person)
    }

    private func name(_ id: Conversation.ID, _ title: String) throws {
        let sql = "UPDATE conversation SET title = ?2, title_source = 'reader' WHERE id = ?1"
        try self.database.run(sql, id.rawValue, title)
    }

    /// Notes the time in a column, once; or takes it out.
    private func mark(_ id: Conversation.ID, _ column: StaticString, _ isMarked: Bool) throws {
        let sql = "UPDATE conversation SET \(column) = CASE WHEN ?2 THEN coalesce(\(column), ?3) END WHERE id = ?1"
        try self.database.run(sql, id.rawValue, isMarked, self.now.milliseconds)
    }
}
