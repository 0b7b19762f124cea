internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// What a crash leaves to be done at the next start.
enum Recovery {
    /// Ends every reply that an earlier run began and did not end, with the text that was checkpointed.
    ///
    /// Within one transaction of its caller. Nothing is generated again: that would be billed twice. Returns how many
    /// there were.
    static func interruptAbandoned(in database: Database, before epoch: Int, at time: Timestamp) throws -> Int {
        let abandoned = try GenerationRows(database: database).abandoned(before: epoch)
        for record in abandoned { try Self.interrupt(record, in: database, at: time) }
        return abandoned.count
    }

    private static func interrupt(_ record: GenerationRecord, in database: Database, at time: Timestamp) throws {
        let replies = ReplyRows(database: database)
        let events = try replies.events(of: record.id, from: 1)
        let last = events.count + 1
        try replies.remove(of: record.id, from: last)
        try replies.append(ReplyPart(generation: record.id, first: last, events: [.interrupted]), after: 0)
        try MessageRows(database: database) { _, _ in }
            .update(
                record.id,
                of: record.person,
                parts: [Part](folding: events),
                state: .interrupted,
                error: nil,
                agent: agent(in: events)
            )
        try GenerationRows(database: database).interrupt(record.id, lastEvent: last, at: time)
    }
}

/// Who answers, as the first event says; `nil` when it was not written any more.
private func agent(in events: [Event]) -> String? {
    if case .accepted(let acceptance)? = events.first { acceptance.agent } else { nil }
}
