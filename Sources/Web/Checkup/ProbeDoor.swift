internal import Accounts
internal import Crypto
package import Observability
internal import Synchronization

/// Lets those through who measure the way to the server, and bounds what they can ask for.
///
/// A code is good for ten minutes and for a hundred requests, and a new one takes the place of the one before. It opens nothing but
/// the probes: they show whoever asks their own request and count for them. Together with admins, who need no code, at most four
/// streams are open at a time.
package final class ProbeDoor: Sendable {
    private struct State {
        var code: (secret: Secret, until: Duration, uses: Int)?
        var streams = 0
    }

    private static let lifetime = Duration.seconds(600)
    private static let uses = 100
    private static let streams = 4

    /// What the server has for its own address.
    package let publicURL: String?
    /// By which codes end and events are sent.
    let time: TimeSource
    private let state = Mutex(State())

    package init(publicURL: String? = nil, time: TimeSource = .system) {
        self.publicURL = publicURL
        self.time = time
    }

    /// Makes a code in place of any that was made before.
    package func makeCode() -> String {
        var random = SecureRandom()
        let secret = Secret(using: &random)
        self.state.withLock { $0.code = (secret, self.time.elapsed() + Self.lifetime, Self.uses) }
        return secret.text
    }

    /// Whether that is the code, which is used once more by asking.
    func accepts(_ text: String) -> Bool {
        let now = self.time.elapsed()
        return self.state.withLock { state in
            guard let code = state.code, ConstantTime.areEqual(code.secret.text, text), now < code.until, code.uses > 0
            else { return false }
            state.code?.uses -= 1
            return true
        }
    }

    /// Whether another stream may be opened.
    var hasRoom: Bool { self.state.withLock { $0.streams < Self.streams } }

    /// Takes one of the places for streams while `work` lasts; does nothing when there is none.
    func occupying(_ work: () async -> Void) async {
        let isIn = self.state.withLock { state in
            guard state.streams < Self.streams else { return false }
            state.streams += 1
            return true
        }
        guard isIn else { return }
        await work()
        self.state.withLock { $0.streams -= 1 }
    }
}
