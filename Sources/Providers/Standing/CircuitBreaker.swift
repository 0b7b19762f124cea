/// Decides whether a provider that keeps failing is asked at all.
///
/// Five failures in a row open it. While it is open nobody waits for a provider that will not answer; after a pause one
/// call goes through as a probe. An answer to any call closes it, a failed probe doubles the pause.
struct CircuitBreaker: Sendable, Equatable {
    /// Whether a call may be made.
    enum Admission: Sendable, Equatable {
        case call, probe
        /// Not before this moment, and then only one.
        case refused(until: Duration)
    }

    /// What a call tells about the provider.
    enum Outcome: Sendable, Equatable {
        case answered, failed
        /// It was given up before it could tell.
        case unknown
    }

    /// What others may want to know.
    enum Change: Sendable, Equatable {
        case opened(for: Duration)
        case closed
    }

    private enum State: Equatable {
        case closed(failures: Int)
        case open(until: Duration, pause: Duration)
        case probing(since: Duration, pause: Duration)
    }

    /// How many failures in a row open it, and between which bounds the pauses double.
    static let mostFailures = 5
    static let firstPause = Duration.seconds(30)
    static let longestPause = Duration.seconds(300)

    private var state = State.closed(failures: 0)

    /// Whether a call may be made at the moment `now`; whoever may, reports its end.
    mutating func admit(at now: Duration) -> Admission {
        switch self.state {
        case .closed: return .call
        case .open(let until, let pause):
            guard now >= until else { return .refused(until: until) }
            self.state = .probing(since: now, pause: pause)
            return .probe
        case .probing(let since, let pause): return .refused(until: since + pause)
        }
    }

    /// Takes what a call that was admitted told.
    mutating func ended(_ outcome: Outcome, of admission: Admission, at now: Duration) -> Change? {
        switch (self.state, outcome) {
        case (.closed, .answered):
            self.state = .closed(failures: 0)
            return nil
        case (_, .answered):
            self.state = .closed(failures: 0)
            return .closed
        case (.closed(let failures), .failed):
            guard failures + 1 >= Self.mostFailures else {
                self.state = .closed(failures: failures + 1)
                return nil
            }
            return self.open(for: Self.firstPause, at: now)
        case (.probing(_, let pause), .failed) where admission == .probe:
            return self.open(for: min(pause * 2, Self.longestPause), at: now)
        case (.probing(_, let pause), .unknown) where admission == .probe:
            // The next one may try at once.
            self.state = .open(until: now, pause: pause)
            return nil
        case (.open, _), (.probing, _), (.closed, .unknown): return nil
        }
    }

    private mutating func open(for pause: Duration, at now: Duration) -> Change {
        self.state = .open(until: now + pause, pause: pause)
        return .opened(for: pause)
    }
}
