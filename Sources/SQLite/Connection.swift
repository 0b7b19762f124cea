internal import CSQLite

/// The open database itself and the statements it has ready; closed when nobody uses it any more.
///
/// Not `Sendable`: a connection and its statements stay on the thread that opened it.
@safe
final class Connection {
    private let handle: OpaquePointer
    private var idle: [String: PreparedStatement] = [:]
    /// Written by SQLite after each commit, on this connection's thread; freed after the connection is closed.
    private let logPages: UnsafeMutablePointer<Int32>

    init(path: String, flags: Int32) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            defer { unsafe sqlite3_close_v2(handle) }
            let reason = unsafe String(cString: sqlite3_errmsg(handle))  // says "out of memory" for a missing handle
            throw SQLiteError(code: code, message: reason, subject: path)
        }
        unsafe self.handle = handle
        unsafe self.logPages = .allocate(capacity: 1)
        unsafe self.logPages.initialize(to: 0)
    }

    deinit {
        // Statements in use hold on to this object, so none is left but the idle ones.
        self.idle.removeAll()
        unsafe sqlite3_close_v2(self.handle)
        unsafe self.logPages.deallocate()
    }

    /// A connection to a file that a copy is written into.
    static func toFill(path: String) throws(SQLiteError) -> Connection {
        try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX)
    }

    /// Whether no transaction is open.
    var isInAutocommit: Bool { unsafe sqlite3_get_autocommit(self.handle) != 0 }

    /// How many rows the last statement changed.
    var changedRows: Int { Int(unsafe sqlite3_changes64(self.handle)) }

    /// How many pages the log had after the last commit.
    var logPageCount: Int { Int(unsafe self.logPages.pointee) }

    /// Has SQLite report the log's length after each commit.
    func watchLog() {
        unsafe csqlite_watch_log(self.handle, self.logPages)
    }

    /// Takes a ready statement out of the cache, or prepares one.
    func takeStatement(_ sql: String) throws(SQLiteError) -> PreparedStatement {
        if let ready = self.idle.removeValue(forKey: sql) { return ready }
        return unsafe try PreparedStatement(sql, on: self.handle)
    }

    /// Puts a statement back for the next who needs the same.
    ///
    /// The cache is bounded by the statements in our sources, since values are bound and never part of the text.
    func putBack(_ statement: PreparedStatement, sql: String) {
        statement.forget()
        self.idle[sql] = statement
    }

    /// Forgets every ready statement.
    func forgetStatements() {
        self.idle.removeAll()
    }

    /// Runs a text of several statements that take no values and give no rows.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(self.handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw self.error(about: sql) }
    }

    /// Turns on SQLite's defensive mode.
    func defend() throws(SQLiteError) {
        guard unsafe csqlite_defend(self.handle) == SQLITE_OK else { throw self.error(about: "defensive mode") }
    }

    /// Has the log stay as it is when this connection is the last to close.
    func keepLog() {
        let code = unsafe csqlite_keep_log(self.handle)
        precondition(code == SQLITE_OK, "SQLite does not know a setting that it has had since 3.16.")
    }

    /// Copies the pages of `source` into this database, all in one step.
    func copyPages(from source: Connection) throws(SQLiteError) {
        guard let backup = unsafe sqlite3_backup_init(self.handle, "main", source.handle, "main") else {
            throw self.error(about: "backup")
        }
        let code = unsafe sqlite3_backup_step(backup, -1)
        unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else {
            throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)), subject: "backup")
        }
    }

    /// What went wrong last on this connection.
    func error(about subject: String) -> SQLiteError {
        SQLiteError(
            code: unsafe sqlite3_extended_errcode(self.handle),
            message: unsafe String(cString: sqlite3_errmsg(self.handle)),
            subject: subject
        )
    }
}
