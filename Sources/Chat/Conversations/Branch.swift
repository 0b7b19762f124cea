internal import Crypto
internal import Identifiers

/// A conversation that goes on from some message of another one, with copies of everything up to there.
package struct Branch: Sendable, Equatable {
    /// The new conversation; its id is made by the caller.
    package let id: Conversation.ID
    package let origin: Conversation.ID
    /// The last message that is copied.
    package let message: Message.ID

    /// How many messages, and bytes of their parts, are copied at most: it is done in one go, while nobody else can write.
    package static let longestPath = 5000
    package static let largest = 16 * 1024 * 1024

    package init(id: Conversation.ID, origin: Conversation.ID, message: Message.ID) {
        self.id = id
        self.origin = origin
        self.message = message
    }

    /// The id that the copy of a message has: always the same, so that branching again makes nothing new.
    package func copy(of id: Message.ID) -> Message.ID {
        let digest = SHA256.digest(of: "\(self.id.rawValue)\n\(id.rawValue)").bytes.prefix(16)
        guard let id = Message.ID(rawValue: base64URL(of: digest)) else {
            preconditionFailure("16 bytes in base64url are an identifier")
        }
        return id
    }

    /// A message in its place in the new conversation; a reply that is still being written is cut off there.
    package func copy(of message: Message) -> Message {
        Message(
            id: self.copy(of: message.id),
            parent: message.parent.map { self.copy(of: $0) },
            role: message.role,
            parts: message.parts,
            state: message.state.isFinal ? message.state : .interrupted,
            agent: message.agent,
            error: message.error,
            shown: message.shown,
            createdAt: message.createdAt
        )
    }
}

/// What came of branching.
package enum Branching: Sendable, Equatable {
    case made(Conversation)
    /// It was there already.
    case known(Conversation)
    /// The id of the new conversation stands for another one.
    case taken
    /// The person has no such conversation, or it no such message.
    case noSuchMessage
    /// More than a branch takes.
    case tooLong
}
