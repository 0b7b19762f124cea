import Testing

@testable import Providers

@Suite struct `A circuit breaker` {
    private static let minute = Duration.seconds(60)

    @Test func `opens after five failures in a row, and lets one call through after half a minute`() {
        var breaker = CircuitBreaker()
        for _ in 1...4 { #expect(breaker.fail(at: .zero) == nil) }
        #expect(breaker.fail(at: .seconds(1)) == .opened(for: .seconds(30)))

        #expect(breaker.admit(at: .seconds(1)) == .refused(until: .seconds(31)))
        #expect(breaker.admit(at: .seconds(30.9)) == .refused(until: .seconds(31)))
        #expect(breaker.admit(at: .seconds(31)) == .probe)
        // One at a time.
        #expect(breaker.admit(at: .seconds(32)) == .refused(until: .seconds(61)))
    }

    @Test func `begins to count anew with every answer`() {
        var breaker = CircuitBreaker()
        for _ in 1...4 { _ = breaker.fail(at: .zero) }
        #expect(breaker.ended(.answered, of: .call, at: .zero) == nil)

        for _ in 1...4 { #expect(breaker.fail(at: .zero) == nil) }
        #expect(breaker.fail(at: .zero) != nil)
    }

    @Test func `doubles its pause with every failed probe, up to five minutes`() {
        var breaker = CircuitBreaker.opened
        var now = Duration.zero
        for (pause, next) in [(30, 60), (60, 120), (120, 240), (240, 300), (300, 300)] {
            now += .seconds(pause)
            #expect(breaker.admit(at: now) == .probe)
            #expect(breaker.ended(.failed, of: .probe, at: now) == .opened(for: .seconds(next)))
        }
        #expect(breaker.admit(at: now + .seconds(300)) == .probe)
        #expect(breaker.ended(.answered, of: .probe, at: now) == .closed)
        #expect(breaker.admit(at: now) == .call)
        for _ in 1...4 { _ = breaker.fail(at: now) }
        // The pauses begin anew as well.
        #expect(breaker.fail(at: now) == .opened(for: .seconds(30)))
    }

    @Test func `lets the next call try when the probe could not tell`() {
        var breaker = CircuitBreaker.opened
        #expect(breaker.admit(at: Self.minute) == .probe)
        #expect(breaker.ended(.unknown, of: .probe, at: Self.minute) == nil)

        #expect(breaker.admit(at: Self.minute) == .probe)
    }

    @Test func `takes an answer for one, whenever its call began, and no old failure for that of the probe`() {
        var breaker = CircuitBreaker.opened
        #expect(breaker.ended(.failed, of: .call, at: .seconds(1)) == nil)
        #expect(breaker.admit(at: .seconds(30)) == .probe)
        #expect(breaker.ended(.failed, of: .call, at: .seconds(31)) == nil)
        #expect(breaker.ended(.unknown, of: .call, at: .seconds(31)) == nil)
        #expect(breaker.admit(at: .seconds(31)) == .refused(until: .seconds(60)))

        #expect(breaker.ended(.answered, of: .call, at: .seconds(32)) == .closed)
        #expect(breaker.ended(.failed, of: .probe, at: .seconds(33)) == nil)
        #expect(breaker.admit(at: .seconds(34)) == .call)
    }
}

extension CircuitBreaker {
    /// One that has just opened, at the moment zero.
    fileprivate static var opened: CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 1...Self.mostFailures { _ = breaker.fail(at: .zero) }
        return breaker
    }

    fileprivate mutating func fail(at now: Duration) -> Change? { self.ended(.failed, of: .call, at: now) }
}
