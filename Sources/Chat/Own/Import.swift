package import Identifiers
package import Observability

/// What a reader brought along from elsewhere in one go, however many batches it came in.
package struct Import: Sendable, Equatable {
    package typealias ID = Identifier<Import>

    /// The product that conversations come from; ids of two sources are never mixed up.
    package enum Source: String, Sendable, CaseIterable {
        case shuren, chatgpt
        case openWebUI = "open-webui"
        case libreChat = "librechat"
    }

    package let id: ID
    package let source: Source
    package let createdAt: Timestamp
    /// How many conversations it brought that there still are, in the bin or not.
    package let conversations: Int
    /// When it was undone; `nil` when it is not.
    package let undoneAt: Timestamp?

    package init(id: ID, source: Source, createdAt: Timestamp, conversations: Int, undoneAt: Timestamp?) {
        self.id = id
        self.source = source
        self.createdAt = createdAt
        self.conversations = conversations
        self.undoneAt = undoneAt
    }
}

/// What became of one batch of conversations.
package struct ImportReport: Sendable, Equatable {
    /// What became of one conversation that was taken.
    package enum Outcome: Sendable, Equatable {
        case added
        /// It was there already; messages that were not there were added to it.
        case known
        /// It lay in the bin.
        case restored
        /// A further piece of one that is counted already.
        case continued
    }

    package var added = 0
    package var known = 0
    package var restored = 0
    /// The conversations that were not taken, by the ids of their source, with the reason in a sentence.
    package var refused: [(id: String, reason: String)] = []

    package init() {}

    package mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .added: self.added += 1
        case .known: self.known += 1
        case .restored: self.restored += 1
        case .continued: break
        }
    }

    package static func == (left: ImportReport, right: ImportReport) -> Bool {
        (left.added, left.known, left.restored) == (right.added, right.known, right.restored)
            && left.refused.elementsEqual(right.refused, by: ==)
    }
}

/// Why one conversation is not taken, in a sentence for the reader.
package struct ImportRefusal: Error, Sendable, Equatable {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// Why a whole batch is not taken.
package enum ImportError: Error, Sendable, Equatable {
    /// The import's id is one of another source.
    case otherSource
    /// The import was undone; what comes after that belongs to another.
    case undone
    /// The person has as many imports as are kept.
    case tooMany
}

/// How much can be brought along.
package enum ImportLimits {
    /// Bytes of a batch.
    package static let batch = 512 * 1024
    /// Conversations and messages in a batch.
    package static let conversationsInBatch = 5000
    package static let messagesInBatch = 5000
    /// Messages of a conversation, all its pieces together; no path is longer than that, either.
    package static let messages = 10_000
    /// Bytes of a message's content, and its parts.
    package static let content = 512 * 1024
    package static let parts = 1000
    /// Bytes of an id that another product made.
    package static let id = 800
    /// Bytes of a title that is shortened rather than refused.
    package static let title = 4000
    /// Bytes of the name of who answered.
    package static let agent = 200
    /// What one person may have: imports, conversations and messages.
    package static let importsOfPerson = 1000
    package static let conversationsOfPerson = 20_000
    package static let messagesOfPerson = 500_000
    /// Ids in one question what is known.
    package static let idsInPreview = 2000
}

/// Where conversations from elsewhere are taken in.
package protocol ImportStore: Sendable {
    /// Takes in what is not there yet: each conversation whole or not at all, all of them in one transaction.
    ///
    /// The same batch again changes nothing. Throws ``ImportError`` or ``StoreError``.
    func add(
        _ conversations: [ArchivedConversation],
        to id: Import.ID,
        from source: Import.Source,
        of person: PersonID,
        at time: Timestamp
    ) async throws -> ImportReport

    /// Those of the source's conversations that the person has already, outside of the bin.
    func known(
        _ ids: [String],
        from source: Import.Source,
        of person: PersonID
    ) async throws(StoreError) -> [String]

    /// The person's imports, the newest first.
    func imports(of person: PersonID) async throws(StoreError) -> [Import]

    /// Throws what the import brought into the bin; `false` when the person has no such import.
    func undo(_ id: Import.ID, of person: PersonID, at time: Timestamp) async throws(StoreError) -> Bool

    /// Takes back ``undo(_:of:at:)``; `false` when the person has no such import, or nothing of it is left.
    func restore(_ id: Import.ID, of person: PersonID) async throws(StoreError) -> Bool
}
