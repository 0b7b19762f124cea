package import Identifiers
package import Observability
import Synchronization

/// Says whether a person may do a thing now that they may do so many times.
package protocol Limiter: Sendable {
    /// How long the person has to wait before the next one; `nil` when it may be done now. Counts nothing.
    func wait(for person: PersonID) -> Duration?

    /// Counts one, unless the person has to wait: then says how long, and counts nothing.
    func take(for person: PersonID) -> Duration?
}

/// Lets each person send so many messages an hour, counted over the last sixty minutes and not by the clock's hour.
///
/// It remembers at most `limit` moments for each person who was active in the last hour.
package final class MessageLimiter: Limiter {
    private static let window = Duration.seconds(3600)

    private let limit: Int
    private let time: TimeSource
    private let sent = Mutex<[PersonID: [Duration]]>([:])

    /// `limit` messages an hour; 0 is no limit.
    package init(limit: Int, time: TimeSource) {
        self.limit = limit
        self.time = time
    }

    /// How long the person has to wait before the next message; `nil` when it may be sent now.
    package func wait(for person: PersonID) -> Duration? {
        let now = self.time.elapsed()
        return self.sent.withLock { self.wait(in: $0[person] ?? [], now: now) }
    }

    /// Counts one message, unless the person has to wait: then says how long, and counts nothing.
    package func take(for person: PersonID) -> Duration? {
        let now = self.time.elapsed()
        return self.sent.withLock { sent in
            let recent = (sent[person] ?? []).filter { now - $0 < Self.window }
            if let wait = self.wait(in: recent, now: now) { return wait }
            if self.limit > 0 { sent[person] = recent + [now] }
            if sent.count % 1024 == 0 {
                sent = sent.filter { $0.value.contains { now - $0 < Self.window } }
            }
            return nil
        }
    }

    private func wait(in moments: [Duration], now: Duration) -> Duration? {
        let recent = moments.filter { now - $0 < Self.window }
        guard self.limit > 0, recent.count >= self.limit, let oldest = recent.first else { return nil }
        return Self.window - (now - oldest)
    }
}
