import Crypto
package import Identifiers
import Synchronization

/// Whether replies are streamed: the operator's setting, as it was started and as it was changed since.
package struct StreamingPolicy: Sendable, Equatable {
    package var isEnabled: Bool
    /// How many of a hundred people get streams while it is enabled.
    package var percent: Int

    package init(isEnabled: Bool, percent: Int = 100) {
        self.isEnabled = isEnabled
        self.percent = percent
    }

    /// Whether this person gets streams, and why.
    ///
    /// The group is a stable hash of the person, so that raising the per cent never takes anybody out again.
    package func decide(for person: PersonID?) -> StreamingDecision {
        guard self.isEnabled else { return StreamingDecision(streams: false, reason: .disabled) }
        guard self.percent < 100 else { return StreamingDecision(streams: true, reason: .enabled) }
        guard let person else { return StreamingDecision(streams: self.percent > 0, reason: .rollout) }
        return StreamingDecision(streams: Self.group(of: person) < self.percent * 100, reason: .rollout)
    }

    /// A number from 0 to 9,999 that stays with the person.
    static func group(of person: PersonID) -> Int {
        let digest = SHA256.digest(of: "streaming:" + person.rawValue).bytes
        return digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } % 10_000
    }
}

/// What a person gets, and why.
package struct StreamingDecision: Sendable, Equatable {
    package enum Reason: String, Sendable {
        case enabled, disabled, rollout
    }

    package let streams: Bool
    package let reason: Reason
}

/// The policy in force, which the operator may change while the server runs.
package final class StreamingSwitch: Sendable {
    /// Where the value in force comes from.
    package enum Source: String, Sendable {
        /// The configuration that the server was started with.
        case configuration
        /// A change at run time.
        case operatorChange = "operator"
    }

    private let state: Mutex<(start: StreamingPolicy, changes: StreamingChanges)>

    package init(start: StreamingPolicy) {
        self.state = Mutex((start, StreamingChanges()))
    }

    package var policy: StreamingPolicy {
        let (start, changes) = self.state.withLock { $0 }
        var policy = start
        if let isEnabled = changes.isEnabled { policy.isEnabled = isEnabled }
        if let percent = changes.percent { policy.percent = percent }
        return policy
    }

    package var source: Source {
        self.state.withLock { $0.changes == StreamingChanges() ? .configuration : .operatorChange }
    }

    /// Takes the changes that were made at run time, all of them, by the settings' names.
    package func apply(_ changes: StreamingChanges) {
        self.state.withLock { $0.changes = changes }
    }

    /// Takes what the configuration says now; a change at run time still wins over it.
    package func restart(with start: StreamingPolicy) {
        self.state.withLock { $0.start = start }
    }
}

/// What was changed at run time; `nil` is "as started".
package struct StreamingChanges: Sendable, Equatable {
    package var isEnabled: Bool?
    package var percent: Int?

    package init(isEnabled: Bool? = nil, percent: Int? = nil) {
        self.isEnabled = isEnabled
        self.percent = percent
    }
}
