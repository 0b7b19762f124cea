/// Consecutive messages of one path through a conversation.
package struct Excerpt: Sendable, Equatable {
    /// Which messages are wanted.
    package struct Wish: Sendable, Equatable {
        package enum Place: Sendable, Equatable {
            /// The last of the path.
            case end
            case before(Message.ID)
            case after(Message.ID)
            /// The message, as many as fit before it and after it.
            case around(Message.ID)

            /// The message that is named.
            package var message: Message.ID? {
                switch self {
                case .end: nil
                case .before(let id), .after(let id), .around(let id): id
                }
            }
        }

        package let place: Place
        /// How many messages at most.
        package let limit: Int
        /// The last message of the path; `nil` for the path that is shown.
        package let leaf: Message.ID?

        package init(_ place: Place = .end, limit: Int, leaf: Message.ID? = nil) {
            self.place = place
            self.limit = limit
            self.leaf = leaf
        }

        /// Where messages around or after the named one end, and how many they are up to there.
        ///
        /// `behind` is how many messages the path has behind the named one; the end is counted from that one on.
        package func end(with behind: Int) -> (step: Int, count: Int) {
            switch self.place {
            case .end, .before: (0, self.limit)
            case .after: (min(self.limit, behind), min(self.limit, behind))
            case .around: (min((self.limit - 1) / 2, behind), self.limit / 2 + 1 + min((self.limit - 1) / 2, behind))
            }
        }
    }

    package let conversation: Conversation
    /// Oldest first, each the parent of the next.
    package let messages: [Message]
    /// For every message the ids that the page goes through to see what else was said in its place; see ``Variants``.
    package let variants: [Message.ID: [Message.ID]]
    /// Whether the path has messages before and after these.
    package let hasEarlier: Bool
    package let hasLater: Bool
    /// The end of the path; `nil` in a conversation without messages.
    package let leaf: Message.ID?

    package init(
        conversation: Conversation,
        messages: [Message],
        variants: [Message.ID: [Message.ID]],
        hasEarlier: Bool,
        hasLater: Bool,
        leaf: Message.ID?
    ) {
        self.conversation = conversation
        self.messages = messages
        self.variants = variants
        self.hasEarlier = hasEarlier
        self.hasLater = hasLater
        self.leaf = leaf
    }
}
