package import Observability
import Synchronization

/// A time that stands still until it is told to move.
package final class TestTime: Sendable {
    private struct Sleeper {
        let wakesAt: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var nextSleeper = 0
        var waits: [Duration] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// 2026-11-20 12:00 UTC.
    private static let start = Timestamp(milliseconds: 1_795_176_000_000)

    private let state = Mutex(State())

    package init() {}

    /// How long everybody has asked to wait so far, in the order of asking.
    package var waits: [Duration] { self.state.withLock { $0.waits } }

    /// This time as the parameter that code takes.
    package var source: TimeSource {
        TimeSource(
            now: { Self.start + self.state.withLock { $0.elapsed } },
            elapsed: { self.state.withLock { $0.elapsed } },
            sleep: { try await self.sleep($0) }
        )
    }

    /// Moves on and wakes whoever is due by then.
    package func advance(by duration: Duration) {
        let due = self.state.withLock { state -> [Sleeper] in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.value.wakesAt <= state.elapsed }
            for key in due.keys { state.sleepers[key] = nil }
            return due.sorted { ($0.value.wakesAt, $0.key) < ($1.value.wakesAt, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once somebody has asked to wait for the `count`-th time.
    package func waited(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.waits.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func sleep(_ duration: Duration) async throws {
        let id = self.state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (watchers, isCancelled) = self.state.withLock { state in
                    state.waits.append(duration)
                    // Asked once: cancelled after this, the handler below finds the sleeper and wakes it.
                    let isCancelled = Task.isCancelled
                    if !isCancelled {
                        state.sleepers[id] = Sleeper(wakesAt: state.elapsed + duration, continuation: continuation)
                    }
                    let due = state.watchers.filter { $0.count <= state.waits.count }
                    state.watchers.removeAll { $0.count <= state.waits.count }
                    return (due, isCancelled)
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.sleepers.removeValue(forKey: id) }?
                .continuation.resume(throwing: CancellationError())
        }
    }
}
