package import Identifiers
package import Observability

/// That a person had everything deleted at once.
package struct Erasure: Sendable, Equatable {
    /// How many conversations went into the bin.
    package let conversations: Int
    package let erasedAt: Timestamp

    package init(conversations: Int, erasedAt: Timestamp) {
        self.conversations = conversations
        self.erasedAt = erasedAt
    }
}

/// Where everything of a person is deleted, and brought back while it is not gone for good.
package protocol ErasureStore: Sendable {
    /// Throws all conversations into the bin, and sets profile and facts aside, in one transaction.
    ///
    /// Of two of these, only the last can be taken back; one that finds nothing leaves the one before it as it is.
    func erase(everythingOf person: PersonID, at time: Timestamp) async throws(StoreError) -> Erasure

    /// Takes the last one back; `false` when there is none, or it is gone for good.
    ///
    /// A profile that was begun since then stays, and so do facts.
    func restore(everythingOf person: PersonID) async throws(StoreError) -> Bool
}
