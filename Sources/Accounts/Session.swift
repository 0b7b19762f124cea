package import Identifiers
package import Observability

/// A browser's visit, known by the secret in its cookie.
package struct Session: Sendable, Equatable {
    package let hash: SecretHash
    package let person: PersonID
    package let createdAt: Timestamp
    /// When it ends unless it is used before; never later than its absolute end.
    package var expiresAt: Timestamp
    /// When it was used last, to the hour.
    package var usedAt: Timestamp
    /// What the browser calls itself, "Firefox on Linux"; `nil` when it does not say.
    package var device: String?

    package init(
        hash: SecretHash,
        person: PersonID,
        createdAt: Timestamp,
        expiresAt: Timestamp,
        usedAt: Timestamp? = nil,
        device: String? = nil
    ) {
        self.hash = hash
        self.person = person
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt ?? createdAt
        self.device = device
    }
}

/// Somebody with a session.
package struct Visitor: Sendable, Equatable {
    package let session: Session
    package let standing: Standing
    /// Whether they sign in with more than a password.
    package let hasSecondFactor: Bool

    package init(session: Session, standing: Standing, hasSecondFactor: Bool = false) {
        self.session = session
        self.standing = standing
        self.hasSecondFactor = hasSecondFactor
    }
}

/// What a reply needs to know of the moment in which its message was written.
package struct Occasion: Sendable, Equatable {
    /// What the message is said to.
    package enum Kind: String, Sendable, CaseIterable {
        case chat
        /// An answer to the onboarding's question.
        case onboarding
    }

    package var kind = Kind.chat
    /// The name of the reader's time zone, `Europe/Berlin`.
    package var timeZone: String?
    /// How far the reader's clock is ahead of UTC, in minutes.
    package var minutesEastOfUTC = 0
    /// The version of the profile that the answer was given to; `nil` for whichever there is.
    package var profileVersion: Int?
    /// Whether the message begins its conversation anew, beside what was said there.
    package var followsNothing = false

    package init(
        kind: Kind = .chat,
        timeZone: String? = nil,
        minutesEastOfUTC: Int = 0,
        profileVersion: Int? = nil,
        followsNothing: Bool = false
    ) {
        self.kind = kind
        self.timeZone = timeZone
        self.minutesEastOfUTC = minutesEastOfUTC
        self.profileVersion = profileVersion
        self.followsNothing = followsNothing
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
    package let occasion: Occasion
    /// The session or the key that it was handed to, with which it ends; `nil` for one that nothing ends.
    package let session: SecretHash?
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
        occasion: Occasion = Occasion(),
        session: SecretHash? = nil,
        startsBefore: Timestamp
    ) {
        self.hash = hash
        self.person = person
        self.message = message
        self.conversation = conversation
        self.parent = parent
        self.text = text
        self.agent = agent
        self.occasion = occasion
        self.session = session
        self.startsBefore = startsBefore
    }
}
