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
        /// Whether a session that is used goes on.
        package var extendsSessions = true
        /// A stream token until its generation has started.
        package var streamToken = Duration.seconds(300)

        package init() {}
    }

    private let store: any AccountStore
    let keys: any KeyStore
    let keyUses = KeyUses()
    private let lifetimes: Lifetimes
    let time: TimeSource

    package init(store: any AccountStore & KeyStore, lifetimes: Lifetimes = Lifetimes(), time: TimeSource) {
        self.store = store
        self.keys = store
        self.lifetimes = lifetimes
        self.time = time
    }

    /// How long the browser should keep a session's cookie.
    package var cookieLifetime: Duration { self.lifetimes.session }

    // MARK: Sessions

    /// Who has a running session; `nil` when the secret is unknown or its session is over.
    ///
    /// That it was used, and on which device, is noted at most once an hour, so that reading does not become writing.
    package func visitor(
        ofSession secret: Secret,
        on device: String? = nil
    ) async throws(AccountStoreError) -> Visitor? {
        guard let visitor = try await self.store.visitor(secret.hash), self.isRunning(visitor.session) else {
            return nil
        }
        let session = visitor.session
        let now = self.time.now()
        if now.since(session.usedAt) >= Self.precision {
            var used = session
            used.device = device ?? session.device
            used.usedAt = now
            if self.lifetimes.extendsSessions {
                used.expiresAt = min(now + self.lifetimes.idleSession, session.createdAt + self.lifetimes.session)
            }
            // It is good as it is; where it cannot be extended now, the next request tries again.
            try? await self.store.update(used)
        }
        return visitor
    }

    /// The person of a running session; `nil` when there is none.
    package func person(ofSession secret: Secret) async throws(AccountStoreError) -> PersonID? {
        try await self.visitor(ofSession: secret)?.session.person
    }

    /// A session that is about to begin, and its secret.
    func makeSession(of person: PersonID, on device: String?) -> (session: Session, secret: Secret) {
        var random = SecureRandom()
        let secret = Secret(using: &random)
        let now = self.time.now()
        let session = Session(
            hash: secret.hash,
            person: person,
            createdAt: now,
            expiresAt: now + self.lifetimes.idleSession,
            device: device
        )
        return (session, secret)
    }

    /// Ends a session: its cookie and its stream tokens open nothing any more.
    func end(_ session: Session) async throws(AccountStoreError) {
        try await self.store.end(session.hash)
    }

    /// Makes a guest with a session; returns once both are on disk.
    package func welcomeGuest(
        on device: String? = nil
    ) async throws(AccountStoreError) -> (person: PersonID, session: Secret) {
        var random = SecureRandom()
        let person = PersonID(using: &random)
        let (session, secret) = self.makeSession(of: person, on: device)
        try await self.store.insert(guest: person, session: session)
        return (person, secret)
    }

    // MARK: Devices

    /// The person's running sessions, the one that was used last first.
    package func devices(of person: PersonID) async throws(AccountStoreError) -> [Session] {
        try await self.store.sessions(of: person).filter(self.isRunning)
    }

    /// Ends a running session of the person: its cookie and its stream tokens open nothing any more.
    ///
    /// Returns it; `nil` when the person has none that is named so.
    package func endDevice(_ id: String, of person: PersonID) async throws(AccountStoreError) -> Session? {
        guard let session = try await self.devices(of: person).first(where: { $0.deviceID == id }) else { return nil }
        try await self.store.end(session.hash)
        return session
    }

    /// How exactly it is known when a session was used.
    private static let precision = Duration.seconds(3600)

    private func isRunning(_ session: Session) -> Bool {
        let now = self.time.now()
        return now < session.expiresAt && now < session.createdAt + self.lifetimes.session
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
        occasion: Occasion = Occasion(),
        session: SecretHash? = nil
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
            session: session,
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
}

extension Secret {
    /// What is stored of this secret.
    package var hash: SecretHash { SecretHash(rawValue: SHA256.digest(of: self.text).base64URL) }
}

extension Session {
    /// What the session is called where its owner sees it: made from the hash, and no way back to the secret.
    package var deviceID: String { String(SHA256.digest(of: "device:" + self.hash.rawValue).base64URL.prefix(22)) }
}
