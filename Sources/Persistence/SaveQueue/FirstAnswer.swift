internal import Synchronization

/// The first of several answers to one question; later ones are ignored.
final class FirstAnswer<Answer: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Answer, Never>)
        case answered(Answer)
    }

    private let state = Mutex(State.open)

    /// Gives an answer.
    func give(_ answer: Answer) {
        let waiting = self.state.withLock { state -> CheckedContinuation<Answer, Never>? in
            switch state {
            case .open:
                state = .answered(answer)
                return nil
            case .awaited(let continuation):
                state = .answered(answer)
                return continuation
            case .answered:
                return nil
            }
        }
        waiting?.resume(returning: answer)
    }

    /// Waits for the first answer; for one caller.
    func value() async -> Answer {
        await withCheckedContinuation { continuation in
            let answer = self.state.withLock { state -> Answer? in
                switch state {
                case .open:
                    state = .awaited(continuation)
                    return nil
                case .awaited:
                    preconditionFailure("Two callers wait for one answer.")
                case .answered(let answer):
                    return answer
                }
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
