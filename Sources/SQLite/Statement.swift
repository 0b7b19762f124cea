internal import CSQLite

/// A prepared statement in use: values go in, rows come out, and at the end of its scope it is ready for the next.
///
/// ```swift
/// var statement = try database.prepare("SELECT title FROM conversation WHERE person = ?1")
/// try statement.bind(person)
/// while try statement.step() { titles.append(statement.text(0)) }
/// ```
///
/// It cannot be copied, so nobody reads rows of a statement that somebody else has started anew. The column questions
/// convert as SQLite does: NULL reads as zero, as an empty text or as no bytes unless asked with `optional…`.
package struct Statement: ~Copyable {
    private let prepared: PreparedStatement
    private let connection: Connection
    private let sql: String

    init(_ sql: String, on connection: Connection) throws(SQLiteError) {
        self.prepared = try connection.takeStatement(sql)
        self.connection = connection
        self.sql = sql
    }

    deinit {
        self.connection.putBack(self.prepared, sql: self.sql)
    }

    /// Sets all parameters, in order, and starts before the first row.
    package mutating func bind(_ values: (any ValueConvertible)?...) throws(SQLiteError) {
        try self.bind(values)
    }

    /// Sets all parameters, in order, and starts before the first row.
    package mutating func bind(_ values: [(any ValueConvertible)?]) throws(SQLiteError) {
        precondition(
            values.count == self.prepared.parameterCount,
            "\(values.count) values for \(self.prepared.parameterCount) parameters: \(self.sql)"
        )
        self.prepared.rewind()
        for (index, value) in values.enumerated() {
            let code = self.prepared.bind(value?.sqliteValue ?? .null, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw self.connection.error(about: self.sql) }
        }
    }

    /// Moves to the next row; `false` when there is none.
    package mutating func step() throws(SQLiteError) -> Bool {
        switch self.prepared.step() {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw self.connection.error(about: self.sql)
        }
    }

    /// Runs to the end, whatever rows there are.
    package mutating func run() throws(SQLiteError) {
        while try self.step() {}
    }

    /// How many columns a row has.
    package var columnCount: Int { self.prepared.columnCount }

    package func isNull(_ column: Int) -> Bool { self.prepared.isNull(self.checked(column)) }

    package func integer(_ column: Int) -> Int64 { self.prepared.integer(self.checked(column)) }

    package func real(_ column: Int) -> Double { self.prepared.real(self.checked(column)) }

    package func text(_ column: Int) -> String { self.prepared.text(self.checked(column)) }

    package func blob(_ column: Int) -> [UInt8] { self.prepared.blob(self.checked(column)) }

    package func optionalInteger(_ column: Int) -> Int64? { self.isNull(column) ? nil : self.integer(column) }

    package func optionalReal(_ column: Int) -> Double? { self.isNull(column) ? nil : self.real(column) }

    package func optionalText(_ column: Int) -> String? { self.isNull(column) ? nil : self.text(column) }

    package func optionalBlob(_ column: Int) -> [UInt8]? { self.isNull(column) ? nil : self.blob(column) }

    private func checked(_ column: Int) -> Int32 {
        precondition((0..<self.columnCount).contains(column), "No column \(column) in: \(self.sql)")
        return Int32(column)
    }
}
