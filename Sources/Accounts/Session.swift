package import Identifiers
package import Observability

/// A browser's visit, known by the secret in its cookie.
package struct Session: Sendable, Equatable {
    package let hash: SecretHash
    package let person: PersonID
    package let createdAt: Timestamp
    /// When it ends unless it is used before; never later than its absolute end.
    package let expiresAt: Timestamp

    package init(hash: SecretHash, person: PersonID, createdAt: Timestamp, expiresAt: Timestamp) {
        self.hash = hash
        self.person = person
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// What a stream token stands for: one message of one person, whose reply it starts once and shows any number of times.
package struct StreamToken: Sendable, Equatable {
    package let hash: SecretHash
    package let person: PersonID
    /// The reader's message, whose id is the key that no second model call gets past.
    package let message: String
    package let conversation: String
    /// The message that it follows; `nil` for the newest of the conversation.
    package let parent: String?
    /// The text of the message when it was sent with the request for the token.
    package let text: String?
    /// Whom the reader picked to answer.
    package let agent: String?
    /// Until when it may start the generation.
    package let startsBefore: Timestamp

    package init(
        hash: SecretHash,
        person: PersonID,
        message: String,
        conversation: String,
        parent: String?,
        text: String?,
        agent: String? = nil,
        startsBefore: Timestamp
    ) {
        self.hash = hash
        self.person = person
        self.message = message
        self.conversation = conversation
        self.parent = parent
        self.text = text
        self.agent = agent
        self.startsBefore = startsBefore
    }
}

/// A key with which a program calls the API in the name of a person.
package struct APIKey: Sendable, Equatable {
    package let hash: SecretHash
    package let person: PersonID
    /// What the operator called it.
    package let name: String
    package let createdAt: Timestamp

    package init(hash: SecretHash, person: PersonID, name: String, createdAt: Timestamp) {
        self.hash = hash
        self.person = person
        self.name = name
        self.createdAt = createdAt
    }
}
