/// What time it is, and how to wait: a parameter of everything that would otherwise look at a clock itself.
package struct TimeSource: Sendable {
    /// The moment by the calendar, for what is kept and shown.
    package let now: @Sendable () -> Timestamp
    /// The time since some fixed moment, never set back, for measuring.
    package let elapsed: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when its task is cancelled meanwhile.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        elapsed: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.elapsed = elapsed
        self.sleep = sleep
    }

    /// The machine's own clocks.
    package static let system: TimeSource = {
        let start = ContinuousClock.now
        return TimeSource(
            now: { .current },
            elapsed: { ContinuousClock.now - start },
            sleep: { try await ContinuousClock().sleep(for: $0) }
        )
    }()
}
