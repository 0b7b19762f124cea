package import Observability

/// When the rollout's guard steps back.
package struct GuardRules: Sendable, Equatable {
    /// By how much streaming may be worse, from 0 to 1.
    package var margin = 0.05
    /// How many messages of each group the guard wants before it says anything.
    package var minimum = 50
    /// After how many messages of the streaming group it says that streaming is no worse.
    package var sample = 1000
    /// The chance that it ever says "worse" in one comparison while streaming is not.
    package var errorRate = 0.001

    package init() {}
}

/// What the guard has to say.
package struct RolloutVerdict: Sendable, Equatable {
    package enum Finding: String, Sendable, CaseIterable {
        case moreFailures = "more_failures"
        case moreAbandons = "more_abandons"
        /// Streaming was no worse in a whole sample.
        case noWorse = "no_worse"
        /// The per cent was changed before there was enough to say.
        case undecided

        /// Whether streaming does worse.
        package var isWorse: Bool { self == .moreFailures || self == .moreAbandons }
    }

    package let finding: Finding
    /// Which comparison this is about.
    package let stage: Int
    package let percent: Int
    package let streaming: GroupTally
    package let whole: GroupTally
    /// Whether the whole replies are those of the stage before, because everybody streams now.
    package let isAgainstBefore: Bool
    package let rules: GuardRules
}

/// Holds the groups against each other while one per cent is in force.
///
/// A value: it is told what became of each message, and answers whether streaming does worse. Where everybody streams, the
/// whole replies of the stage before are what it compares with.
package struct RolloutComparison: Sendable, Equatable {
    /// Counts the comparisons, so that a message that began in an earlier one is told apart.
    package let stage: Int
    package let percent: Int
    package let since: Timestamp
    package let rules: GuardRules
    /// Everything since the stage began.
    package private(set) var streaming = GroupTally()
    package private(set) var whole = GroupTally()
    /// The whole replies of the stage before; only where everybody streams.
    package let before: GroupTally?
    /// What was counted since the guard last said "no worse".
    private(set) var recentStreaming = GroupTally()
    private(set) var recentWhole = GroupTally()
    private(set) var isConcluded = false

    package init(
        stage: Int = 0,
        percent: Int,
        since: Timestamp,
        rules: GuardRules,
        after previous: RolloutComparison? = nil
    ) {
        self.stage = stage
        self.percent = percent
        self.since = since
        self.rules = rules
        self.before = percent == 100 ? previous.flatMap { $0.whole.messages > 0 ? $0.whole : $0.before } : nil
    }

    /// A comparison that goes on where it was.
    init(
        stage: Int,
        percent: Int,
        since: Timestamp,
        rules: GuardRules,
        streaming: GroupTally,
        whole: GroupTally,
        before: GroupTally?,
        recentStreaming: GroupTally,
        recentWhole: GroupTally,
        isConcluded: Bool
    ) {
        self.stage = stage
        self.percent = percent
        self.since = since
        self.rules = rules
        self.streaming = streaming
        self.whole = whole
        self.before = before
        self.recentStreaming = recentStreaming
        self.recentWhole = recentWhole
        self.isConcluded = isConcluded
    }

    package mutating func count(_ outcome: GroupTally.Outcome, _ end: ReplyEnd?, in group: RolloutGroup) {
        switch group {
        case .streaming:
            self.streaming.count(outcome, end)
            self.recentStreaming.count(outcome, end)
        case .whole:
            self.whole.count(outcome, end)
            self.recentWhole.count(outcome, end)
        }
    }

    package mutating func countVisit(in group: RolloutGroup) {
        switch group {
        case .streaming: self.streaming.countVisit()
        case .whole: self.whole.countVisit()
        }
    }

    /// Whether there is anybody to compare with.
    package var canCompare: Bool {
        (1..<100).contains(self.percent) || (self.percent == 100 && self.before != nil && !self.isConcluded)
    }

    /// What there is to say now; `nil` as long as that is nothing new.
    ///
    /// After "no worse" a new comparison begins, so that what breaks later is found as soon as what broke at once. Both
    /// questions, failures and abandons, share the error rate.
    package mutating func verdict() -> RolloutVerdict? {
        guard self.canCompare else { return nil }
        let whole = self.before ?? self.recentWhole
        guard min(self.recentStreaming.messages, whole.messages) >= self.rules.minimum else { return nil }
        let test = DifferenceTest(margin: self.rules.margin, errorRate: self.rules.errorRate / 2)
        if test.isWorse(self.recentStreaming.failureDraws, than: whole.failureDraws) {
            return self.verdict(.moreFailures, whole)
        }
        if test.isWorse(self.recentStreaming.abandonDraws, than: whole.abandonDraws) {
            return self.verdict(.moreAbandons, whole)
        }
        guard self.recentStreaming.messages >= self.rules.sample else { return nil }
        defer {
            self.recentStreaming = GroupTally()
            self.recentWhole = GroupTally()
            self.isConcluded = true
        }
        return self.verdict(.noWorse, whole)
    }

    /// What is to be said when the stage ends before anything was; `nil` when nothing was counted, or something said.
    package var farewell: RolloutVerdict? {
        guard !self.isConcluded, self.streaming.messages + self.whole.messages > 0 else { return nil }
        return self.verdict(.undecided, self.before ?? self.recentWhole)
    }

    private func verdict(_ finding: RolloutVerdict.Finding, _ whole: GroupTally) -> RolloutVerdict {
        RolloutVerdict(
            finding: finding,
            stage: self.stage,
            percent: self.percent,
            streaming: self.recentStreaming,
            whole: whole,
            isAgainstBefore: self.before != nil,
            rules: self.rules
        )
    }
}
