extension Database {
    /// Does `body` as a whole or not at all: commits when it returns, rolls back when it throws.
    ///
    /// It takes the write lock at the start, because a reading transaction that wants to write later can only fail
    /// (`SQLITE_BUSY_SNAPSHOT`), and waiting does not help it.
    @discardableResult
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try self.run("BEGIN IMMEDIATE")
        return try self.finishing(commit: "COMMIT", body)
    }

    /// Reads one state of the database with several statements, whatever is written meanwhile.
    ///
    /// Keep it short: while it lasts the log cannot shrink.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try self.run("BEGIN")
        return try self.finishing(commit: "COMMIT", body)
    }

    /// Does `body` as a whole or not at all within a transaction, which goes on either way.
    ///
    /// When a full or failing disk made SQLite end the whole transaction, the error passes and ``isInTransaction`` is
    /// `false` afterwards: whatever else the transaction did is undone, too.
    @discardableResult
    package func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(self.isInTransaction, "A savepoint outside a transaction would be one that syncs on its own.")
        try self.run("SAVEPOINT step")
        do {
            let result = try body()
            try self.run("RELEASE step")
            return result
        } catch {
            try self.undoStep(because: error)
            throw error
        }
    }

    private func finishing<Result>(commit: String, _ body: () throws -> Result) throws -> Result {
        do {
            let result = try body()
            try self.run(commit)
            return result
        } catch {
            self.rollBack()
            throw error
        }
    }

    /// Ends the open transaction without a trace.
    private func rollBack() {
        guard self.isInTransaction else { return }
        // A ROLLBACK that fails has ended the transaction as well; the error that led here is the one to tell.
        try? self.run("ROLLBACK")
        precondition(!self.isInTransaction, "SQLite kept a transaction open after ROLLBACK.")
    }

    private func undoStep(because error: any Error) throws {
        guard self.isInTransaction else { return }
        do throws(SQLiteError) {
            try self.run("ROLLBACK TO step")
            try self.run("RELEASE step")
        } catch {
            // Half a step must not be committed with the rest.
            self.rollBack()
            throw error
        }
    }
}
