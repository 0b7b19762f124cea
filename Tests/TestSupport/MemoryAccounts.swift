package import Accounts
package import Identifiers
package import Observability
import Synchronization

/// The accounts' stores without a disk.
package final class MemoryAccounts: AccountStore, SettingStore {
    private struct State {
        var sessions: [SecretHash: Session] = [:]
        var tokens: [SecretHash: StreamToken] = [:]
        var keys: [SecretHash: APIKey] = [:]
        var settings: [String: String] = [:]
        var admins: Set<PersonID> = []
    }

    private let state = Mutex(State())

    package init() {}

    package func insert(guest: PersonID, session: Session) async throws(AccountStoreError) {
        self.state.withLock { $0.sessions[session.hash] = session }
    }

    package func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session? {
        self.state.withLock { $0.sessions[hash] }
    }

    package func extend(_ hash: SecretHash, until expiresAt: Timestamp) async throws(AccountStoreError) {
        self.state.withLock { state in
            guard let session = state.sessions[hash] else { return }
            state.sessions[hash] = Session(
                hash: hash,
                person: session.person,
                createdAt: session.createdAt,
                expiresAt: expiresAt
            )
        }
    }

    package func insert(_ token: StreamToken) async throws(AccountStoreError) {
        self.state.withLock { $0.tokens[token.hash] = token }
    }

    package func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken? {
        self.state.withLock { $0.tokens[hash] }
    }

    package func insert(_ key: APIKey) async throws(AccountStoreError) {
        self.state.withLock { $0.keys[key.hash] = key }
    }

    package func key(_ hash: SecretHash) async throws(AccountStoreError) -> APIKey? {
        self.state.withLock { $0.keys[hash] }
    }

    /// How many visits there are.
    package var sessionCount: Int { self.state.withLock { $0.sessions.count } }

    package func makeAdmin(_ person: PersonID) async throws(AccountStoreError) {
        _ = self.state.withLock { $0.admins.insert(person) }
    }

    package func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool {
        self.state.withLock { $0.admins.contains(person) }
    }

    package func hasAdmin() async throws(AccountStoreError) -> Bool { self.state.withLock { !$0.admins.isEmpty } }

    package func settings() async throws(AccountStoreError) -> [String: String] {
        self.state.withLock { $0.settings }
    }

    package func set(
        _ name: String,
        to value: String?,
        by who: String,
        at time: Timestamp
    ) async throws(AccountStoreError) {
        self.state.withLock { $0.settings[name] = value }
    }
}
