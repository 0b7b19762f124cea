import Synchronization

/// The policy in force, which the operator may change while the server runs.
package final class StreamingSwitch: Sendable {
    /// Where a value in force comes from.
    package enum Source: String, Sendable {
        /// The configuration that the server was started with.
        case configuration
        /// A change at run time.
        case operatorChange = "operator"
        /// The guard, which stepped back because streaming did worse.
        case guardChange = "guard"
    }

    private struct State {
        var start: StreamingPolicy
        var changes = StreamingChanges()
        var policy: StreamingPolicy

        init(start: StreamingPolicy) {
            self.start = start
            self.policy = start
        }
    }

    private let state: Mutex<State>

    package init(start: StreamingPolicy) {
        self.state = Mutex(State(start: start))
    }

    package var policy: StreamingPolicy { self.state.withLock { $0.policy } }

    /// What the configuration says, whatever was changed since.
    package var configured: StreamingPolicy { self.state.withLock { $0.start } }

    /// Where the value of a flag comes from.
    package func source(of flag: StreamingFlag) -> Source {
        self.state.withLock { $0.changes.sources[flag] ?? .configuration }
    }

    /// Where what decided comes from; a person's own wish holds over what the operator says of the per cent.
    package func source(of decision: StreamingDecision) -> Source {
        self.source(of: decision.flag ?? .percent)
    }

    /// Takes the changes that were made at run time, all of them.
    package func apply(_ changes: StreamingChanges) {
        self.state.withLock { state in
            state.changes = changes
            state.policy = changes.made(to: state.start)
        }
    }

    /// Takes what the configuration says now; a change at run time still wins over it.
    package func restart(with start: StreamingPolicy) {
        self.state.withLock { state in
            state.start = start
            state.policy = state.changes.made(to: start)
        }
    }
}

/// What was changed at run time; a flag that is not in it is as started.
package struct StreamingChanges: Sendable, Equatable {
    private var texts: [StreamingFlag: String] = [:]
    package private(set) var sources: [StreamingFlag: StreamingSwitch.Source] = [:]

    package init() {}

    package init(isEnabled: Bool? = nil, percent: Int? = nil) {
        if let isEnabled { _ = self.take("\(isEnabled)", for: .enabled) }
        if let percent { _ = self.take("\(percent)", for: .percent) }
    }

    /// Takes a change; `false`, and nothing changed, when the text cannot be a value of the flag.
    package mutating func take(
        _ text: String,
        for flag: StreamingFlag,
        from source: StreamingSwitch.Source = .operatorChange
    ) -> Bool {
        var trial = StreamingPolicy(isEnabled: false)
        guard trial.take(text, for: flag) else { return false }
        self.texts[flag] = trial.text(of: flag)
        self.sources[flag] = source
        return true
    }

    func made(to start: StreamingPolicy) -> StreamingPolicy {
        var policy = start
        // Every text was tried when it was taken.
        for (flag, text) in self.texts { _ = policy.take(text, for: flag) }
        return policy
    }
}
