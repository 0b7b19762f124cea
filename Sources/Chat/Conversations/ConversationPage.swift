internal import Identifiers
package import Observability

/// Where a conversation lies.
package enum Shelf: String, Sendable, CaseIterable {
    /// In the list.
    case shown
    /// Put away by the reader.
    case archive
    /// Deleted, until it is gone for good.
    case bin

    /// Whether a conversation lies here.
    package func holds(_ conversation: Conversation) -> Bool {
        switch self {
        case .shown: conversation.deletedAt == nil && !conversation.isArchived
        case .archive: conversation.deletedAt == nil && conversation.isArchived
        case .bin: conversation.deletedAt != nil
        }
    }

    /// The time that a conversation has its place by, latest first.
    package func time(of conversation: Conversation) -> Timestamp {
        switch self {
        case .shown, .archive: conversation.updatedAt
        case .bin: conversation.deletedAt ?? conversation.updatedAt
        }
    }
}

/// A stretch of a shelf: last touched first, in the bin last deleted first.
///
/// The first stretch of what is shown has all pinned conversations in it, each where its time puts it, and the later
/// ones none, so that whoever shows the pinned ones on top needs one page only.
package struct ConversationPage: Sendable, Equatable {
    /// A place in the order of a shelf.
    package struct Place: Sendable, Hashable {
        package let time: Timestamp
        package let id: Conversation.ID

        package init(time: Timestamp, id: Conversation.ID) {
            self.time = time
            self.id = id
        }

        /// Whether this place comes before the other: later, or of the same moment by id.
        package func isBefore(_ other: Place) -> Bool {
            (other.time, self.id.rawValue) < (self.time, other.id.rawValue)
        }
    }

    package let conversations: [Conversation]
    /// Where to go on; `nil` at the end.
    package let next: Place?

    /// Takes one conversation more than `limit`, so that it is known whether there are others; `pinned` come besides.
    package init(_ found: [Conversation], pinned: [Conversation], of shelf: Shelf, limit: Int) {
        func place(_ conversation: Conversation) -> Place {
            Place(time: shelf.time(of: conversation), id: conversation.id)
        }
        let kept = found.prefix(limit)
        self.conversations = (kept + pinned).sorted { place($0).isBefore(place($1)) }
        self.next = found.count > limit ? kept.last.map(place) : nil
    }
}
