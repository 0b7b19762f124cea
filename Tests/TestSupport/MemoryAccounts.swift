package import Accounts
import Crypto
package import Identifiers
import Synchronization

/// The accounts' stores without a disk.
package final class MemoryAccounts: AccountStore, SettingStore {
    struct State {
        var sessions: [SecretHash: Session] = [:]
        var tokens: [SecretHash: StreamToken] = [:]
        var keys: [SecretHash: APIKey] = [:]
        var settings: [String: KeptSetting] = [:]
        /// Newest first.
        var changes: [SettingChange] = []
        var comparison: KeptComparison?
        var admins: Set<PersonID> = []
        var updates = 0
        var keyUses = 0
        var accounts: [PersonID: (account: Account, password: PasswordHash?)] = [:]
        var codes: [SecretHash: OneTimeCode] = [:]
        var recovery: [PersonID: [SecretHash]] = [:]
        var factors: [PersonID: SecondFactor] = [:]

        /// Ends sessions of a person, and what was handed to them.
        mutating func endSessions(of person: PersonID, except kept: SecretHash?) -> [SecretHash] {
            let ended = self.sessions.values.filter { $0.person == person && $0.hash != kept }.map(\.hash)
            for hash in ended { self.end(hash) }
            return ended
        }

        mutating func end(_ hash: SecretHash) {
            self.sessions[hash] = nil
            self.tokens = self.tokens.filter { $0.value.session != hash }
        }
    }

    let state = Mutex(State())

    package init() {}

    package func insert(guest: PersonID, session: Session) async throws(AccountStoreError) {
        self.state.withLock { $0.sessions[session.hash] = session }
    }

    package func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session? {
        self.state.withLock { $0.sessions[hash] }
    }

    package func visitor(_ hash: SecretHash) async throws(AccountStoreError) -> Visitor? {
        self.state.withLock { state in
            guard let session = state.sessions[hash] else { return nil }
            guard let account = state.accounts[session.person]?.account else {
                return Visitor(session: session, standing: .guest)
            }
            let role: Role = state.admins.contains(session.person) ? .admin : .person
            let standing: Standing = account.disabledAt == nil ? .account(role) : .disabled
            var hasSecondFactor = false
            if case .inUse? = state.factors[session.person] { hasSecondFactor = true }
            return Visitor(session: session, standing: standing, hasSecondFactor: hasSecondFactor)
        }
    }

    package func sessions(of person: PersonID) async throws(AccountStoreError) -> [Session] {
        self.state.withLock { state in
            let own = state.sessions.values.filter { $0.person == person }
            return Array(
                own.sorted { ($1.usedAt, $0.hash.rawValue) < ($0.usedAt, $1.hash.rawValue) }.prefix(100)
            )
        }
    }

    package func update(_ session: Session) async throws(AccountStoreError) {
        self.state.withLock { state in
            state.updates += 1
            if state.sessions[session.hash] != nil { state.sessions[session.hash] = session }
        }
    }

    package func end(_ hash: SecretHash) async throws(AccountStoreError) {
        self.state.withLock { $0.end(hash) }
    }

    package func insert(_ token: StreamToken) async throws(AccountStoreError) {
        self.state.withLock { $0.tokens[token.hash] = token }
    }

    package func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken? {
        self.state.withLock { $0.tokens[hash] }
    }

    /// How often a visit was written down again.
    package var updateCount: Int { self.state.withLock { $0.updates } }

    /// How many visits there are.
    package var sessionCount: Int { self.state.withLock { $0.sessions.count } }

    package func makeAdmin(_ person: PersonID) async throws(AccountStoreError) {
        _ = self.state.withLock { $0.admins.insert(person) }
    }

    package func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool {
        self.state.withLock { $0.admins.contains(person) }
    }

    package func hasAdmin() async throws(AccountStoreError) -> Bool { self.state.withLock { !$0.admins.isEmpty } }

    package func settings() async throws(AccountStoreError) -> [String: KeptSetting] {
        self.state.withLock { $0.settings }
    }

    package func make(_ changes: [SettingChange]) async throws(AccountStoreError) {
        self.state.withLock { state in
            for change in changes {
                state.settings[change.name] = change.value.map { KeptSetting(value: $0, by: change.by) }
                state.changes.insert(change, at: 0)
            }
        }
    }

    package func changes(limit: Int) async throws(AccountStoreError) -> [SettingChange] {
        self.state.withLock { Array($0.changes.prefix(limit)) }
    }

    package func comparison() async throws(AccountStoreError) -> KeptComparison? {
        self.state.withLock { $0.comparison }
    }

    package func keep(_ comparison: KeptComparison) async throws(AccountStoreError) {
        self.state.withLock { $0.comparison = comparison }
    }

    package func note(_ verdict: String, onNewestChangeOf name: String) async throws(AccountStoreError) {
        self.state.withLock { state in
            guard let index = state.changes.firstIndex(where: { $0.name == name }) else { return }
            let change = state.changes[index]
            state.changes[index] = SettingChange(
                name: name,
                value: change.value,
                from: change.from,
                to: change.to,
                by: change.by,
                at: change.at,
                why: change.why,
                verdict: verdict
            )
        }
    }
}
