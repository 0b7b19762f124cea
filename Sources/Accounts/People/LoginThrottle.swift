package import Observability
internal import Synchronization

/// Makes whoever guesses wait longer each time: at an account, wherever from, and from an address, at whatever account.
///
/// An attempt counts as failed from its beginning, so that many at once are no way around; a success takes back what was
/// counted for the account. It holds a bounded table in memory: a restart forgives everybody.
package final class LoginThrottle: Sendable {
    /// What attempts are counted for.
    package enum Door: Hashable, Sendable {
        /// The name that was typed, of an account or not.
        case account(String)
        case address(String)

        /// How many attempts nobody has to wait for.
        fileprivate var free: Int {
            switch self {
            case .account: 5
            case .address: 20
            }
        }

        /// The longest wait; at an account it is short, because its owner waits as well.
        fileprivate var longest: Duration {
            switch self {
            case .account: .seconds(60)
            case .address: .seconds(900)
            }
        }
    }

    private struct Tally {
        var attempts = 0
        var last = Duration.zero
    }

    /// After this time without an attempt nothing is known of a door.
    package static let memory = Duration.seconds(3600)

    private let capacity: Int
    private let time: TimeSource
    private let tallies = Mutex<[Door: Tally]>([:])

    /// Remembers at most `capacity` doors; past it, those with the fewest attempts are forgotten first.
    package init(capacity: Int = 10_000, time: TimeSource) {
        self.capacity = capacity
        self.time = time
    }

    /// How many doors are remembered.
    package var count: Int { self.tallies.withLock { $0.count } }

    /// Counts an attempt, unless it comes too early: then says how long to wait, and counts nothing.
    package func attempt(at doors: [Door]) -> Duration? {
        let now = self.time.elapsed()
        return self.tallies.withLock { tallies in
            let wait =
                doors.map { door in
                    tallies[door].map { Self.wait(for: $0, at: door, now: now) } ?? .zero
                }.max() ?? .zero
            if wait > .zero { return wait }
            for door in doors { self.count(door, in: &tallies, now: now) }
            return nil
        }
    }

    /// Takes back what was counted: the account's all, the address's one.
    package func succeeded(at doors: [Door]) {
        self.tallies.withLock { tallies in
            for door in doors {
                switch door {
                case .account: tallies[door] = nil
                case .address: tallies[door]?.attempts -= 1
                }
            }
        }
    }

    private func count(_ door: Door, in tallies: inout [Door: Tally], now: Duration) {
        if tallies[door] == nil, tallies.count >= self.capacity { self.makeRoom(in: &tallies, now: now) }
        var tally = tallies[door] ?? Tally()
        if now - tally.last >= Self.memory { tally = Tally() }
        tally.attempts += 1
        tally.last = now
        tallies[door] = tally
    }

    private func makeRoom(in tallies: inout [Door: Tally], now: Duration) {
        tallies = tallies.filter { now - $0.value.last < Self.memory }
        guard tallies.count >= self.capacity else { return }
        let least = tallies.min { ($0.value.attempts, $0.value.last) < ($1.value.attempts, $1.value.last) }
        if let least { tallies[least.key] = nil }
    }

    private static func wait(for tally: Tally, at door: Door, now: Duration) -> Duration {
        guard tally.attempts >= door.free, now - tally.last < Self.memory else { return .zero }
        let delay = min(Duration.seconds(1 << min(tally.attempts - door.free, 20)), door.longest)
        return max(.zero, tally.last + delay - now)
    }
}
