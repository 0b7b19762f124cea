package import Observability

/// What became of the messages of one group.
package struct GroupTally: Sendable, Equatable {
    /// How a message ended, for its reader.
    package enum Outcome: String, Sendable, CaseIterable {
        case completed, failed
        /// The reader left before the end and did not come back in time.
        case abandoned
        case stopped
    }

    package private(set) var messages = 0
    package private(set) var failures = 0
    package private(set) var abandons = 0
    package private(set) var stops = 0
    /// Times after which somebody had not been here for a while.
    package private(set) var visits = 0
    package private(set) var firstText = Histogram(bounds: Histogram.seconds)
    package private(set) var completion = Histogram(bounds: Histogram.seconds)

    package init() {}

    /// A tally that was counted earlier.
    init(
        messages: Int,
        failures: Int,
        abandons: Int,
        stops: Int,
        visits: Int,
        firstText: Histogram,
        completion: Histogram
    ) {
        self.messages = messages
        self.failures = failures
        self.abandons = abandons
        self.stops = stops
        self.visits = visits
        self.firstText = firstText
        self.completion = completion
    }

    package mutating func count(_ outcome: Outcome, _ end: ReplyEnd?) {
        self.messages += 1
        switch outcome {
        case .completed: break
        case .failed: self.failures += 1
        case .abandoned: self.abandons += 1
        case .stopped: self.stops += 1
        }
        if let firstText = end?.firstText { self.firstText.add(firstText.inSeconds) }
        if let end, end.state == .complete { self.completion.add(end.duration.inSeconds) }
    }

    package mutating func countVisit() { self.visits += 1 }

    var failureDraws: DifferenceTest.Draws { .init(count: self.messages, failures: self.failures) }
    var abandonDraws: DifferenceTest.Draws { .init(count: self.messages, failures: self.abandons) }
}
