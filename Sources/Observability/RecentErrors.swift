import Synchronization

/// The last errors and warnings that were logged, for an admin who has no log at hand.
///
/// At most ``limit`` are held; a new one takes the oldest's place. Of a line's facts only those are kept that name a cause or
/// a place: never the text of a reply.
package final class RecentErrors: Sendable {
    package struct Entry: Sendable, Equatable {
        package let at: Timestamp
        package let level: Logger.Level
        package let message: String
        /// The facts that were kept, `error: …, provider: …`.
        package let detail: String
        package let requestID: String?
    }

    package static let limit = 100
    private static let keptFacts: Set<String> = ["error", "reason", "provider", "next", "route", "code", "finding"]
    /// In characters; a model's server may have much to say.
    private static let longestDetail = 300

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// Newest first.
    package var all: [Entry] { self.entries.withLock { $0.reversed() } }

    func note(
        _ level: Logger.Level,
        _ message: String,
        _ facts: KeyValuePairs<String, String>,
        at time: Timestamp,
        requestID: String?
    ) {
        let detail = facts.filter { Self.keptFacts.contains($0.key) }.map { "\($0.key): \($0.value)" }.joined(
            separator: ", "
        )
        let entry = Entry(
            at: time,
            level: level,
            message: message,
            detail: String(detail.prefix(Self.longestDetail)),
            requestID: requestID
        )
        self.entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeFirst() }
            entries.append(entry)
        }
    }
}
