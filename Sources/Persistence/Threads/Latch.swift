internal import Synchronization

/// A door that opens once; whoever waits before or comes after goes through.
final class Latch: Sendable {
    private enum State {
        case closed(waiting: [CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.closed(waiting: []))

    /// Whether it is open already.
    var isOpen: Bool {
        self.state.withLock { state in
            guard case .open = state else { return false }
            return true
        }
    }

    /// Lets everybody through, now and from now on.
    func open() {
        let waiting = self.state.withLock { state in
            defer { state = .open }
            guard case .closed(let waiting) = state else { return [CheckedContinuation<Void, Never>]() }
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the door is open.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                guard case .closed(let waiting) = state else { return true }
                state = .closed(waiting: waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}
