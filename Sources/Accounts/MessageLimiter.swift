package import Identifiers
package import Observability

/// Says whether a person may do a thing now that they may do so many times.
package protocol Limiter: Sendable {
    /// How long the person has to wait before the next one; `nil` when it may be done now. Counts nothing.
    func wait(for person: PersonID) -> Duration?

    /// Counts one, unless the person has to wait: then says how long, and counts nothing.
    func take(for person: PersonID) -> Duration?

    /// How much of the limit is left for the person; `nil` without a limit.
    func standing(of person: PersonID) -> LimitStanding?
}

/// How much of a limit is left.
package struct LimitStanding: Sendable, Equatable {
    package let name: String
    /// How many there may be in a window.
    package let quota: Int
    package let window: Duration
    package let remaining: Int
    /// Until there is one more than now, or all of them.
    package let untilMore: Duration
}

/// Lets each person send so many messages an hour, counted over the last sixty minutes and not by the clock's hour.
package final class MessageLimiter: Limiter {
    private static let window = Duration.seconds(3600)

    private let messages: SlidingWindow<PersonID>
    private let time: TimeSource

    /// `limit` messages an hour; 0 is no limit.
    package init(limit: Int, time: TimeSource) {
        self.messages = SlidingWindow(limit: limit, in: Self.window, time: time)
        self.time = time
    }

    /// Since when messages count that were sent before the server started.
    package var beginning: Timestamp { self.time.now() + (.zero - Self.window) }

    /// Takes up what was sent before the server started.
    package func remember(_ sent: [(person: PersonID, at: Timestamp)]) {
        let now = self.time.now()
        for (person, time) in sent { self.messages.remember(person, ago: max(.zero, now.since(time))) }
    }

    package func wait(for person: PersonID) -> Duration? { self.messages.wait(for: person) }

    package func take(for person: PersonID) -> Duration? { self.messages.take(for: person) }

    package func standing(of person: PersonID) -> LimitStanding? {
        self.messages.standing(of: person).map { remaining, untilMore in
            LimitStanding(
                name: "messages",
                quota: self.messages.limit,
                window: Self.window,
                remaining: remaining,
                untilMore: untilMore
            )
        }
    }
}
