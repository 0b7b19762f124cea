/// How fast the body of a request comes, and whether that is fast enough.
struct BodyPace: Sendable {
    /// When the head was complete, on the loop's clock.
    let began: Duration
    private(set) var received = 0

    init(began: Duration) {
        self.began = began
    }

    /// What to do when somebody looks at the clock.
    enum Verdict: Equatable {
        /// Nothing is wrong; look again after this time.
        case lookAgain(after: Duration)
        case tooSlow
    }

    mutating func received(_ count: Int) {
        self.received += count
    }

    func verdict(at now: Duration, limits: ConnectionLimits) -> Verdict {
        let elapsed = now - self.began
        guard elapsed < limits.body else { return .tooSlow }
        guard elapsed >= limits.bodyGrace else { return .lookAgain(after: limits.bodyGrace - elapsed) }
        let wanted = Double(limits.bodyRate) * ((elapsed - limits.bodyGrace) / .seconds(1))
        return Double(self.received) < wanted ? .tooSlow : .lookAgain(after: min(.seconds(1), limits.body - elapsed))
    }
}
