internal import Crypto
package import Identifiers
internal import Observability

extension Visitors {
    /// How many keys one person has at most.
    package static let mostKeys = 20

    /// Makes a key in the name of a person, or of nobody but itself; the secret is shown this once.
    ///
    /// `nil` when the person has as many as there may be.
    package func createKey(
        _ wish: KeyWish,
        for person: PersonID? = nil
    ) async throws(AccountStoreError) -> (secret: Secret, key: APIKey)? {
        var random = SecureRandom()
        let secret = Secret(prefix: "sk-shuren-", using: &random)
        let now = self.time.now()
        let key = APIKey(
            hash: secret.hash,
            person: person ?? PersonID(using: &random),
            name: wish.name,
            scopes: wish.scopes,
            createdAt: now,
            expiresAt: wish.lifetime.map { now + $0 }
        )
        return try await self.keys.insert(key, limit: Self.mostKeys) ? (secret, key) : nil
    }

    /// The key of a secret, and who has it; `nil` when it is unknown or has expired, or its person is disabled.
    ///
    /// That it was used is noted at most once a minute.
    package func holder(ofKey secret: Secret) async throws(AccountStoreError) -> KeyHolder? {
        guard let holder = try await self.keys.holder(ofKey: secret.hash), holder.account?.disabledAt == nil else {
            return nil
        }
        let (key, now) = (holder.key, self.time.now())
        if let end = key.expiresAt, now >= end { return nil }
        if self.keyUses.takes(key, at: now) {
            // The key is good as it is; where its use cannot be kept now, one of the next minute is.
            try? await self.keys.noteUse(ofKey: key.hash, at: now)
        }
        return holder
    }

    /// The keys of a person, or of everybody, the newest first.
    package func keys(of person: PersonID?) async throws(AccountStoreError) -> [KeyHolder] {
        try await self.keys.keys(of: person)
    }

    /// Ends a key of the person, or of anybody: it and its stream tokens open nothing any more.
    ///
    /// Returns it; `nil` when there is none of that id.
    func endKey(_ id: String, of person: PersonID?) async throws(AccountStoreError) -> APIKey? {
        guard let key = try await self.keys.keys(of: person).first(where: { $0.key.id == id })?.key else { return nil }
        try await self.keys.endKey(key.hash)
        return key
    }
}
