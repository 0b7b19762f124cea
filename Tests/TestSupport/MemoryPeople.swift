package import Accounts
package import Crypto
package import Identifiers
package import Observability
import Synchronization

extension MemoryAccounts: PeopleStore {
    package func open(_ new: NewAccount) async throws(AccountStoreError) -> AccountOpening {
        self.state.withLock { state in
            let account = new.account
            if state.accounts[account.person] != nil { return .hasAccount }
            if state.accounts.values.contains(where: { $0.account.name == account.name }) { return .nameTaken }
            if case .invitation(let hash) = new.ticket {
                guard let code = state.codes[hash], code.purpose == .invitation, code.expiresAt > account.createdAt
                else {
                    return .noInvitation
                }
                state.codes[hash] = nil
            }
            if account.role == .admin { state.admins.insert(account.person) }
            state.accounts[account.person] = (account, new.password)
            if let session = new.session { state.apply(session) }
            return .opened
        }
    }

    package func account(named name: AccountName) async throws(AccountStoreError) -> (Account, PasswordHash?)? {
        self.state.withLock { state in
            state.accounts.values.first { $0.account.name == name }.map { (state.shown($0.account), $0.password) }
        }
    }

    package func account(of person: PersonID) async throws(AccountStoreError) -> (Account, PasswordHash?)? {
        self.state.withLock { state in state.accounts[person].map { (state.shown($0.account), $0.password) } }
    }

    package func accounts(
        after name: AccountName?,
        containing text: String,
        limit: Int
    ) async throws(AccountStoreError) -> [ListedAccount] {
        self.state.withLock { state in
            let sorted = state.accounts.values.map(\.account).sorted { $0.name.folded < $1.name.folded }
            let found = sorted.filter { account in
                let folded = account.name.folded
                return folded > name?.folded ?? "" && (text.isEmpty || folded.contains(text.lowercased()))
            }
            return found.prefix(limit).map { account in
                var isInUse = false
                if case .inUse? = state.factors[account.person] { isInUse = true }
                let sessions = state.sessions.values.filter { $0.person == account.person }
                return ListedAccount(
                    account: state.shown(account),
                    usedAt: sessions.map(\.usedAt).max(),
                    hasSecondFactor: isInUse
                )
            }
        }
    }

    package func begin(_ session: SessionChange) async throws(AccountStoreError) -> Bool {
        self.state.withLock { state in
            guard state.isEnabled(session.new.person) else { return false }
            state.apply(session)
            return true
        }
    }

    package func changePassword(
        of person: PersonID,
        from old: PasswordHash?,
        to new: PasswordHash,
        keeping session: SecretHash?
    ) async throws(AccountStoreError) -> [SecretHash]? {
        self.state.withLock { state in
            guard let kept = state.accounts[person], kept.password == old else { return nil }
            state.accounts[person]?.password = new
            return state.endSessions(of: person, except: session)
        }
    }

    package func rehash(
        _ old: PasswordHash,
        as new: PasswordHash,
        of person: PersonID
    ) async throws(AccountStoreError) {
        self.state.withLock { state in
            if state.accounts[person]?.password == old { state.accounts[person]?.password = new }
        }
    }

    package func resetPassword(
        of person: PersonID,
        to new: PasswordHash,
        by code: SecretHash,
        at time: Timestamp
    ) async throws(AccountStoreError) -> [SecretHash]? {
        self.state.withLock { state in
            guard state.isEnabled(person), state.spendReset(code, of: person, at: time) else { return nil }
            state.accounts[person]?.password = new
            return state.endSessions(of: person, except: nil)
        }
    }

    package func setDisabled(
        _ person: PersonID,
        since time: Timestamp?
    ) async throws(AccountStoreError) -> AccountChange {
        self.state.withLock { state in
            guard let (account, password) = state.accounts[person] else { return .noAccount }
            if time != nil, state.isLastAdmin(person) { return .lastAdmin }
            let changed = Account(
                person: person,
                name: account.name,
                role: account.role,
                createdAt: account.createdAt,
                disabledAt: time
            )
            state.accounts[person] = (changed, password)
            guard time != nil else { return .done }
            _ = state.endSessions(of: person, except: nil)
            state.tokens = state.tokens.filter { $0.value.person != person }
            state.codes = state.codes.filter { $0.value.purpose != .reset(person) }
            return .done
        }
    }

    package func setRole(_ role: Role, of person: PersonID) async throws(AccountStoreError) -> AccountChange {
        self.state.withLock { state in
            guard state.accounts[person] != nil else { return .noAccount }
            if role == .admin {
                state.admins.insert(person)
                return .done
            }
            if state.isLastAdmin(person) { return .lastAdmin }
            state.admins.remove(person)
            return .done
        }
    }

