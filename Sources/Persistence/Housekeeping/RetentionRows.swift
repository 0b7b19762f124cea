internal import Observability
internal import SQLite

/// What nobody comes back to, found and let go, within a transaction of somebody else.
///
/// Looking is done in windows, on a connection that only reads; whatever lets something go looks at it once more, since
/// somebody may have come back in between. A conversation in which a reply is being written, and its owner, stay.
struct RetentionRows {
    /// A part of the ids of a table, in their order.
    struct Window: Sendable {
        /// Those among them that go, and whose they are; guests are their own.
        let found: [(id: String, owner: String)]
        /// Where the next window begins; `nil` after the last one.
        let next: String?
    }

    let database: Database
    let bounds: RetentionBounds

    // MARK: Looking

    /// Guests that go, among the `count` people behind `id`.
    func guests(behind id: String, count: Int) throws -> Window {
        let sql = "SELECT id, id, \(Self.isForgettable) FROM person p WHERE p.id > ?3 ORDER BY p.id LIMIT ?4"
        let rows = try self.database.all(
            sql,
            self.bounds.guests?.milliseconds,
            self.bounds.emptyGuests?.milliseconds,
            id,
            count,
            read: Self.finding
        )
        return Self.window(rows, count)
    }

    /// Conversations that go, among the `count` behind `id`.
    func conversations(behind id: String, count: Int) throws -> Window {
        let sql = "SELECT id, owner, \(Self.isOutdated) FROM conversation c WHERE c.id > ?2 ORDER BY c.id LIMIT ?3"
        let rows = try self.database.all(
            sql,
            self.bounds.conversations?.milliseconds,
            id,
            count,
            read: Self.finding
        )
        return Self.window(rows, count)
    }

    private static func finding(in row: borrowing Statement) -> (id: String, owner: String, goes: Bool) {
        (row.text(0), row.text(1), row.integer(2) != 0)
    }

    private static func window(_ rows: [(id: String, owner: String, goes: Bool)], _ count: Int) -> Window {
        Window(
            found: rows.filter(\.goes).map { ($0.id, $0.owner) },
            next: rows.count == count ? rows.last?.id : nil
        )
    }

    /// Whether a person `p` is a guest whom nobody has seen since ?1, or since ?2 where nothing is theirs; an admin is none.
    private static let isForgettable = """
        coalesce(p.id <> '' AND p.kind = 'guest' AND p.role = 'person'
            AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id)
            AND NOT EXISTS (SELECT 1 FROM api_key k WHERE k.person = p.id)
            AND (\(unseen(since: "?1")) OR (\(isEmpty) AND \(unseen(since: "?2")))), 0)
        """

    private static func unseen(since time: String) -> String {
        """
        (p.created_at < \(time)
            AND NOT EXISTS (SELECT 1 FROM session s
                WHERE s.person = p.id AND coalesce(s.used_at, s.created_at) >= \(time))
            AND NOT EXISTS (SELECT 1 FROM stream_token t WHERE t.person = p.id AND t.starts_before >= \(time))
            AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.owner = p.id AND c.updated_at >= \(time))
            AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.person = p.id AND e.erased_at >= \(time))
            AND NOT EXISTS (SELECT 1 FROM generation g
                WHERE g.person = p.id AND (g.started_at >= \(time) OR g.state IN ('accepted', 'streaming'))))
        """
    }

    private static let isEmpty = """
        (NOT EXISTS (SELECT 1 FROM conversation c WHERE c.owner = p.id)
            AND NOT EXISTS (SELECT 1 FROM profile f WHERE f.person = p.id)
            AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person = p.id)
            AND NOT EXISTS (SELECT 1 FROM fact_answer f WHERE f.person = p.id)
            AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.person = p.id))
        """

    /// Whether nothing has changed in a conversation `c` since ?1, and its owner has neither pinned nor deleted it.
    private static let isOutdated = """
        coalesce(c.deleted_at IS NULL AND c.pinned_at IS NULL AND c.updated_at < ?1
            AND NOT EXISTS (SELECT 1 FROM generation g
                WHERE g.conversation = c.id AND g.state IN ('accepted', 'streaming')), 0)
        """

    // MARK: Letting go

    /// Gives up those of these conversations that still go; returns how many.
    func giveUp(conversations ids: [String], at now: Timestamp) throws -> Int {
        let sql = "SELECT c.owner FROM conversation c WHERE c.id = ?2 AND \(Self.isOutdated)"
        var count = 0
        for id in ids {
            guard
                let owner = try self.database.first(
                    sql,
                    self.bounds.conversations?.milliseconds,
                    id,
                    read: { $0.text(0) }
                )
            else { continue }
            try BinRows(database: self.database).giveUp(id, of: owner, at: now)
            count += 1
        }
        return count
    }

    /// Takes from a guest who still goes whatever lets them in, and gives up what is theirs, at most `count` conversations.
    ///
    /// Returns how many these were; 0 when none is left, or the guest stays.
    func detach(guest id: String, count: Int, at now: Timestamp) throws -> Int {
        guard try self.isForgettable(id) else { return 0 }
        for table in ["stream_token", "session", "erasure", "profile", "fact", "fact_answer", "import"] {
            try self.database.run("DELETE FROM \(table) WHERE person = ?1", id)
        }
        let sql = "SELECT id FROM conversation WHERE owner = ?1 LIMIT ?2"
        let conversations = try self.database.all(sql, id, count) { $0.text(0) }
        for conversation in conversations {
            try BinRows(database: self.database).giveUp(conversation, of: id, at: now)
        }
        return conversations.count
    }

    /// Forgets that a guest who still goes ever asked anything, `count` messages at a time, and last that there was one.
    ///
    /// Returns whether something is left to do.
    func forget(guest id: String, count: Int) throws -> Bool {
        guard try self.isForgettable(id),
            try !self.has("SELECT 1 FROM conversation WHERE owner = ?1 LIMIT 1", id),
            try !self.has("SELECT 1 FROM message WHERE person = ?1 LIMIT 1", id)
        else { return false }
        let replies = try self.database.all("SELECT id FROM generation WHERE person = ?1 LIMIT ?2", id, count) {
            $0.text(0)
        }
        for reply in replies {
            try self.database.run("DELETE FROM reply_part WHERE generation = ?1", reply)
            try self.database.run("DELETE FROM generation WHERE id = ?1", reply)
        }
        guard replies.count < count else { return true }
        try self.database.run("DELETE FROM person WHERE id = ?1", id)
        return false
    }

    /// Whether a guest is there no more.
    func isGone(guest id: String) throws -> Bool { try !self.has("SELECT 1 FROM person WHERE id = ?1", id) }

    private func isForgettable(_ id: String) throws -> Bool {
        let sql = "SELECT 1 FROM person p WHERE p.id = ?3 AND \(Self.isForgettable)"
        let (guests, empty) = (self.bounds.guests?.milliseconds, self.bounds.emptyGuests?.milliseconds)
        return try self.database.first(sql, guests, empty, id) { _ in true } ?? false
    }

    private func has(_ sql: String, _ id: String) throws -> Bool {
        try self.database.first(sql, id) { _ in true } ?? false
    }
}
