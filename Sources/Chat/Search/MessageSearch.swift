package import Identifiers
package import Observability

/// Where a person's own words and the replies to them are found again.
package protocol MessageSearch: Sendable {
    /// What holds the whole query, newest first, at most `limit` behind `place`; conversations in the bin are left out.
    ///
    /// The titles of the person's last touched conversations are looked through as well, all of them for the first page.
    func hits(
        for query: SearchQuery,
        of person: PersonID,
        behind place: Int?,
        limit: Int
    ) async throws(StoreError) -> SearchPage
}

/// Hits, newest first.
package struct SearchPage: Sendable, Equatable {
    package let hits: [SearchHit]
    /// Where to go on; `nil` at the end.
    package let next: Int?

    package init(hits: [SearchHit], next: Int?) {
        self.hits = hits
        self.next = next
    }

    package static let empty = SearchPage(hits: [], next: nil)
}

/// A message or a title that holds what was looked for.
package struct SearchHit: Sendable, Equatable {
    package let conversation: Conversation.ID
    package let title: String
    package let isArchived: Bool
    /// The message; `nil` when it is the title.
    package let message: Message.ID?
    package let role: Message.Role?
    package let createdAt: Timestamp
    package var snippet: Snippet

    package init(
        conversation: Conversation.ID,
        title: String,
        isArchived: Bool,
        message: Message.ID?,
        role: Message.Role?,
        createdAt: Timestamp,
        snippet: Snippet
    ) {
        self.conversation = conversation
        self.title = title
        self.isArchived = isArchived
        self.message = message
        self.role = role
        self.createdAt = createdAt
        self.snippet = snippet
    }
}

/// A piece of a text, cut where what was found begins and ends.
package struct Snippet: Sendable, Equatable {
    package struct Piece: Sendable, Equatable {
        package let text: String
        /// Whether it is what was looked for.
        package let isHit: Bool

        package init(_ text: String, isHit: Bool) {
            self.text = text
            self.isHit = isHit
        }
    }

    package let pieces: [Piece]

    /// What stands before and behind a hit in a marked text.
    package static let start: Unicode.Scalar = "\u{1}"
    package static let end: Unicode.Scalar = "\u{2}"

    /// Reads a text with marks and seams, which it is given without.
    package init(marked text: String) {
        var pieces: [Piece] = []
        var piece = String.UnicodeScalarView()
        var isHit = false
        func finish() {
            if !piece.isEmpty { pieces.append(Piece(String(piece), isHit: isHit)) }
            piece.removeAll()
        }
        for scalar in text.unicodeScalars where scalar != SearchWords.seam {
            if scalar == Self.start || scalar == Self.end {
                finish()
                isHit = scalar == Self.start
            } else {
                piece.append(scalar)
            }
        }
        finish()
        self.pieces = pieces
    }
}
