internal import Chat
internal import Identifiers
internal import JSONValue
internal import SQLite

/// Some conversations of a guest that become an account's, within a transaction of somebody else.
struct HandOverStep {
    let database: Database
    let guest: PersonID
    let account: PersonID

    /// About how many messages a transaction takes, so that others who write hardly wait; never a part of a conversation.
    private static let mostMessages = 500
    private static let mostConversations = 64

    private var words: WordRows { WordRows(database: self.database) }

    /// Returns how many conversations were moved: none when none is left that can be.
    func move() throws -> Int {
        try self.database.run(
            "UPDATE stream_token SET person = ?2 WHERE person = ?1",
            self.guest.rawValue,
            self.account.rawValue
        )
        var (messages, count) = (0, 0)
        for id in try self.movable() where messages < Self.mostMessages {
            messages += try self.move(id)
            count += 1
        }
        return count
    }

    /// Those none of whose ids the account has used.
    private func movable() throws -> [String] {
        let sql = """
            SELECT c.id FROM conversation c WHERE c.owner = ?1 AND c.deleted_at IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM message m JOIN message own ON own.person = ?2 AND own.id = m.id
                    WHERE m.conversation = c.id)
                AND NOT EXISTS (
                    SELECT 1 FROM generation g JOIN generation own ON own.person = ?2 AND own.message = g.message
                    WHERE g.conversation = c.id)
            LIMIT ?3
            """
        return try self.database.all(sql, self.guest.rawValue, self.account.rawValue, Self.mostConversations) {
            $0.text(0)
        }
    }

    /// Moves one conversation; returns how many messages it has.
    private func move(_ id: String) throws -> Int {
        let sql = "SELECT sequence, is_indexed, parts FROM message WHERE conversation = ?1"
        let messages = try self.database.all(sql, id) { row in
            (sequence: Int(row.integer(0)), isIndexed: row.integer(1) == 1, parts: row.text(2))
        }
        // The index knows each message by its owner as well: the old words go out first, while the owner is the old one.
        for message in messages where message.isIndexed { try self.words.forget(message.sequence) }
        let account = self.account.rawValue
        try self.database.run("UPDATE message SET person = ?2 WHERE conversation = ?1", id, account)
        try self.database.run("UPDATE generation SET person = ?2 WHERE conversation = ?1", id, account)
        for message in messages where message.isIndexed {
            // What is damaged has no words; whoever opens the message is told.
            let parts = (try? [Part](stored: message.parts)) ?? []
            try self.words.index(message.sequence, of: self.account, parts: parts)
        }
        try self.database.run(
            """
            INSERT OR IGNORE INTO import (person, id, source, created_at, undone_at)
            SELECT ?2, i.id, i.source, i.created_at, i.undone_at
            FROM import i JOIN conversation c ON c.import = i.id WHERE c.id = ?1 AND i.person = ?3
            """,
            id,
            account,
            self.guest.rawValue
        )
        try self.database.run("UPDATE conversation SET owner = ?2 WHERE id = ?1", id, account)
        return messages.count
    }
}
