internal import SQLite

/// Whether the writing connection may go on after an error.
///
/// The reasons are those of SQLite's result codes: after a failed sync nobody knows what reached the disk, and Linux
/// reports such a failure once and then calls the pages clean, so the same connection must not try again. A damaged
/// file is not made better by writing.
struct ConnectionHealth: Sendable {
    /// What becomes of the connection.
    enum Verdict: Sendable, Equatable {
        case keep
        /// Close it, and open a new one for the next work.
        case reopen
        /// Write no more in this process.
        case giveUp(reason: String)
    }

    private var syncFailures = 0

    /// A transaction was committed.
    mutating func succeeded() {
        self.syncFailures = 0
    }

    /// A transaction failed with this error.
    mutating func failed(_ error: SQLiteError) -> Verdict {
        if error.isDamaged { return .giveUp(reason: "the database is damaged: \(error)") }
        if error.isSyncFailure {
            self.syncFailures += 1
            if self.syncFailures > 1 { return .giveUp(reason: "the disk cannot sync: \(error)") }
            return .reopen
        }
        return error.isInputOutput || error.isReadOnly ? .reopen : .keep
    }
}
