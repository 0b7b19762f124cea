package import Identifiers

/// The messages of compared readers on their way to a known outcome, each counted once.
///
/// A value: it is told what happened and when, and ``settle(at:isWatched:)`` answers what is known since. A message has come
/// to its reader when its last word was handed to a connection that was there, or when the reader asked anything after the
/// reply had ended. Whoever is gone for the patience, and comes back in neither way, has left.
package struct RolloutTrials: Sendable {
    package struct Key: Sendable, Hashable {
        package let person: PersonID
        package let message: Message.ID

        package init(person: PersonID, message: Message.ID) {
            self.person = person
            self.message = message
        }
    }

    /// What became of a message.
    package struct Settled: Sendable, Equatable {
        package let key: Key
        package let group: RolloutGroup
        package let stage: Int
        package let outcome: GroupTally.Outcome
        package let end: ReplyEnd?
    }

    private struct Trial {
        let group: RolloutGroup
        let stage: Int
        var end: ReplyEnd?
        var isDelivered = false
        /// When its reader last gave a sign of being there.
        var lastSign: Duration
    }

    /// How many messages may be on their way, beyond which new ones are not counted; and how many settled ones are known.
    private static let limit = 20_000
    /// How long a message is known after it was settled, so that it is not counted again; its row tells after that.
    private static let memory = Duration.seconds(3600)
    /// After a pause as long as this somebody's next message is another visit.
    private static let visitPause = Duration.seconds(1800)

    /// How long a reader may be gone before they have left.
    package let patience: Duration
    private var open: [Key: Trial] = [:]
    private var settled: [Key: Duration] = [:]
    private var keys: [PersonID: Set<Message.ID>] = [:]
    private var visitors: [PersonID: Duration] = [:]

    package init(patience: Duration) {
        self.patience = patience
    }

    package func isOpen(_ key: Key) -> Bool { self.open[key] != nil }

    /// A reader of a compared group has sent a message; answers whether that begins a visit.
    package mutating func began(_ key: Key, in group: RolloutGroup, stage: Int, at now: Duration) -> Bool {
        guard self.open[key] == nil, self.settled[key] == nil, self.open.count < Self.limit else { return false }
        self.open[key] = Trial(group: group, stage: stage, lastSign: now)
        self.keys[key.person, default: []].insert(key.message)
        let last = self.visitors.updateValue(now, forKey: key.person)
        return last.map { now - $0 >= Self.visitPause } ?? true
    }

    /// The message was refused after all; whoever comes back to one that was not is none of it.
    package mutating func withdrew(_ key: Key) {
        guard self.open[key]?.end == nil else { return }
        self.open[key] = nil
        self.keys[key.person]?.remove(key.message)
    }

    /// A reader has asked something that tells them how their replies stand.
    package mutating func asked(_ person: PersonID, at now: Duration) {
        for message in self.keys[person] ?? [] {
            let key = Key(person: person, message: message)
            self.open[key]?.lastSign = now
            if self.open[key]?.end != nil { self.open[key]?.isDelivered = true }
        }
    }

    /// A connection was opened to watch the reply, or is still open.
    package mutating func watched(_ key: Key, at now: Duration) { self.open[key]?.lastSign = now }

    /// The last word was handed to a connection that was there.
    package mutating func delivered(_ key: Key) { self.open[key]?.isDelivered = true }

    /// The reply has ended.
    package mutating func ended(_ key: Key, _ end: ReplyEnd) { self.open[key]?.end = end }

    /// Takes out what is settled; `isWatched` tells whether a connection watches a reply now.
    package mutating func settle(at now: Duration, isWatched: (Key) -> Bool) -> [Settled] {
        var done: [Settled] = []
        for (key, trial) in self.open {
            if isWatched(key) { self.open[key]?.lastSign = now }
            let hasLeft = !isWatched(key) && now - trial.lastSign >= self.patience
            switch Self.step(trial, hasLeft: hasLeft) {
            case .wait: continue
            case .forget: break
            case .settle(let outcome):
                done.append(
                    Settled(key: key, group: trial.group, stage: trial.stage, outcome: outcome, end: trial.end)
                )
            }
            self.open[key] = nil
            self.keys[key.person]?.remove(key.message)
            if self.keys[key.person]?.isEmpty == true { self.keys[key.person] = nil }
            self.settled[key] = now
        }
        self.settled = self.settled.filter { now - $0.value < Self.memory }
        if self.settled.count > 2 * Self.limit {
            let newest = self.settled.sorted { $0.value > $1.value }.prefix(Self.limit)
            self.settled = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
        }
        self.visitors = self.visitors.filter { now - $0.value < Self.visitPause }
        return done
    }

    private enum Step {
        case wait, forget
        case settle(GroupTally.Outcome)
    }

    private static func step(_ trial: Trial, hasLeft: Bool) -> Step {
        switch trial.end?.state {
        case .failed: .settle(.failed)
        case .stopped: .settle(.stopped)
        // The end of the process, or of the spool's room: it says nothing about either way.
        case .interrupted: .forget
        case .complete where trial.isDelivered: .settle(.completed)
        // A reader who has left before the end may come back until some time after it.
        case .complete where hasLeft: .settle(.abandoned)
        // A stream that was never opened, or a reply that nobody waits for.
        case nil where hasLeft: .settle(.abandoned)
        case .complete, .accepted, .streaming, nil: .wait
        }
    }
}
