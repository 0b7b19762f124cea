internal import Identifiers
internal import JSONValue
internal import Observability

/// What was stored is not what this program writes; `expectation` says what was missing, never what was there.
struct StoredFormError: Error, Sendable, Equatable, CustomStringConvertible {
    let expectation: String

    var description: String { "stored text without \(self.expectation)" }
}

extension JSON {
    /// What `read` finds under a key that has to be there.
    func need<Value>(_ key: String, _ read: (JSON) -> Value?) throws(StoredFormError) -> Value {
        guard let value = self[key].flatMap(read) else { throw StoredFormError(expectation: key) }
        return value
    }

    /// What `read` finds under a key that may be missing, but not be of another kind.
    func may<Value>(_ key: String, _ read: (JSON) -> Value?) throws(StoredFormError) -> Value? {
        guard let found = self[key], !found.isNull else { return nil }
        guard let value = read(found) else { throw StoredFormError(expectation: "a proper \(key)") }
        return value
    }

    func identifier<Subject>(_ key: String) throws(StoredFormError) -> Identifier<Subject> {
        try self.need(key) { $0.string.flatMap(Identifier<Subject>.init(rawValue:)) }
    }

    func timestamp(_ key: String) throws(StoredFormError) -> Timestamp {
        try self.need(key) { $0.int.map { Timestamp(milliseconds: Int64($0)) } }
    }

    static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    static func optional(_ number: Int?) -> JSON { number.map(JSON.integer) ?? .null }

    static func integer(_ number: Int) -> JSON { .number(Number(number)) }

    /// Reads a text of the database or the spool.
    init(stored text: String) throws(StoredFormError) {
        do throws(ParsingError) {
            try self.init(parsing: text)
        } catch {
            throw StoredFormError(expectation: "valid JSON (\(error.reason.rawValue))")
        }
    }
}

extension Duration {
    /// How durations are stored: whole nanoseconds.
    init(nanosecondCount: Int) {
        self = .nanoseconds(nanosecondCount)
    }

    var nanosecondCount: Int {
        let (seconds, attoseconds) = self.components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
