internal import CSQLite

/// What SQLite said when it could not do what it was asked.
package struct SQLiteError: Error, Sendable, Equatable {
    /// The extended result code (https://sqlite.org/rescode.html).
    package let code: Int32
    /// SQLite's own words.
    package let message: String
    /// The statement or the file it was about.
    ///
    /// Values are bound and never part of it, so it can be logged.
    package let subject: String

    package init(code: Int32, message: String, subject: String) {
        self.code = code
        self.message = message
        self.subject = subject
    }

    /// The code without its extension: the family the error belongs to.
    private var primaryCode: Int32 { self.code & 0xFF }

    /// Whether somebody else is in the way; the same again may succeed soon.
    package var isBusy: Bool { self.primaryCode == SQLITE_BUSY || self.primaryCode == SQLITE_LOCKED }

    /// Whether the disk, or the page limit, leaves no room.
    ///
    /// The transaction is already rolled back then.
    package var isFull: Bool { self.primaryCode == SQLITE_FULL }

    /// Whether a rule of the schema turned the row down.
    package var isConstraint: Bool { self.primaryCode == SQLITE_CONSTRAINT }

    /// Whether a row with this key exists already.
    package var isAlreadyThere: Bool {
        self.code == csqlite_constraint_unique || self.code == csqlite_constraint_primary_key
    }

    /// Whether the device failed.
    package var isInputOutput: Bool { self.primaryCode == SQLITE_IOERR }

    /// Whether nobody knows what reached the disk: this connection must not be used to write again.
    package var isSyncFailure: Bool { self.code == csqlite_io_sync_file || self.code == csqlite_io_sync_directory }

    /// Whether the file or its folder cannot be written.
    package var isReadOnly: Bool {
        switch self.primaryCode {
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: true
        default: false
        }
    }

    /// Whether the file is damaged, or no database at all.
    package var isDamaged: Bool { self.primaryCode == SQLITE_CORRUPT || self.primaryCode == SQLITE_NOTADB }

    /// Whether an index for full-text search contradicts itself; the rest of the file may be well.
    package var isSearchDamage: Bool { self.code == csqlite_corrupt_virtual_table }

    /// Whether memory ran out.
    package var isOutOfMemory: Bool { self.primaryCode == SQLITE_NOMEM }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String { "SQLite \(self.code): \(self.message) (\(self.subject))" }
}
