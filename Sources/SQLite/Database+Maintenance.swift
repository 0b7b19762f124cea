extension Database {
    /// Whose file this is: a number that a program writes into its databases.
    package var applicationID: Int32 {
        get throws { try Int32(truncatingIfNeeded: self.pragma("application_id")) }
    }

    /// The version of the schema that the program has given this file; 0 in a new one.
    package var userVersion: Int {
        get throws { try Int(self.pragma("user_version")) }
    }

    /// Writes ``applicationID``; part of the transaction it is called in.
    package func setApplicationID(_ id: Int32) throws(SQLiteError) {
        try self.execute("PRAGMA application_id = \(id)")
    }

    /// Writes ``userVersion``; part of the transaction it is called in.
    package func setUserVersion(_ version: Int) throws(SQLiteError) {
        try self.execute("PRAGMA user_version = \(version)")
    }

    /// Limits the file to a number of pages.
    ///
    /// Beyond it every write fails as on a full disk, which is what it is for.
    package func setPageLimit(_ pages: Int) throws(SQLiteError) {
        try self.execute("PRAGMA max_page_count = \(pages)")
    }

    /// How many pages the file has.
    package var pageCount: Int {
        get throws { try Int(self.pragma("page_count")) }
    }

    /// How many of these hold nothing.
    package var freePageCount: Int {
        get throws { try Int(self.pragma("freelist_count")) }
    }

    /// How many rows were changed since the connection was opened, those of a table's own tables among them.
    package var totalChanges: Int {
        get throws { Int(try self.first("SELECT total_changes()") { $0.integer(0) } ?? 0) }
    }

    /// The size of a page in bytes.
    package var pageSize: Int {
        get throws { try Int(self.pragma("page_size")) }
    }

    /// Whether the file is one that ``giveBack(pages:)`` can make smaller.
    ///
    /// That is settled when it is made: https://sqlite.org/pragma.html#pragma_auto_vacuum.
    package var givesRoomBack: Bool {
        get throws { try self.pragma("auto_vacuum") == 2 }
    }

    /// Gives back at most so many pages that hold nothing, as part of the transaction it is called in.
    ///
    /// The file itself becomes smaller with the next checkpoint.
    package func giveBack(pages: Int) throws(SQLiteError) {
        try self.execute("PRAGMA incremental_vacuum(\(pages))")
    }

    /// Writes everything, tightly packed, into a new file that can give room back; `name` must not be there yet.
    package func pack(into name: String) throws(SQLiteError) {
        try self.execute("PRAGMA auto_vacuum = INCREMENTAL")
        try self.run("VACUUM INTO ?1", name)
    }

    /// What SQLite finds wrong with the file's structure; empty when it is sound.
    ///
    /// `thorough` compares the indexes with their tables as well. Neither sees a flipped bit inside a text: that is
    /// what the content hashes are for.
    package func problems(thorough: Bool = false) throws -> [String] {
        do {
            let findings = try self.all(thorough ? "PRAGMA integrity_check" : "PRAGMA quick_check") { $0.text(0) }
            return findings == ["ok"] ? [] : findings
        } catch let error as SQLiteError where error.isDamaged {
            return [error.message]  // damaged in a way that even the check cannot walk through
        }
    }

    /// How many rows point to a row that is not there.
    package func brokenReferences() throws -> Int {
        try self.all("PRAGMA foreign_key_check") { _ in }.count
    }

    /// Moves what is in the log into the database file; for the one connection that writes.
    ///
    /// `truncating` empties the log as well, which gives space back. `false` when readers kept it from finishing.
    @discardableResult
    package func checkpoint(truncating: Bool = false) throws -> Bool {
        let mode = truncating ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)"
        let counts = try self.first(mode) { (busy: $0.integer(0), log: $0.integer(1), moved: $0.integer(2)) }
        guard let counts else { return false }
        return counts.busy == 0 && counts.log == counts.moved
    }

    /// Has the log stay as it is when this connection is the last to close.
    ///
    /// Otherwise SQLite moves it into the file and deletes it then, which a damaged file is to be spared.
    package func keepLog() {
        self.connection.keepLog()
    }

    /// Copies the whole database, as it is at this moment, into a file of its own.
    ///
    /// The copy is a plain database without a log. Whoever wants to keep it syncs it and moves it to its name.
    package func copy(to path: String) throws(SQLiteError) {
        let target = try Connection.toFill(path: path)
        try target.copyPages(from: self.connection)
        try target.execute("PRAGMA journal_mode = DELETE")
    }

    private func pragma(_ name: String) throws -> Int64 {
        try self.first("PRAGMA \(name)") { $0.integer(0) } ?? 0
    }
}
