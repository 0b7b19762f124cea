package import Identifiers
package import Observability
internal import Crypto

/// Whether replies are streamed, and to whom: everything that the operator says about it.
package struct StreamingPolicy: Sendable, Equatable {
    package var isEnabled: Bool
    /// How many of a hundred people get streams while it is enabled.
    package var percent: Int
    /// People who get streams whatever their group is.
    package var allowed: Set<PersonID> = []
    /// People who get whole replies, even where they wish otherwise.
    package var denied: Set<PersonID> = []
    /// People who were here before this day, in UTC, keep whole replies; `nil` for nobody.
    package var oldWayBefore: CivilDate?
    /// Whether the rollout steps back by itself when streaming does worse.
    package var isGuarded = true

    package init(isEnabled: Bool, percent: Int = 100) {
        self.isEnabled = isEnabled
        self.percent = percent
    }

    /// Whether this person gets streams, and why.
    ///
    /// The operator's "off" comes first and a denial next; then a wish of their own, then being allowed, then how long they
    /// have been here, and the group last. The group is a stable hash of the person, so that raising the per cent never takes
    /// anybody out again.
    package func decide(
        for person: PersonID?,
        wishing preference: StreamingPreference = .auto,
        hereSince joined: Timestamp? = nil
    ) -> StreamingDecision {
        guard self.isEnabled else { return StreamingDecision(streams: false, reason: .disabled) }
        if let person, self.denied.contains(person) { return StreamingDecision(streams: false, reason: .denied) }
        guard preference == .auto else { return StreamingDecision(streams: preference == .on, reason: .preference) }
        if let person, self.allowed.contains(person) { return StreamingDecision(streams: true, reason: .allowed) }
        if let joined, let day = self.oldWayBefore, joined.date < day {
            return StreamingDecision(streams: false, reason: .cohort)
        }
        guard self.percent < 100 else { return StreamingDecision(streams: true, reason: .enabled) }
        guard let person else { return StreamingDecision(streams: self.percent > 0, reason: .rollout) }
        return StreamingDecision(streams: Self.group(of: person) < self.percent * 100, reason: .rollout)
    }

    /// Whether programs get streams: rollout and wishes are not for them.
    package var decisionForPrograms: StreamingDecision {
        StreamingDecision(streams: self.isEnabled, reason: self.isEnabled ? .enabled : .disabled)
    }

    /// A number from 0 to 9,999 that stays with the person.
    static func group(of person: PersonID) -> Int {
        let digest = SHA256.digest(of: "streaming:" + person.rawValue).bytes
        return digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } % 10_000
    }
}

/// What a person gets, and why.
package struct StreamingDecision: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        case enabled, disabled, rollout
        /// The person's own wish.
        case preference
        /// The operator's lists.
        case allowed, denied
        /// The person was here before a day that the operator named.
        case cohort
    }

    package let streams: Bool
    package let reason: Reason

    /// Which of the compared groups the person is in; `nil` for whom a wish, a list or their age has put where they are.
    package var group: RolloutGroup? {
        switch self.reason {
        case .enabled, .rollout: self.streams ? .streaming : .whole
        case .disabled, .preference, .allowed, .denied, .cohort: nil
        }
    }

    /// The flag whose value decided; `nil` where the person's own wish did.
    package var flag: StreamingFlag? {
        switch self.reason {
        case .disabled: .enabled
        case .enabled, .rollout: .percent
        case .allowed: .allowed
        case .denied: .denied
        case .cohort: .oldWayBefore
        case .preference: nil
        }
    }
}

/// The two ways to get a reply that are compared with each other.
package enum RolloutGroup: String, Sendable, CaseIterable, Codable {
    case streaming, whole
}
