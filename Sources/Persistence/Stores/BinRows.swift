internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// What lies in the bin, and its end, within a transaction of somebody else.
///
/// The end has two steps. First a conversation is given up: from then on it is nobody's, and nobody gets it back. Then it is
/// forgotten message by message, in transactions that stay short however long it is.
///
/// A conversation in which a reply is being written stays until that is over: its end needs a place to go to.
struct BinRows {
    let database: Database

    /// How long something lies in the bin.
    static let patience = Duration.seconds(30 * 24 * 60 * 60)

    /// The person who owns what was given up; no id of a person is empty.
    private static let nobody = ""

    // MARK: Giving up

    /// Gives up some conversations that were deleted before `time`, whosever they are; returns how many.
    func giveUp(count: Int, deletedBefore time: Timestamp) throws -> Int {
        try self.database.run("DELETE FROM erasure WHERE erased_at < ?1", time.milliseconds)
        let sql =
            "SELECT id, owner FROM conversation WHERE deleted_at < ?1 AND owner <> ?3 AND \(Self.isQuiet) LIMIT ?2"
        return try self.giveUp(self.database.all(sql, time.milliseconds, count, Self.nobody, read: Self.entry))
    }

    /// Gives up some conversations in a person's bin; returns how many.
    func giveUp(count: Int, of person: PersonID) throws -> Int {
        try self.database.run("DELETE FROM erasure WHERE person = ?1", person.rawValue)
        let sql = """
            SELECT id, owner FROM conversation
            WHERE owner = ?1 AND deleted_at IS NOT NULL AND \(Self.isQuiet) LIMIT ?2
            """
        return try self.giveUp(self.database.all(sql, person.rawValue, count, read: Self.entry))
    }

    private static let isQuiet = """
        NOT EXISTS (SELECT 1 FROM generation g WHERE g.conversation = conversation.id
            AND g.state IN ('accepted', 'streaming'))
        """

    private static func entry(in row: borrowing Statement) -> (id: String, owner: String) { (row.text(0), row.text(1)) }

    private func giveUp(_ conversations: [(id: String, owner: String)]) throws -> Int {
        for (id, owner) in conversations { try self.giveUp(id, of: owner) }
        return conversations.count
    }

    private func giveUp(_ id: String, of owner: String) throws {
        try self.database.run("DELETE FROM stream_token WHERE person = ?2 AND conversation = ?1", id, owner)
        try self.database.run("UPDATE conversation SET owner = ?2 WHERE id = ?1", id, Self.nobody)
    }

    /// Gives up one conversation, wherever it lies; the caller knows that no reply is being written in it.
    func giveUp(_ id: String, of owner: String, at now: Timestamp) throws {
        try self.giveUp(id, of: owner)
        let sql = "UPDATE conversation SET deleted_at = coalesce(deleted_at, ?2) WHERE id = ?1"
        try self.database.run(sql, id, now.milliseconds)
    }

    // MARK: Forgetting

    /// Forgets some of what was given up, `count` rows and what hangs on them; returns how many, 0 when nothing is left.
    func forget(count: Int) throws -> Int {
        var room = count
        while room > 0, let id = try self.givenUp() {
            let replies = try self.forgetReplies(of: id, count: room)
            room -= replies
            let messages = try self.forgetMessages(of: id, count: room)
            room -= messages
            guard room > 0 else { break }
            try self.database.run("DELETE FROM conversation WHERE id = ?1", id)
            room -= 1
        }
        return count - room
    }

    private func givenUp() throws -> String? {
        let sql = "SELECT id FROM conversation WHERE owner = ?1 AND deleted_at IS NOT NULL LIMIT 1"
        return try self.database.first(sql, Self.nobody) { $0.text(0) }
    }

    /// That a message was claimed stays known, though not in what: one that comes again starts no second reply, and a copy of
    /// its reply that is still on its way finds that it is over.
    private func forgetReplies(of conversation: String, count: Int) throws -> Int {
        let sql = "SELECT id FROM generation WHERE conversation = ?1 LIMIT ?2"
        let replies = try self.database.all(sql, conversation, count) { $0.text(0) }
        for reply in replies {
            try self.database.run("DELETE FROM reply_part WHERE generation = ?1", reply)
            try self.database.run(
                "UPDATE generation SET conversation = NULL, prompt = NULL, has_parts = 0 WHERE id = ?1",
                reply
            )
        }
        return replies.count
    }

    /// The last ones first: each message comes after the one that it follows.
    private func forgetMessages(of conversation: String, count: Int) throws -> Int {
        let words = WordRows(database: self.database)
        let sql = "SELECT sequence FROM message WHERE conversation = ?1 ORDER BY sequence DESC LIMIT ?2"
        let messages = try self.database.all(sql, conversation, count) { Int($0.integer(0)) }
        for sequence in messages {
            try words.forget(sequence)
            try self.database.run("DELETE FROM message WHERE sequence = ?1", sequence)
        }
        return messages.count
    }
}
