internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// The rows that a running reply leaves: what it has said so far, event by event.
struct ReplyRows {
    let database: Database

    /// How long after its end a reply can be replayed event by event; every stream token is long dead by then.
    private static let replayTime = Duration.seconds(24 * 60 * 60)

    /// Keeps events, leaving out those that are there already.
    func append(_ part: ReplyPart, after lastKept: Int) throws {
        let events = Array(part.events.dropFirst(max(0, lastKept + 1 - part.first)))
        guard !events.isEmpty else { return }
        try self.database.run(
            "INSERT OR REPLACE INTO reply_part (generation, first, events) VALUES (?1, ?2, ?3)",
            part.generation.rawValue,
            max(part.first, lastKept + 1),
            events.stored
        )
    }

    /// Keeps events of a generation that this run has not ended; those that are there already may come again.
    func appendRunning(_ part: ReplyPart, epoch: Int) throws {
        try self.database.run(
            """
            INSERT OR REPLACE INTO reply_part (generation, first, events)
            SELECT ?1, ?2, ?3 WHERE EXISTS
                (SELECT 1 FROM generation WHERE id = ?1 AND epoch = ?4 AND state IN ('accepted', 'streaming'))
            """,
            part.generation.rawValue,
            part.first,
            part.events.stored,
            epoch
        )
    }

    /// Takes back everything from number `first` on.
    func remove(of generation: Message.ID, from first: Int) throws {
        try self.database.run(
            "DELETE FROM reply_part WHERE generation = ?1 AND first >= ?2",
            generation.rawValue,
            first
        )
    }

    /// The events from number `first` on, up to the first gap.
    func events(of generation: Message.ID, from first: Int) throws -> [Event] {
        var events: [Event] = []
        var next = 1
        for part in try self.parts(of: generation) {
            guard part.first <= next else { break }
            let new = part.events.dropFirst(next - part.first)
            events += new.dropFirst(max(0, first - next))
            next += new.count
        }
        return events
    }

    /// Forgets the events of a few replies that ended long before `time`; their text is in their messages.
    func forgetOld(at time: Timestamp) throws {
        let limit = time + (.zero - Self.replayTime)
        let old = try self.database.all(
            "SELECT id FROM generation WHERE has_parts = 1 AND ended_at < ?1 LIMIT 8",
            limit.milliseconds
        ) { $0.text(0) }
        for generation in old {
            try self.database.run("DELETE FROM reply_part WHERE generation = ?1", generation)
            try self.database.run("UPDATE generation SET has_parts = 0 WHERE id = ?1", generation)
        }
    }

    /// The parts in order, up to the first that cannot be read: to a reader that is a gap like any other.
    private func parts(of generation: Message.ID) throws -> [ReplyPart] {
        let sql = "SELECT first, events FROM reply_part WHERE generation = ?1 ORDER BY first"
        var parts: [ReplyPart] = []
        var statement = try self.database.prepare(sql)
        try statement.bind(generation.rawValue)
        while try statement.step() {
            do throws(StoredFormError) {
                let events = try [Event](stored: statement.text(1))
                parts.append(ReplyPart(generation: generation, first: Int(statement.integer(0)), events: events))
            } catch {
                break  // a server that refuses to start over one damaged row would keep all others from their readers
            }
        }
        return parts
    }
}
