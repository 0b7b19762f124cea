import Accounts
import Observability
import TestSupport
import Testing

@Suite struct `The login throttle` {
    private let time = TestTime()

    @Test(arguments: Seeds.all)
    func `has whoever guesses wait longer each time, and lets nobody in early`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let throttle = LoginThrottle(time: self.time.source)
        let door = [Bool.random(using: &random) ? LoginThrottle.Door.account("ada") : .address("192.0.2.1")]
        let free = door == [.account("ada")] ? 5 : 20
        let longest = door == [.account("ada")] ? Duration.seconds(60) : .seconds(900)
        for _ in 0..<free { #expect(throttle.attempt(at: door) == nil) }

        var last = Duration.zero
        for _ in 0..<12 {
            let wait = throttle.attempt(at: door) ?? .zero
            #expect(wait == min(max(.seconds(1), last * 2), longest))
            self.time.advance(by: wait - .milliseconds(Int.random(in: 1...999, using: &random)))
            #expect(throttle.attempt(at: door) != nil)
            self.time.advance(by: .seconds(1))
            #expect(throttle.attempt(at: door) == nil)
            last = wait
        }
    }

    @Test func `counts many at once as they begin`() {
        let throttle = LoginThrottle(time: self.time.source)

        let admitted = (0..<100).filter { _ in throttle.attempt(at: [.account("ada"), .address("192.0.2.1")]) == nil }

        #expect(admitted.count == 5)
    }

    @Test func `forgives an account whose owner came in, and takes back one attempt of the address`() {
        let throttle = LoginThrottle(time: self.time.source)
        let doors = [LoginThrottle.Door.account("ada"), .address("192.0.2.1")]
        for _ in 0..<5 { _ = throttle.attempt(at: doors) }
        self.time.advance(by: .seconds(1))
        #expect(throttle.attempt(at: doors) == nil)

        throttle.succeeded(at: doors)

        for _ in 0..<5 { #expect(throttle.attempt(at: doors) == nil) }
        #expect(throttle.attempt(at: doors) != nil)
        // Twenty are free at an address, whoever is guessed; ten are counted here.
        for number in 0..<10 { #expect(throttle.attempt(at: [.account("\(number)"), .address("192.0.2.1")]) == nil) }
        #expect(throttle.attempt(at: [.account("bob"), .address("192.0.2.1")]) == .seconds(1))
        #expect(throttle.attempt(at: [.account("bob"), .address("192.0.2.2")]) == nil)
    }

    @Test func `forgets after an hour`() {
        let throttle = LoginThrottle(time: self.time.source)
        for _ in 0..<5 { _ = throttle.attempt(at: [.account("ada")]) }
        #expect(throttle.attempt(at: [.account("ada")]) != nil)

        self.time.advance(by: LoginThrottle.memory)

        for _ in 0..<5 { #expect(throttle.attempt(at: [.account("ada")]) == nil) }
    }

    @Test func `remembers so many doors and no more, and those that were tried most the longest`() {
        let throttle = LoginThrottle(capacity: 50, time: self.time.source)
        for _ in 0..<5 { _ = throttle.attempt(at: [.account("ada")]) }

        for number in 0..<1000 { _ = throttle.attempt(at: [.account("name \(number)")]) }

        #expect(throttle.count == 50)
        #expect(throttle.attempt(at: [.account("ada")]) != nil)
    }
}
