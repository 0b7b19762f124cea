package import Identifiers
package import Observability

/// A thread of messages between a person and the assistants.
package struct Conversation: Sendable, Equatable {
    /// The identity of a conversation, stable across renames.
    package typealias ID = Identifier<Conversation>

    package let id: ID
    package let owner: PersonID
    package let title: String
    package let createdAt: Timestamp
    /// When the last message came or the last reply ended.
    package let updatedAt: Timestamp
    /// Whether a reply is being written in it.
    package let isRunning: Bool
    /// Whether the reader wants it to stay on top.
    package let isPinned: Bool
    /// Whether the reader put it away without deleting it.
    package let isArchived: Bool
    /// When it was thrown into the bin; `nil` when it is not there.
    package let deletedAt: Timestamp?

    package init(
        id: ID,
        owner: PersonID,
        title: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        isRunning: Bool,
        isPinned: Bool = false,
        isArchived: Bool = false,
        deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.owner = owner
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.isRunning = isRunning
        self.isPinned = isPinned
        self.isArchived = isArchived
        self.deletedAt = deletedAt
    }

    /// The longest title, in characters.
    package static let longestTitle = 80

    /// The title that a first message gives: its first line, cut at a word so that it fits a list.
    package static func title(from message: String) -> String {
        let line =
            message.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
            ?? "New conversation"
        let words = line.split(whereSeparator: \.isWhitespace)
        var title = ""
        for word in words {
            guard title.count + word.count < 60 else { break }
            title += title.isEmpty ? String(word) : " " + word
        }
        if title.isEmpty { title = String(line.drop(while: \.isWhitespace).prefix(59)) }
        return title.count < words.joined(separator: " ").count ? title + "…" : title
    }
}