    package func endSessions(of person: PersonID) async throws(AccountStoreError) -> [SecretHash]? {
        self.state.withLock { state in
            state.accounts[person] == nil ? nil : state.endSessions(of: person, except: nil)
        }
    }

    package func insert(_ code: OneTimeCode) async throws(AccountStoreError) {
        self.state.withLock { state in
            if code.purpose != .invitation { state.codes = state.codes.filter { $0.value.purpose != code.purpose } }
            state.codes[code.hash] = code
        }
    }

    package func invitations(at time: Timestamp) async throws(AccountStoreError) -> [OneTimeCode] {
        self.state.withLock { state in
            let open = state.codes.values.filter { $0.purpose == .invitation && $0.expiresAt > time }
            return Array(
                open.sorted { ($1.expiresAt, $0.hash.rawValue) < ($0.expiresAt, $1.hash.rawValue) }.prefix(200)
            )
        }
    }

    package func remove(invitation hash: SecretHash) async throws(AccountStoreError) {
        self.state.withLock { state in
            if state.codes[hash]?.purpose == .invitation { state.codes[hash] = nil }
        }
    }

    package func setRecoveryCodes(_ codes: [SecretHash], of person: PersonID) async throws(AccountStoreError) {
        self.state.withLock { $0.recovery[person] = codes }
    }

    package func recoveryCodeCount(of person: PersonID) async throws(AccountStoreError) -> Int {
        self.state.withLock { $0.recovery[person]?.count ?? 0 }
    }
}

extension MemoryAccounts {
    package func spendRecoveryCode(_ code: SecretHash, of person: PersonID) async throws(AccountStoreError) -> Bool {
        self.state.withLock { state in
            guard let index = state.recovery[person]?.firstIndex(of: code) else { return false }
            state.recovery[person]?.remove(at: index)
            return true
        }
    }

    package func secondFactor(of person: PersonID) async throws(AccountStoreError) -> SecondFactor? {
        self.state.withLock { $0.factors[person] }
    }

    package func offer(_ secret: TimedSecret, to person: PersonID) async throws(AccountStoreError) -> Bool {
        self.state.withLock { state in
            if case .inUse? = state.factors[person] { return false }
            state.factors[person] = .offered(secret)
            return true
        }
    }

    package func use(
        _ step: Int64,
        of secret: TimedSecret,
        by person: PersonID
    ) async throws(AccountStoreError) -> Bool {
        self.state.withLock { state in
            switch state.factors[person] {
            case .offered(secret)?: break
            case .inUse(secret, let last)? where step > last: break
            default: return false
            }
            state.factors[person] = .inUse(secret, lastStep: step)
            return true
        }
    }

    package func removeSecondFactor(of person: PersonID) async throws(AccountStoreError) {
        self.state.withLock { $0.factors[person] = nil }
    }
}

extension MemoryAccounts.State {
    fileprivate func isLastAdmin(_ person: PersonID) -> Bool {
        guard self.admins.contains(person), self.isEnabled(person) else { return false }
        return !self.admins.contains { $0 != person && self.accounts[$0]?.account.disabledAt == nil }
    }

    fileprivate func isEnabled(_ person: PersonID) -> Bool {
        self.accounts[person].map { $0.account.disabledAt == nil } ?? false
    }

    /// The account with the role that its person has now.
    func shown(_ account: Account) -> Account {
        Account(
            person: account.person,
            name: account.name,
            role: self.admins.contains(account.person) ? .admin : .person,
            createdAt: account.createdAt,
            disabledAt: account.disabledAt
        )
    }

    fileprivate mutating func apply(_ change: SessionChange) {
        self.sessions[change.new.hash] = change.new
        guard let old = change.old else { return }
        for (hash, token) in self.tokens where token.session == old && token.person == change.new.person {
            self.tokens[hash] = token.handed(to: change.new.hash)
        }
        self.end(old)
    }

    fileprivate mutating func spendReset(_ hash: SecretHash, of person: PersonID, at time: Timestamp) -> Bool {
        if let code = self.codes[hash], code.purpose == .reset(person), code.expiresAt > time {
            self.codes[hash] = nil
            return true
        }
        guard let index = self.recovery[person]?.firstIndex(of: hash) else { return false }
        self.recovery[person]?.remove(at: index)
        return true
    }
}

extension StreamToken {
    fileprivate func handed(to session: SecretHash) -> StreamToken {
        StreamToken(
            hash: self.hash,
            person: self.person,
            message: self.message,
            conversation: self.conversation,
            parent: self.parent,
            text: self.text,
            agent: self.agent,
            occasion: self.occasion,
            session: session,
            startsBefore: self.startsBefore
        )
    }
}
