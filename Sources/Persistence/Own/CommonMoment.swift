internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// What is thrown into the bin together, so that it can be taken out together, within a transaction of somebody else.
struct CommonMoment {
    let database: Database

    /// A moment, from `time` on, at which nothing of the person's went into the bin: what goes there now is known by it.
    func free(of person: PersonID, from time: Timestamp) throws -> Timestamp {
        let sql = "SELECT max(deleted_at) FROM conversation WHERE owner = ?1 AND deleted_at IS NOT NULL"
        let last = try self.database.first(sql, person.rawValue) { $0.optionalTimestamp(0) } ?? nil
        return last.map { max(time, $0 + .milliseconds(1)) } ?? time
    }
}
