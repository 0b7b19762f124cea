internal import CSQLite

/// A connection to a database file, with the settings this program's promises rest on.
///
/// Not `Sendable`, and SQLite's own locks are off: one thread opens it, uses it and lets go of it. It is closed when
/// the last reference to it and to its statements is gone.
package final class Database {
    /// What a connection is for.
    package enum Access: Sendable {
        /// Reads and writes; makes the file when it is missing. One connection of the process writes, and it alone does
        /// checkpoints: before SQLite 3.51.3 two at once can corrupt the log (https://sqlite.org/wal.html, section 11).
        case writing
        /// Reads what is there.
        case reading
        /// Reads a file without a log that nobody writes to meanwhile; neither locks nor makes any other file.
        case readingUnchanged
    }

    let connection: Connection

    /// The version of the SQLite library in this process.
    package static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    /// Opens a file and applies the settings.
    package init(path: String, access: Access) throws(SQLiteError) {
        let flags =
            switch access {
            case .writing: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .reading: SQLITE_OPEN_READONLY
            case .readingUnchanged: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        let name = access == .readingUnchanged ? Self.unchangingName(of: path) : path
        self.connection = try Connection(path: name, flags: flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE)
        do throws(SQLiteError) {
            try self.connection.defend()
            try self.connection.execute(Self.settings)
            // Only then: in a file that is there already it would be written again at every start.
            if access == .writing, try self.isNew() {
                try self.connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  // it can give room back
            }
            try self.connection.execute(access == .writing ? Self.writerSettings : "PRAGMA query_only = ON")
        } catch {
            // A file that cannot be used is left as it is, with its log, for whoever repairs it.
            self.connection.keepLog()
            throw error
        }
    }

    /// The file's name in the form that says that nobody writes to it (https://sqlite.org/uri.html).
    private static func unchangingName(of path: String) -> String {
        let escaped = path.utf8.map { byte in
            let isPlain =
                byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || Character(Unicode.Scalar(byte)).isLetter
                || Character(Unicode.Scalar(byte)).isNumber
            return isPlain && byte < 0x80 ? String(Unicode.Scalar(byte)) : "%" + hexadecimal(byte)
        }
        return "file:\(escaped.joined())?immutable=1"
    }

    /// What every connection runs with.
    ///
    /// Sorting stays in memory, so that reading works on a full disk.
    private static let settings = """
        PRAGMA busy_timeout = 5000;
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA temp_store = MEMORY;
        """

    /// What the writing connection runs with besides.
    ///
    /// FULL, because with NORMAL a power cut takes back every commit since the last checkpoint
    /// (https://sqlite.org/pragma.html#pragma_synchronous). The log shrinks to 64 MiB after a checkpoint.
    private static let writerSettings = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 67108864;
        """

    private func isNew() throws(SQLiteError) -> Bool {
        var statement = try self.prepare("PRAGMA page_count")
        guard try statement.step() else { return false }
        return statement.integer(0) == 0
    }

    /// Whether a transaction is open.
    ///
    /// SQLite ends one by itself when the disk is full or fails.
    package var isInTransaction: Bool { !self.connection.isInAutocommit }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    package var changedRows: Int { self.connection.changedRows }

    /// How many pages the log had after the last commit; counted from ``watchLog()`` on.
    package var logPageCount: Int { self.connection.logPageCount }

    /// Counts the log's pages from now on, in place of SQLite's own checkpoints after a commit.
    package func watchLog() {
        self.connection.watchLog()
    }

    /// Takes the statement from the cache of this connection, or compiles it.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(sql, on: self.connection)
    }

    /// Runs one statement with its values, to the end.
    package func run(_ sql: String, _ values: (any ValueConvertible)?...) throws(SQLiteError) {
        var statement = try self.prepare(sql)
        try statement.bind(values)
        try statement.run()
    }

    /// What `read` makes of the first row; `nil` when there is none.
    package func first<Row>(
        _ sql: String,
        _ values: (any ValueConvertible)?...,
        read: (borrowing Statement) throws -> Row
    ) throws -> Row? {
        var statement = try self.prepare(sql)
        try statement.bind(values)
        guard try statement.step() else { return nil }
        return try read(statement)
    }

    /// What `read` makes of every row.
    package func all<Row>(
        _ sql: String,
        _ values: (any ValueConvertible)?...,
        read: (borrowing Statement) throws -> Row
    ) throws -> [Row] {
        var statement = try self.prepare(sql)
        try statement.bind(values)
        var rows: [Row] = []
        while try statement.step() { rows.append(try read(statement)) }
        return rows
    }

    /// Runs a text of several statements that take no values, such as a migration.
    package func execute(_ sql: String) throws(SQLiteError) {
        try self.connection.execute(sql)
    }

    /// Forgets the statements that are kept ready.
    package func forgetStatements() {
        self.connection.forgetStatements()
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}
