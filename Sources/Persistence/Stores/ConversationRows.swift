internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// The rows of the table `conversation`, within a transaction of somebody else.
struct ConversationRows {
    /// Whose a conversation id is.
    enum Standing: Equatable {
        /// Nobody has used it.
        case free
        /// The person's own, and not deleted.
        case own
        /// Somebody else's, or deleted.
        case closed
    }

    let database: Database

    static let columns = """
        id, owner, title, created_at, updated_at, EXISTS (
            SELECT 1 FROM generation g WHERE g.conversation = conversation.id AND g.state IN ('accepted', 'streaming')
        ), pinned_at, archived_at, deleted_at
        """

    func standing(of id: Conversation.ID, for person: PersonID) throws -> Standing {
        let sql = "SELECT owner = ?2 AND deleted_at IS NULL FROM conversation WHERE id = ?1"
        let isOwn = try self.database.first(sql, id.rawValue, person.rawValue) { $0.integer(0) != 0 }
        return isOwn.map { $0 ? .own : .closed } ?? .free
    }

    func insert(_ id: Conversation.ID, owner: PersonID, title: String, at time: Timestamp) throws {
        let sql = "INSERT INTO conversation (id, owner, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)"
        try self.database.run(sql, id.rawValue, owner.rawValue, title, time.milliseconds)
    }

    /// Moves the conversation up in its owner's list.
    func touch(_ id: Conversation.ID, at time: Timestamp) throws {
        try self.database.run(
            "UPDATE conversation SET updated_at = max(updated_at, ?2) WHERE id = ?1",
            id.rawValue,
            time.milliseconds
        )
    }

    func conversation(_ id: Conversation.ID, of person: PersonID) throws -> Conversation? {
        let sql = "SELECT \(Self.columns) FROM conversation WHERE id = ?1 AND owner = ?2 AND deleted_at IS NULL"
        return try self.database.first(sql, id.rawValue, person.rawValue) { try Self.conversation(in: $0) }
    }

    /// The last message of the path that is shown; `nil` for the path to the newest message.
    func leaf(of id: Conversation.ID) throws -> Message.ID? {
        let sql = "SELECT leaf FROM conversation WHERE id = ?1"
        return try self.database.first(sql, id.rawValue) { try $0.optionalIdentifier(0) } ?? nil
    }

    /// Has the path to `leaf` shown, or with `nil` the path to the newest message.
    func show(pathTo leaf: Message.ID?, in id: Conversation.ID) throws {
        try self.database.run("UPDATE conversation SET leaf = ?2 WHERE id = ?1", id.rawValue, leaf?.rawValue)
    }

    static func conversation(in row: borrowing Statement) throws -> Conversation {
        Conversation(
            id: try row.identifier(0),
            owner: try row.identifier(1),
            title: row.text(2),
            createdAt: row.timestamp(3),
            updatedAt: row.timestamp(4),
            isRunning: row.integer(5) != 0,
            isPinned: !row.isNull(6),
            isArchived: !row.isNull(7),
            deletedAt: row.optionalTimestamp(8)
        )
    }
}
