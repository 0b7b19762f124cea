package import Accounts
package import Identifiers
package import Observability
import Synchronization

extension MemoryAccounts: KeyStore {
    package func insert(_ key: APIKey, limit: Int) async throws(AccountStoreError) -> Bool {
        self.state.withLock { state in
            guard state.keys.values.count(where: { $0.person == key.person }) < limit else { return false }
            state.keys[key.hash] = key
            return true
        }
    }

    package func holder(ofKey hash: SecretHash) async throws(AccountStoreError) -> KeyHolder? {
        self.state.withLock { state in state.keys[hash].map(state.holder) }
    }

    package func keys(of person: PersonID?) async throws(AccountStoreError) -> [KeyHolder] {
        self.state.withLock { state in
            let keys = state.keys.values.filter { person == nil || $0.person == person }
            let sorted = keys.sorted { ($1.createdAt, $0.hash.rawValue) < ($0.createdAt, $1.hash.rawValue) }
            return sorted.prefix(1000).map(state.holder)
        }
    }

    package func noteUse(ofKey hash: SecretHash, at time: Timestamp) async throws(AccountStoreError) {
        self.state.withLock { state in
            state.keyUses += 1
            guard let key = state.keys[hash] else { return }
            state.keys[hash] = APIKey(
                hash: key.hash,
                person: key.person,
                name: key.name,
                scopes: key.scopes,
                createdAt: key.createdAt,
                expiresAt: key.expiresAt,
                usedAt: time
            )
        }
    }

    package func endKey(_ hash: SecretHash) async throws(AccountStoreError) {
        self.state.withLock { state in
            state.keys[hash] = nil
            state.tokens = state.tokens.filter { $0.value.session != hash }
        }
    }

    /// How often the use of a key was written down.
    package var keyUseCount: Int { self.state.withLock { $0.keyUses } }
}

extension MemoryAccounts.State {
    fileprivate func holder(of key: APIKey) -> KeyHolder {
        var hasSecondFactor = false
        if case .inUse? = self.factors[key.person] { hasSecondFactor = true }
        let account = self.accounts[key.person]?.account
        return KeyHolder(key: key, account: account.map(self.shown), hasSecondFactor: hasSecondFactor)
    }
}

extension Visitors {
    /// Makes a key with scopes that a test wants.
    package func createKey(
        name: String,
        for person: PersonID? = nil,
        scopes: Set<KeyScope> = [.read, .chat],
        days: Int? = nil
    ) async throws -> Secret {
        guard let wish = KeyWish(name: name, scopes: scopes, days: days),
            let made = try await self.createKey(wish, for: person)
        else { throw NoKey() }
        return made.secret
    }
}

/// Why there is no key: the wish means nothing, or there are too many.
private struct NoKey: Error {}
