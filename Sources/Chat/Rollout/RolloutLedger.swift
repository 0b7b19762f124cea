package import Identifiers
package import Observability
import Synchronization

/// Watches what becomes of the messages of both groups, and holds the groups against each other.
///
/// Who calls it never waits. Connections are looked at once a second: when exactly somebody leaves does not matter.
package final class RolloutLedger: ReplyWatcher {
    package typealias Key = RolloutTrials.Key

    private struct State {
        var trials: RolloutTrials
        var comparison: RolloutComparison
        /// For each message the connections that watch its reply, each as the question whether it is open.
        var viewers: [Key: [@Sendable () -> Bool]] = [:]
        /// For each message how many connections wait for the whole reply.
        var waiting: [Key: Int] = [:]

        func isWatched(_ key: Key) -> Bool {
            self.waiting[key, default: 0] > 0 || (self.viewers[key] ?? []).contains { $0() }
        }
    }

    private let rules: GuardRules
    private let time: TimeSource
    private let metrics: Metrics
    private let state: Mutex<State>

    /// Readers who are gone for the `patience` have left.
    package init(
        rules: GuardRules = GuardRules(),
        patience: Duration = .seconds(120),
        percent: Int,
        time: TimeSource,
        metrics: Metrics
    ) {
        self.rules = rules
        self.time = time
        self.metrics = metrics
        let comparison = RolloutComparison(percent: percent, since: time.now(), rules: rules)
        self.state = Mutex(State(trials: RolloutTrials(patience: patience), comparison: comparison))
        metrics.describe(
            "shuren_rollout_messages_total",
            "Messages of readers who wish nothing of their own, by group and outcome."
        )
        metrics.describe("shuren_rollout_percent", "How many of a hundred readers get streams.")
        metrics.set("shuren_rollout_percent", to: Double(percent))
    }

    /// The comparison as it stands.
    package var comparison: RolloutComparison { self.state.withLock { $0.comparison } }

    // MARK: What happens to messages

    /// A reader of a compared group has sent a message that is new.
    package func began(_ message: Message.ID, of person: PersonID, in group: RolloutGroup) {
        let now = self.time.elapsed()
        self.state.withLock { state in
            let key = Key(person: person, message: message)
            if state.trials.began(key, in: group, stage: state.comparison.stage, at: now) {
                state.comparison.countVisit(in: group)
            }
        }
    }

    /// The message was refused after all.
    package func withdrew(_ message: Message.ID, of person: PersonID) {
        self.state.withLock { $0.trials.withdrew(Key(person: person, message: message)) }
    }

    /// A connection shows the reply as long as `isOpen` says so.
    package func watched(_ message: Message.ID, of person: PersonID, isOpen: @escaping @Sendable () -> Bool) {
        let now = self.time.elapsed()
        self.state.withLock { state in
            let key = Key(person: person, message: message)
            guard state.trials.isOpen(key) else { return }
            state.trials.watched(key, at: now)
            state.viewers[key, default: []].append(isOpen)
        }
    }

    /// A connection waits for the whole reply, until ``answered(_:of:isThere:)``.
    package func waits(_ message: Message.ID, of person: PersonID) {
        self.state.withLock { $0.waiting[Key(person: person, message: message), default: 0] += 1 }
    }

    /// The whole reply was handed to the connection that waited for it; `isThere` tells whether its reader still was.
    package func answered(_ message: Message.ID, of person: PersonID, isThere: Bool) {
        let now = self.time.elapsed()
        self.state.withLock { state in
            let key = Key(person: person, message: message)
            let left = state.waiting[key, default: 1] - 1
            state.waiting[key] = left > 0 ? left : nil
            state.trials.watched(key, at: now)
            if isThere { state.trials.delivered(key) }
        }
    }

    /// The last event of the reply was handed to a connection that was open.
    package func delivered(_ message: Message.ID, of person: PersonID) {
        self.state.withLock { $0.trials.delivered(Key(person: person, message: message)) }
    }

    /// The reader has asked how their replies stand.
    package func asked(_ person: PersonID) {
        let now = self.time.elapsed()
        self.state.withLock { $0.trials.asked(person, at: now) }
    }

    package func ended(_ message: Message.ID, of person: PersonID, _ end: ReplyEnd) {
        self.state.withLock { $0.trials.ended(Key(person: person, message: message), end) }
    }

    // MARK: What comes of it

    /// Counts what is settled by now, and says what there is to say about the groups.
    package func look() -> RolloutVerdict? {
        let now = self.time.elapsed()
        let (settled, verdict) = self.state.withLock { state in
            let watched = Set(state.viewers.keys.filter(state.isWatched)).union(state.waiting.keys)
            let settled = state.trials.settle(at: now) { watched.contains($0) }
            for message in settled {
                state.viewers[message.key] = nil
                if message.stage == state.comparison.stage {
                    state.comparison.count(message.outcome, message.end, in: message.group)
                }
            }
            let trials = state.trials
            state.viewers = state.viewers.filter { trials.isOpen($0.key) }
            return (settled, state.comparison.verdict())
        }
        for message in settled { self.measure(message) }
        return verdict
    }

    /// Goes on with a comparison that an earlier run began; `false` for one that was judged by other rules.
    package func resume(_ comparison: RolloutComparison) -> Bool {
        guard comparison.rules == self.rules else { return false }
        self.metrics.set("shuren_rollout_percent", to: Double(comparison.percent))
        self.state.withLock { $0.comparison = comparison }
        return true
    }

    /// Begins a new comparison because another per cent is in force; returns what there is to say of the one before.
    package func begin(percent: Int) -> RolloutVerdict? {
        let now = self.time.now()
        self.metrics.set("shuren_rollout_percent", to: Double(percent))
        return self.state.withLock { state in
            let farewell = state.comparison.farewell
            state.comparison = RolloutComparison(
                stage: state.comparison.stage + 1,
                percent: percent,
                since: now,
                rules: self.rules,
                after: state.comparison
            )
            return farewell
        }
    }

    private func measure(_ message: RolloutTrials.Settled) {
        let group = message.group.rawValue
        self.metrics.count("shuren_rollout_messages_total", ["group": group, "outcome": message.outcome.rawValue])
        if let firstText = message.end?.firstText {
            self.metrics.observe("shuren_rollout_first_text_seconds", ["group": group], lasting: firstText)
        }
        if let end = message.end, end.state == .complete {
            self.metrics.observe("shuren_rollout_reply_seconds", ["group": group], lasting: end.duration)
        }
    }
}
