internal import Observability
internal import SQLite

/// One run of the server on its data folder.
package struct Run: Sendable, Equatable {
    /// Larger by one than that of the run before.
    package let epoch: Int
    /// A name that no other run has.
    package let owner: String
    /// Whether the run before this one came to its end, so that its file needs no check.
    package let followsCleanEnd: Bool

    /// Whether the last run, if there was one, came to its end.
    static func lastEndedWell(in database: Database) throws -> Bool {
        try database.first("SELECT ended_at IS NOT NULL FROM run ORDER BY epoch DESC LIMIT 1") { row in
            row.integer(0) != 0
        } ?? true
    }

    /// Counts a new run, in a transaction of its own.
    static func begin(in database: Database, owner: String, at time: Timestamp) throws -> Run {
        try database.transaction {
            let followsCleanEnd = try Self.lastEndedWell(in: database)
            let run = Run(epoch: try Self.newestEpoch(in: database) + 1, owner: owner, followsCleanEnd: followsCleanEnd)
            try database.run(
                "INSERT INTO run (epoch, owner, started_at) VALUES (?1, ?2, ?3)",
                run.epoch,
                run.owner,
                time.milliseconds
            )
            return run
        }
    }

    /// The epoch of the newest run; 0 before the first.
    static func newestEpoch(in database: Database) throws -> Int {
        try database.first("SELECT max(epoch) FROM run") { Int($0.integer(0)) } ?? 0
    }

    /// Notes a run that is over already, within a transaction.
    static func note(_ epoch: Int, owner: String, endedAt time: Timestamp, in database: Database) throws {
        try database.run(
            "INSERT INTO run (epoch, owner, started_at, ended_at) VALUES (?1, ?2, ?3, ?3)",
            epoch,
            owner,
            time.milliseconds
        )
    }

    /// Notes that the run came to its end, within a transaction.
    func end(in database: Database, at time: Timestamp) throws {
        try database.run("UPDATE run SET ended_at = ?2 WHERE epoch = ?1", self.epoch, time.milliseconds)
    }
}
