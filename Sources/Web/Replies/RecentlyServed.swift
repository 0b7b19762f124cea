import Accounts
import Synchronization

/// The tokens of plain viewers that have had everything, the newest ten thousand of them.
///
/// A client that reconnects after its last frame is told 204 and stays away; one forgotten here gets the reply again.
final class RecentlyServed: Sendable {
    private static let bound = 10_000

    private struct State {
        var tokens: Set<SecretHash> = []
        var order: [SecretHash] = []
        var next = 0
    }

    private let state = Mutex(State())

    func contains(_ token: SecretHash?) -> Bool {
        guard let token else { return false }
        return self.state.withLock { $0.tokens.contains(token) }
    }

    func insert(_ token: SecretHash?) {
        guard let token else { return }
        self.state.withLock { state in
            guard state.tokens.insert(token).inserted else { return }
            if state.order.count < Self.bound {
                state.order.append(token)
            } else {
                state.tokens.remove(state.order[state.next])
                state.order[state.next] = token
                state.next = (state.next + 1) % Self.bound
            }
        }
    }
}
