internal import Observability

/// How long what nobody comes back to is kept; what has no limit is kept for ever.
package struct Retention: Sendable, Equatable {
    /// After so long without being seen a guest goes, with all that is theirs.
    package var guests: Duration?
    /// The same for a guest who has nothing here: nothing written, no profile, nothing remembered.
    package var emptyGuests: Duration?
    /// After so long without a change a conversation goes, whosever it is; a pinned one stays.
    package var conversations: Duration?

    package init(guests: Duration? = nil, emptyGuests: Duration? = nil, conversations: Duration? = nil) {
        self.guests = guests
        self.emptyGuests = emptyGuests
        self.conversations = conversations
    }

    /// Whether anything goes at all.
    package var isBounded: Bool { self.guests != nil || self.emptyGuests != nil || self.conversations != nil }

    /// That somebody was seen is noted to the hour, so they may have been here so much later.
    static let precision = Duration.seconds(60 * 60)

    /// The moments before which something must have been touched last to go now.
    func bounds(at now: Timestamp) -> RetentionBounds {
        RetentionBounds(
            guests: self.guests.map { now + (.zero - $0 - Self.precision) },
            emptyGuests: self.emptyGuests.map { now + (.zero - $0 - Self.precision) },
            conversations: self.conversations.map { now + (.zero - $0) }
        )
    }
}

/// ``Retention`` at one moment.
struct RetentionBounds: Sendable, Equatable {
    let guests: Timestamp?
    let emptyGuests: Timestamp?
    let conversations: Timestamp?
}

/// What goes, or went, by retention.
package struct RetentionCount: Sendable, Equatable {
    package var guests = 0
    /// Those that went for themselves; a guest's go with the guest and are not counted here.
    package var conversations = 0
}
