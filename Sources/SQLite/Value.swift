/// What a column or a parameter can hold: SQLite's five storage classes.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// Something that is stored as one ``Value``, so that it can stand in a list of parameters.
///
/// ```swift
/// try database.run("INSERT INTO setting (name, value) VALUES (?1, ?2)", "theme", nil)
/// ```
package protocol ValueConvertible: Sendable {
    /// How it is stored.
    var sqliteValue: Value { get }
}

extension Value: ValueConvertible {
    package var sqliteValue: Value { self }
}

extension Int64: ValueConvertible {
    package var sqliteValue: Value { .integer(self) }
}

extension Int: ValueConvertible {
    package var sqliteValue: Value { .integer(Int64(self)) }
}

extension Bool: ValueConvertible {
    package var sqliteValue: Value { .integer(self ? 1 : 0) }
}

extension Double: ValueConvertible {
    package var sqliteValue: Value { .real(self) }
}

extension String: ValueConvertible {
    package var sqliteValue: Value { .text(self) }
}

extension [UInt8]: ValueConvertible {
    package var sqliteValue: Value { .blob(self) }
}
