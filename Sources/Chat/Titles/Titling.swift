package import Identifiers
internal import Synchronization

/// Where a title that a model found is kept.
package protocol TitleStore: Sendable {
    /// Names the conversation unless somebody has named it already; `false` when it stays as it is.
    func name(_ id: Conversation.ID, of person: PersonID, _ title: String) async throws(StoreError) -> Bool
}

/// The conversations for which a model is looking for a title at this moment.
package final class Titling: Sendable {
    /// How many at once: titles must never take a model's time from replies.
    private static let most = 8

    private let state = Mutex<Set<Conversation.ID>>([])

    package init() {}

    package func contains(_ id: Conversation.ID) -> Bool { self.state.withLock { $0.contains(id) } }

    /// Notes that a title is being looked for; `false` when it is already, or when there are too many.
    func begin(_ id: Conversation.ID) -> Bool {
        self.state.withLock { $0.count < Self.most && $0.insert(id).inserted }
    }

    func end(_ id: Conversation.ID) { _ = self.state.withLock { $0.remove(id) } }
}
