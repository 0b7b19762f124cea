import Crypto
package import Identifiers
package import Observability

/// Knows who asks: browsers by their session, streams by their token, programs by their key.
package struct Visitors: Sendable {
    /// How long what is handed out stays good.
    package struct Lifetimes: Sendable {
        /// A session that is not used.
        package var idleSession = Duration.seconds(30 * 86_400)
        /// A session however much it is used.
        package var session = Duration.seconds(365 * 86_400)
        /// A stream token until its generation has started.
        package var streamToken = Duration.seconds(300)

        package init() {}
    }

    private let store: any AccountStore
    private let lifetimes: Lifetimes
    private let time: TimeSource

    package init(store: any AccountStore, lifetimes: Lifetimes = Lifetimes(), time: TimeSource) {
        self.store = store
        self.lifetimes = lifetimes
        self.time = time
    }

    /// How long the browser should keep a session's cookie.
    package var cookieLifetime: Duration { self.lifetimes.session }

    // MARK: Sessions

    /// The person of a running session; `nil` when the secret is unknown or its session is over.
    ///
    /// A session in use is extended, at most once a day, so that reading does not become writing.
    package func person(ofSession secret: Secret) async throws(AccountStoreError) -> PersonID? {
        guard let session = try await self.store.session(secret.hash) else { return nil }
        let now = self.time.now()
        let end = session.createdAt + self.lifetimes.session
        guard now < session.expiresAt, now < end else { return nil }
        let extended = min(now + self.lifetimes.idleSession, end)
        if extended.since(session.expiresAt) > .seconds(86_400) {
            // It is good as it is; where it cannot be extended now, the next request tries again.
            try? await self.store.extend(session.hash, until: extended)
        }
        return session.person
    }

    /// Makes a guest with a session; returns once both are on disk.
    package func welcomeGuest() async throws(AccountStoreError) -> (person: PersonID, session: Secret) {
        var random = SecureRandom()
        let person = PersonID(using: &random)
        let secret = Secret(using: &random)
        let now = self.time.now()
        let session = Session(
            hash: secret.hash,
            person: person,
            createdAt: now,
            expiresAt: now + self.lifetimes.idleSession
        )
        try await self.store.insert(guest: person, session: session)
        return (person, secret)
    }

    // MARK: Stream tokens

    /// Hands out a token that starts the reply to one message, and shows it as often as needed.
    package func issueStreamToken(
        for person: PersonID,
        message: String,
        conversation: String,
        parent: String? = nil,
        text: String?,
        agent: String? = nil,
        occasion: Occasion = Occasion()
    ) async throws(AccountStoreError) -> (token: Secret, startsWithin: Duration) {
        var random = SecureRandom()
        let secret = Secret(using: &random)
        let token = StreamToken(
            hash: secret.hash,
            person: person,
            message: message,
            conversation: conversation,
            parent: parent,
            text: text,
            agent: agent,
            occasion: occasion,
            startsBefore: self.time.now() + self.lifetimes.streamToken
        )
        try await self.store.insert(token)
        return (secret, self.lifetimes.streamToken)
    }

    /// What a token stands for, and whether it may still start its generation; `nil` when it is unknown.
    package func redeem(_ secret: Secret) async throws(AccountStoreError) -> (token: StreamToken, mayStart: Bool)? {
        guard let token = try await self.store.streamToken(secret.hash) else { return nil }
        return (token, self.time.now() < token.startsBefore)
    }

    // MARK: API keys

    /// Makes a key and the person it acts for; the secret is shown this once.
    package func createKey(name: String) async throws(AccountStoreError) -> Secret {
        var random = SecureRandom()
        let secret = Secret(prefix: "sk-shuren-", using: &random)
        let key = APIKey(
            hash: secret.hash,
            person: PersonID(using: &random),
            name: name,
            createdAt: self.time.now()
        )
        try await self.store.insert(key)
        return secret
    }

    /// The person that a key acts for; `nil` when it is unknown.
    package func person(ofKey secret: Secret) async throws(AccountStoreError) -> PersonID? {
        try await self.store.key(secret.hash)?.person
    }
}

extension Secret {
    /// What is stored of this secret.
    package var hash: SecretHash { SecretHash(rawValue: SHA256.digest(of: self.text).base64URL) }
}
