internal import Synchronization

/// Hands work from tasks to threads that may block, oldest first.
///
/// Bounded: when `capacity` elements wait, the next is refused, and whoever brought it answers for that.
final class BlockingQueue<Element: Sendable>: Sendable {
    private struct State {
        var waiting: [Element] = []
        var isClosed = false
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let signal = Signal()

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many elements wait.
    var count: Int { self.state.withLock { $0.waiting.count } }

    /// Adds an element; `false` when the queue is full or closed.
    func push(_ element: Element) -> Bool {
        let isTaken = self.state.withLock { state in
            guard !state.isClosed, state.waiting.count < self.capacity else { return false }
            state.waiting.append(element)
            return true
        }
        if isTaken { self.signal.raise() }
        return isTaken
    }

    /// Takes what waits, at most `limit` elements; blocks while there is nothing, and returns nothing once it is closed.
    func take(upTo limit: Int) -> [Element] {
        while true {
            self.signal.wait()
            let (taken, isOver) = self.state.withLock { state in
                let taken = Array(state.waiting.prefix(limit))
                state.waiting.removeFirst(taken.count)
                return (taken, state.isClosed && taken.isEmpty)
            }
            if isOver { self.signal.raise() }  // the next thread that waits here has to hear of it, too
            if isOver || !taken.isEmpty { return taken }
        }
    }

    /// Takes no more elements; what waits is still handed out.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.signal.raise()
    }
}
