/// When the events of a stream were sent and when they came: one by one, or in lumps.
///
/// The two clocks need not agree: only differences are looked at. The event that came soonest after it was sent is taken for
/// one that nobody held back, and every other one for held back by as much longer as it took.
package struct Arrivals: Sendable, Equatable {
    /// One event, both times from the beginning of whatever the clocks count.
    package struct Event: Sendable, Equatable {
        package let sent: Duration
        package let came: Duration

        package init(sent: Duration, came: Duration) {
            self.sent = sent
            self.came = came
        }
    }

    package let events: [Event]

    package init(_ events: [Event]) {
        self.events = events
    }

    /// How much longer than the quickest one each event was on its way.
    package var delays: [Duration] {
        let ways = self.events.map { $0.came - $0.sent }
        guard let quickest = ways.min() else { return [] }
        return ways.map { $0 - quickest }
    }

    /// The delay that nine of ten events do not exceed; `nil` without events.
    package var usualDelay: Duration? {
        let sorted = self.delays.sorted()
        return sorted.isEmpty ? nil : sorted[(sorted.count - 1) * 9 / 10]
    }

    /// In how many pieces the events came: those that were sent apart and came within 20 ms are one piece.
    package var pieces: Int {
        guard !self.events.isEmpty else { return 0 }
        let gaps = zip(self.events, self.events.dropFirst()).filter { $1.came - $0.came > .milliseconds(20) }
        return gaps.count + 1
    }

    /// Whether they came as they were sent.
    package var verdict: Finding.Verdict {
        guard let delay = self.usualDelay else { return .bad }
        if delay <= Self.unnoticed { return .good }
        // A slow line delays, too, but leaves the events apart.
        return delay <= Self.noticed || self.pieces * 2 > self.events.count ? .attention : .bad
    }

    /// What a reader does not notice, and what everybody does.
    private static let unnoticed = Duration.milliseconds(150)
    private static let noticed = Duration.milliseconds(400)
}
