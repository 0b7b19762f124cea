internal import CSQLite

/// A compiled statement, finalised when nobody holds it.
@safe
final class PreparedStatement {
    private let handle: OpaquePointer

    init(_ sql: String, on database: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errmsg(database)), subject: sql)
        }
        guard let handle = unsafe handle else { preconditionFailure("The text holds no SQL statement: \(sql)") }
        unsafe self.handle = handle
    }

    deinit {
        unsafe sqlite3_finalize(self.handle)
    }

    /// Moves to the next row: `SQLITE_ROW`, `SQLITE_DONE` or an error's code.
    func step() -> Int32 { unsafe sqlite3_step(self.handle) }

    /// Goes back to before the first row; the values stay bound.
    func rewind() { unsafe sqlite3_reset(self.handle) }

    /// Goes back to how it was when it was prepared.
    func forget() {
        unsafe sqlite3_reset(self.handle)
        unsafe sqlite3_clear_bindings(self.handle)
    }

    var parameterCount: Int { Int(unsafe sqlite3_bind_parameter_count(self.handle)) }

    var columnCount: Int { Int(unsafe sqlite3_column_count(self.handle)) }

    func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null: unsafe sqlite3_bind_null(self.handle, index)
        case .integer(let number): unsafe sqlite3_bind_int64(self.handle, index, number)
        case .real(let number): unsafe sqlite3_bind_double(self.handle, index, number)
        case .text(var text):
            text.withUTF8 { utf8 in
                unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                    unsafe csqlite_bind_text(self.handle, index, characters.baseAddress, UInt64(characters.count))
                }
            }
        case .blob(let bytes): unsafe csqlite_bind_blob(self.handle, index, bytes, UInt64(bytes.count))
        }
    }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(self.handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(self.handle, column) }

    func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(self.handle, column) }

    /// Bytes that are no UTF-8 come out as replacement characters, as everywhere in Swift.
    func text(_ column: Int32) -> String {
        // In this order: asking for the text may convert it, and the length is that of the converted one.
        let start = unsafe sqlite3_column_text(self.handle, column)
        let count = Int(unsafe sqlite3_column_bytes(self.handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] {
        let start = unsafe sqlite3_column_blob(self.handle, column)
        let count = Int(unsafe sqlite3_column_bytes(self.handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
