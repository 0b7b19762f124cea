internal import Chat
package import Observability
internal import SQLite

/// One round of letting go of what nobody comes back to.
///
/// It looks on a reading connection and writes in small transactions with pauses, like everything in ``Tidying``. Cut off
/// anywhere, the next round goes on: whatever is half gone is found again.
struct Sweep: Sendable {
    /// How many rows a look goes through.
    static let window = 512

    let retention: Retention
    let writer: Writer
    let readers: Readers
    let time: TimeSource
    let metrics: Metrics

    /// Lets go of everything that goes now; returns what that was.
    func round() async throws -> RetentionCount {
        var count = RetentionCount()
        guard self.retention.isBounded else { return count }
        let now = self.time.now()
        let bounds = self.retention.bounds(at: now)
        if bounds.guests != nil || bounds.emptyGuests != nil {
            count.guests = try await self.letGoOfGuests(bounds, at: now)
        }
        // A guest who loses the last conversation here has nothing any more, which the next round sees.
        if bounds.conversations != nil { count.conversations = try await self.letGoOfConversations(bounds, at: now) }
        return count
    }

    private func letGoOfConversations(_ bounds: RetentionBounds, at now: Timestamp) async throws -> Int {
        var count = 0
        try await self.eachWindow({
            try RetentionRows(database: $0, bounds: bounds).conversations(behind: $1, count: $2)
        }) {
            for ids in $0.inChunks(of: Tidying.batch) {
                let gone = try await self.write { database in
                    try RetentionRows(database: database, bounds: bounds).giveUp(conversations: ids, at: now)
                }
                self.metrics.count("shuren_retention_removed_total", ["what": "conversations"], by: UInt64(gone))
                count += gone
            }
            try await self.forgetGivenUp()
        }
        return count
    }

    private func letGoOfGuests(_ bounds: RetentionBounds, at now: Timestamp) async throws -> Int {
        var count = 0
        try await self.eachWindow({ try RetentionRows(database: $0, bounds: bounds).guests(behind: $1, count: $2) }) {
            ids in
            for id in ids {
                while try await self.write({ database in
                    try RetentionRows(database: database, bounds: bounds).detach(
                        guest: id,
                        count: Tidying.batch,
                        at: now
                    )
                }) > 0 {}
            }
            try await self.forgetGivenUp()
            for id in ids {
                while try await self.write({ database in
                    try RetentionRows(database: database, bounds: bounds).forget(guest: id, count: Tidying.batch)
                }) {}
                let isGone = try await self.readers.read { database in
                    try RetentionRows(database: database, bounds: bounds).isGone(guest: id)
                }
                guard isGone else { continue }  // came back in the meantime
                self.metrics.count("shuren_retention_removed_total", ["what": "guests"])
                count += 1
            }
        }
        return count
    }

    /// Goes through a table window by window.
    private func eachWindow(
        _ look: @escaping @Sendable (Database, String, Int) throws -> RetentionRows.Window,
        _ handle: ([String]) async throws -> Void
    ) async throws {
        var place: String? = ""
        while let start = place {
            let window = try await self.readers.read { try look($0, start, Self.window) }
            if !window.found.isEmpty { try await handle(window.found.map(\.id)) }
            place = window.next
            if place != nil { try await self.time.sleep(Tidying.pause) }
        }
    }

    private func forgetGivenUp() async throws {
        while try await self.write({ try BinRows(database: $0).forget(count: Tidying.batch) }) > 0 {}
    }

    /// One small transaction, and a pause for whoever waits to write.
    private func write<Result: Sendable>(_ step: @escaping @Sendable (Database) throws -> Result) async throws -> Result
    {
        let result = try await self.writer.write(step)
        try await self.time.sleep(Tidying.pause)
        return result
    }
}

extension Storage {
    /// What the next round would let go of, without changing anything, beside a running server as well; `nil` without a
    /// database.
    package static func forecast(_ settings: Settings, at now: Timestamp) throws -> RetentionCount? {
        let path = DataFolder.databasePath(in: settings.dataFolder)
        guard Folder.contains(path) else { return nil }
        let database = try Database(path: path, access: DataFolder.momentaryAccess(in: settings.dataFolder))
        // One that no server of this version has opened yet lacks what is asked for.
        guard try Schema.current.versionFound(in: database) == Schema.current.version else { return nil }
        let rows = RetentionRows(database: database, bounds: settings.retention.bounds(at: now))
        return try rows.forecast()
    }
}

extension RetentionRows {
    /// What goes now, counted as a round does it: guests first, with all that is theirs.
    func forecast() throws -> RetentionCount {
        let guests = Set(try self.all { try self.guests(behind: $0, count: Sweep.window) }.map(\.id))
        let conversations = try self.all { try self.conversations(behind: $0, count: Sweep.window) }
        var count = RetentionCount()
        count.guests = guests.count
        count.conversations = conversations.count { !guests.contains($0.owner) }
        return count
    }

    private func all(_ look: (String) throws -> Window) rethrows -> [(id: String, owner: String)] {
        var found: [(id: String, owner: String)] = []
        var place: String? = ""
        while let start = place {
            let window = try look(start)
            found += window.found
            place = window.next
        }
        return found
    }
}

extension Array {
    /// These elements in arrays of at most `size`.
    fileprivate func inChunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: size).map { Array(self[$0..<Swift.min($0 + size, self.count)]) }
    }
}
