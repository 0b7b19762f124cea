internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

extension Statement {
    /// An identifier in a column; damaged when it is none.
    func identifier<Subject>(_ column: Int) throws(StoreError) -> Identifier<Subject> {
        guard let identifier = Identifier<Subject>(rawValue: self.text(column)) else {
            throw .damaged(reason: "an identifier in the database is none")
        }
        return identifier
    }

    func optionalIdentifier<Subject>(_ column: Int) throws(StoreError) -> Identifier<Subject>? {
        self.isNull(column) ? nil : try self.identifier(column)
    }

    func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: self.integer(column)) }

    func optionalTimestamp(_ column: Int) -> Timestamp? {
        self.optionalInteger(column).map { Timestamp(milliseconds: $0) }
    }

    func replyState(_ column: Int) throws(StoreError) -> ReplyState {
        guard let state = ReplyState(rawValue: self.text(column)) else {
            throw .damaged(reason: "a reply in the database has no known state")
        }
        return state
    }
}
