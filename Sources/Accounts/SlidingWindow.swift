package import Observability
internal import Synchronization

/// Lets each key through so many times within any stretch of some length.
///
/// It remembers at most `limit` moments for each key that was let through within that time.
package final class SlidingWindow<Key: Hashable & Sendable>: Sendable {
    package let limit: Int
    private let window: Duration
    private let time: TimeSource
    private let moments = Mutex<[Key: [Duration]]>([:])

    /// `limit` times in `window`; 0 is no limit.
    package init(limit: Int, in window: Duration, time: TimeSource) {
        self.limit = limit
        self.window = window
        self.time = time
    }

    /// How long the key has to wait; `nil` when it would be let through now.
    package func wait(for key: Key) -> Duration? {
        let now = self.time.elapsed()
        return self.moments.withLock { self.wait(after: self.recent($0[key], now), now) }
    }

    /// Counts one, unless the key has to wait: then says how long, and counts nothing.
    package func take(for key: Key) -> Duration? {
        guard self.limit > 0 else { return nil }
        let now = self.time.elapsed()
        return self.moments.withLock { moments in
            let recent = self.recent(moments[key], now)
            if let wait = self.wait(after: recent, now) { return wait }
            moments[key] = recent + [now]
            if moments.count % 1024 == 0 { moments = moments.filter { !self.recent($0.value, now).isEmpty } }
            return nil
        }
    }

    /// Counts one that was let through a while ago.
    func remember(_ key: Key, ago: Duration) {
        guard self.limit > 0, ago < self.window else { return }
        let moment = self.time.elapsed() - ago
        self.moments.withLock { $0[key] = (($0[key] ?? []) + [moment]).sorted().suffix(self.limit) }
    }

    /// How many more would be let through now, and how long until there are more of them; `nil` without a limit.
    func standing(of key: Key) -> (remaining: Int, untilMore: Duration)? {
        guard self.limit > 0 else { return nil }
        let now = self.time.elapsed()
        return self.moments.withLock { moments in
            let recent = self.recent(moments[key], now)
            return (max(0, self.limit - recent.count), recent.first.map { self.window - (now - $0) } ?? .zero)
        }
    }

    private func recent(_ moments: [Duration]?, _ now: Duration) -> [Duration] {
        (moments ?? []).filter { now - $0 < self.window }
    }

    private func wait(after recent: [Duration], _ now: Duration) -> Duration? {
        guard self.limit > 0, recent.count >= self.limit, let oldest = recent.first else { return nil }
        return self.window - (now - oldest)
    }
}
