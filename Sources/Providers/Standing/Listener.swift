import Chat
import Synchronization

/// Hears whether anything of a reply has come.
final class Listener: Sendable {
    private let heard = Atomic(false)

    /// Whether anything came that the reader could have seen; signs of life are nothing to see.
    var hasHeard: Bool { self.heard.load(ordering: .relaxed) }

    func hear(_ event: ProviderEvent) {
        if event != .sign, !self.hasHeard { self.heard.store(true, ordering: .relaxed) }
    }
}
