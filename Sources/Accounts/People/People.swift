package import Crypto
package import Identifiers
package import Observability

/// Knows people with accounts: makes them, lets them in, and shuts them out, with everything that is open for them.
package struct People: Sendable {
    /// How long codes stay good.
    private static let resetLifetime = Duration.seconds(24 * 3600)
    package static let recoveryCodeCount = 10

    package let policy: AccessPolicy
    let store: any PeopleStore
    let visitors: Visitors
    let admins: AdminDoor
    let hasher: PasswordHasher
    let throttle: LoginThrottle
    let doors: any OpenDoors
    let time: TimeSource

    package init(
        policy: AccessPolicy,
        store: any PeopleStore,
        visitors: Visitors,
        admins: AdminDoor,
        hasher: PasswordHasher,
        throttle: LoginThrottle,
        doors: any OpenDoors,
        time: TimeSource
    ) {
        self.policy = policy
        self.store = store
        self.visitors = visitors
        self.admins = admins
        self.hasher = hasher
        self.throttle = throttle
        self.doors = doors
        self.time = time
    }

    /// Where somebody signs in or up from.
    package struct Origin: Sendable {
        /// `nil` for one that many share, which nobody has to wait for.
        package let address: String?
        package let device: String?
        /// With what the browser came, if that is known here.
        package let visitor: Visitor?

        package init(address: String?, device: String?, visitor: Visitor?) {
            self.address = address
            self.device = device
            self.visitor = visitor
        }

        fileprivate var guest: PersonID? { self.visitor.flatMap { $0.standing == .guest ? $0.session.person : nil } }
        fileprivate var addressDoor: [LoginThrottle.Door] { self.address.map { [.address($0)] } ?? [] }
    }

    // MARK: Signing up

    /// Makes an account: of the guest that the browser was, with all that is theirs, or of nobody known.
    ///
    /// `code` is an invitation, or the code that makes an admin. Returns the account and the new session's secret.
    package func signUp(
        as name: String,
        password: String,
        code: String?,
        from origin: Origin
    ) async throws -> (account: Account, session: Secret) {
        if let wait = self.throttle.attempt(at: origin.addressDoor) { throw PeopleError.tooManyAttempts(wait: wait) }
        if case .account? = origin.visitor?.standing { throw PeopleError.hasAccount }
        let name = try Self.name(name)
        let isAdminCode = if let code { await self.admins.accepts(code) } else { false }
        let ticket: NewAccount.Ticket = isAdminCode ? .none : try self.ticket(code)
        let hash = try await self.hash(try Self.password(password, for: name))
        let person = origin.guest ?? Self.newPerson()
        let (session, secret) = self.visitors.makeSession(of: person, on: origin.device)
        let (store, now) = (self.store, self.time.now())
        let open: @Sendable (Role) async throws -> Account = { role in
            let account = Account(person: person, name: name, role: role, createdAt: now)
            let change = SessionChange(new: session, old: origin.visitor?.session.hash)
            let new = NewAccount(account: account, password: hash, ticket: ticket, session: change)
            try Self.check(try await store.open(new))
            return account
        }
        let account: Account
        if isAdminCode, let code {
            guard let made = try await self.admins.spend(code, on: { try await open(.admin) }) else {
                throw PeopleError.noInvitation
            }
            account = made
        } else {
            account = try await open(.person)
        }
        self.settle(origin.visitor?.session, session)
        return (account, secret)
    }

    private func ticket(_ code: String?) throws -> NewAccount.Ticket {
        switch self.policy.signUp {
        case .open: return .none
        case .closed where code == nil: throw PeopleError.signUpClosed
        case .invitation, .closed:
            // Closed is closed, but what an admin has handed out opens it.
            guard let code = code.flatMap(SpokenCode.init(reading:)) else { throw PeopleError.noInvitation }
            return .invitation(code.hash)
        }
    }

    // MARK: Signing in

    /// Lets somebody in, in the same time whether the name or the password is the wrong one.
    ///
    /// `secondFactor` is six digits of the owner's app or a recovery code, where the account asks for them. With `handOver`
    /// what the browser has as a guest becomes the account's: it is called once it is clear that they may come in, and before
    /// the guest's session ends, so that whatever stops it leaves a browser that can try again.
    package func logIn(
        as typed: String,
        password: String,
        secondFactor: String? = nil,
        from origin: Origin,
        handOver: (@Sendable (_ guest: PersonID, _ account: PersonID) async throws -> Void)? = nil
    ) async throws -> (account: Account, session: Secret) {
        let name = AccountName(typed)
        let doors = [.account(name?.folded ?? "")] + origin.addressDoor
        if let wait = self.throttle.attempt(at: doors) { throw PeopleError.tooManyAttempts(wait: wait) }
        let found: (Account, PasswordHash?)? = if let name { try await self.store.account(named: name) } else { nil }
        guard try await self.verify(password, against: found?.1), let (account, kept) = found, let hash = kept else {
            throw PeopleError.wrongCredentials
        }
        if case .inUse? = try await self.store.secondFactor(of: account.person), secondFactor == nil {
            throw PeopleError.secondFactorNeeded
        }
        try await self.checkSecondFactor(of: account.person, secondFactor ?? "")
        self.throttle.succeeded(at: doors)
        if self.hasher.isOutdated(hash) {
            // It is good as it is; where it cannot be exchanged now, the next login tries again.
            if let new = try? await self.hash(password) {
                try? await self.store.rehash(hash, as: new, of: account.person)
            }
        }
        let (session, secret) = self.visitors.makeSession(of: account.person, on: origin.device)
        let change = SessionChange(new: session, old: origin.visitor?.session.hash)
        guard account.disabledAt == nil else { throw PeopleError.disabled }
        let guest = handOver == nil ? nil : origin.guest
        if let handOver, let guest { try await handOver(guest, account.person) }
        guard try await self.store.begin(change) else { throw PeopleError.disabled }
        if let guest { self.doors.passed(guest, to: account.person) }
        self.settle(origin.visitor?.session, session, isHandedOver: guest != nil)
        return (account, secret)
    }

    /// Ends a session and what it has open.
    package func logOut(_ session: Session) async throws {
        try await self.visitors.end(session)
        self.doors.ended(session.hash)
    }

    /// What a browser had open goes on where it is the same person's or was handed over, and ends where it is not.
    func settle(_ old: Session?, _ new: Session, isHandedOver: Bool = false) {
        guard let old else { return }
        if old.person == new.person || isHandedOver {
            self.doors.replaced(old.hash, by: new.hash)
        } else {
            self.doors.ended(old.hash)
        }
    }

    // MARK: The second factor

    /// Whether the account asks for more than the password.
    package func hasSecondFactor(_ person: PersonID) async throws -> Bool {
        if case .inUse? = try await self.store.secondFactor(of: person) { true } else { false }
    }

    /// Makes a secret for the owner's app; it is asked for once they have shown that the app knows it.
    package func offerSecondFactor(to person: PersonID, password: String) async throws -> (TimedSecret, AccountName) {
        let (account, _) = try await self.confirmed(person, by: password)
        var random = SecureRandom()
        let secret = TimedSecret(using: &random)
        guard try await self.store.offer(secret, to: person) else { throw PeopleError.hasSecondFactor }
        return (secret, account.name)
    }

    /// Takes up the secret that was offered, with the digits that the app shows for it.
    package func takeUpSecondFactor(of person: PersonID, digits: String) async throws {
        guard let account = try await self.store.account(of: person)?.0 else { throw PeopleError.noAccount }
        let doors = [LoginThrottle.Door.account(account.name.folded)]
        if let wait = self.throttle.attempt(at: doors) { throw PeopleError.tooManyAttempts(wait: wait) }
        switch try await self.store.secondFactor(of: person) {
        case .offered(let secret)?:
            guard try await self.uses(digits, of: secret, after: nil, by: person) else {
                throw PeopleError.wrongSecondFactor
            }
        case .inUse?: throw PeopleError.hasSecondFactor
        case nil: throw PeopleError.noSecondFactor
        }
        self.throttle.succeeded(at: doors)
    }

    /// Asks for it no more, for whoever knows the password and can still show it, or a recovery code.
    package func switchOffSecondFactor(of person: PersonID, password: String, shown: String) async throws {
        _ = try await self.confirmed(person, by: password, and: shown)
        try await self.store.removeSecondFactor(of: person)
    }

    /// Throws unless what was shown is what the account asks for; it asks for nothing without a second factor.
    private func checkSecondFactor(of person: PersonID, _ shown: String) async throws {
        guard case .inUse(let secret, let last)? = try await self.store.secondFactor(of: person) else { return }
        if try await self.uses(shown, of: secret, after: last, by: person) { return }
        if let code = SpokenCode(reading: shown), try await self.store.spendRecoveryCode(code.hash, of: person) {
            return
        }
        throw PeopleError.wrongSecondFactor
    }

    private func uses(
        _ digits: String,
        of secret: TimedSecret,
        after last: Int64?,
        by person: PersonID
    ) async throws -> Bool {
        guard let step = secret.step(of: digits, at: self.time.now(), after: last) else { return false }
        return try await self.store.use(step, of: secret, by: person)
    }

    // MARK: Passwords

    /// Changes the password of whoever knows it, and ends their other sessions.
    package func changePassword(
        of person: PersonID,
        from old: String,
        to new: String,
        keeping session: SecretHash?
    ) async throws {
        let (account, hash) = try await self.confirmed(person, by: old)
        let changed = try await self.hash(try Self.password(new, for: account.name))
        let ended = try await self.store.changePassword(of: person, from: hash, to: changed, keeping: session)
        guard let ended else { throw PeopleError.wrongCredentials }
        ended.forEach(self.doors.ended)
    }

    /// Sets the password of an account by a code that an admin made for it, or by one of its recovery codes; ends every
    /// session, and returns whose they were.
    package func resetPassword(
        of typed: String,
        by code: String,
        to password: String,
        from origin: Origin
    ) async throws -> PersonID {
        let name = try Self.name(typed)
        // What is wrong with the password is told whoever asks, so that it tells nothing of the account.
        let new = try Self.password(password, for: name)
        let doors = [.account(name.folded)] + origin.addressDoor
        if let wait = self.throttle.attempt(at: doors) { throw PeopleError.tooManyAttempts(wait: wait) }
        let found = try await self.store.account(named: name)
        let hash = try await self.hash(new)
        guard let (account, _) = found, account.disabledAt == nil, let code = SpokenCode(reading: code) else {
            throw PeopleError.wrongCode
        }
        let person = account.person
        let ended = try await self.store.resetPassword(of: person, to: hash, by: code.hash, at: self.time.now())
        guard let ended else { throw PeopleError.wrongCode }
        self.throttle.succeeded(at: doors)
        ended.forEach(self.doors.ended)
        return person
    }

    /// Makes recovery codes, in place of those there are, for whoever knows the password; they are shown this once.
    package func makeRecoveryCodes(for person: PersonID, password: String) async throws -> [SpokenCode] {
        _ = try await self.confirmed(person, by: password)
        var random = SecureRandom()
        let codes = (0..<Self.recoveryCodeCount).map { _ in SpokenCode(using: &random) }
        try await self.store.setRecoveryCodes(codes.map(\.hash), of: person)
        return codes
    }

    package func recoveryCodeCount(of person: PersonID) async throws -> Int {
        try await self.store.recoveryCodeCount(of: person)
    }

    /// The account of somebody who is signed in, once they have said their password.
    func confirmed(
        _ person: PersonID,
        by password: String,
        and shown: String? = nil
    ) async throws -> (Account, PasswordHash?) {
        guard let (account, hash) = try await self.store.account(of: person) else { throw PeopleError.noAccount }
        let doors = [LoginThrottle.Door.account(account.name.folded)]
        if let wait = self.throttle.attempt(at: doors) { throw PeopleError.tooManyAttempts(wait: wait) }
        guard try await self.verify(password, against: hash) else { throw PeopleError.wrongCredentials }
        if let shown { try await self.checkSecondFactor(of: person, shown) }
        self.throttle.succeeded(at: doors)
        return (account, hash)
    }

    // MARK: What admins do

    package func account(of person: PersonID) async throws -> Account? { try await self.store.account(of: person)?.0 }

    package func account(named name: String) async throws -> Account? {
        guard let name = AccountName(name) else { return nil }
        return try await self.store.account(named: name)?.0
    }

    /// Accounts in the order of their names, all or those in whose name the text is.
    package func accounts(
        after name: AccountName? = nil,
        containing text: String = "",
        limit: Int
    ) async throws -> [ListedAccount] {
        try await self.store.accounts(after: name, containing: text, limit: limit)
    }

    /// Makes an account without a password, and the code with which its owner chooses one.
    package func makeAccount(named text: String, role: Role) async throws -> (account: Account, code: SpokenCode) {
        let account = Account(
            person: Self.newPerson(),
            name: try Self.name(text),
            role: role,
            createdAt: self.time.now()
        )
        try Self.check(try await self.store.open(NewAccount(account: account, password: nil)))
        return (account, try await self.makeResetCode(for: account.person))
    }

    /// Switches off the second factor of somebody who has lost it and their recovery codes.
    package func resetSecondFactor(of person: PersonID) async throws {
        guard try await self.store.account(of: person) != nil else { throw PeopleError.noAccount }
        try await self.store.removeSecondFactor(of: person)
    }

    /// Makes a code with which the account's owner chooses a new password within a day.
    package func makeResetCode(for person: PersonID) async throws -> SpokenCode {
        guard try await self.store.account(of: person) != nil else { throw PeopleError.noAccount }
        return try await self.makeCode(.reset(person), lifetime: Self.resetLifetime).code
    }

    /// Makes a code with which somebody can sign up.
    package func invite(note: String, lifetime: Duration) async throws -> (code: SpokenCode, kept: OneTimeCode) {
        try await self.makeCode(.invitation, note: note, lifetime: lifetime)
    }

    private func makeCode(
        _ purpose: OneTimeCode.Purpose,
        note: String = "",
        lifetime: Duration
    ) async throws -> (code: SpokenCode, kept: OneTimeCode) {
        var random = SecureRandom()
        let code = SpokenCode(using: &random)
        let kept = OneTimeCode(hash: code.hash, purpose: purpose, note: note, expiresAt: self.time.now() + lifetime)
        try await self.store.insert(kept)
        return (code, kept)
    }

    package func invitations() async throws -> [OneTimeCode] {
        try await self.store.invitations(at: self.time.now())
    }

    /// Takes an invitation back; says whether there was one of that id.
    package func withdrawInvitation(_ id: String) async throws -> Bool {
        guard let invitation = try await self.invitations().first(where: { $0.id == id }) else { return false }
        try await self.store.remove(invitation: invitation.hash)
        return true
    }

    /// Disables an account: its sessions, its streams and whatever else opens something for it end at once.
    package func disable(_ person: PersonID) async throws {
        try Self.check(try await self.store.setDisabled(person, since: self.time.now()))
        self.doors.shutOut(person)
    }

    package func enable(_ person: PersonID) async throws {
        try Self.check(try await self.store.setDisabled(person, since: nil))
        self.doors.letIn(person)
    }

    package func setRole(_ role: Role, of person: PersonID) async throws {
        try Self.check(try await self.store.setRole(role, of: person))
    }

    /// Signs an account out everywhere, with all that is open there.
    package func endSessions(of person: PersonID) async throws {
        guard let ended = try await self.store.endSessions(of: person) else { throw PeopleError.noAccount }
        ended.forEach(self.doors.ended)
    }

    // MARK: Steps

    private static func newPerson() -> PersonID {
        var random = SecureRandom()
        return PersonID(using: &random)
    }

    private static func name(_ text: String) throws(PeopleError) -> AccountName {
        guard let name = AccountName(text) else { throw .unusableName }
        return name
    }

    private static func password(_ text: String, for name: AccountName) throws(PeopleError) -> String {
        do throws(NewPassword.Problem) {
            return try NewPassword(text, for: name).text
        } catch {
            throw .unusablePassword(error)
        }
    }

    private static func check(_ opening: AccountOpening) throws(PeopleError) {
        switch opening {
        case .opened: break
        case .nameTaken: throw .nameTaken
        case .hasAccount: throw .hasAccount
        case .noInvitation: throw .noInvitation
        }
    }

    private static func check(_ change: AccountChange) throws(PeopleError) {
        switch change {
        case .done: break
        case .noAccount: throw .noAccount
        case .lastAdmin: throw .lastAdmin
        }
    }

    private func hash(_ password: String) async throws(PeopleError) -> PasswordHash {
        do throws(PasswordHasher.Failure) {
            return try await self.hasher.hash(password)
        } catch {
            throw .busy
        }
    }

    private func verify(_ password: String, against hash: PasswordHash?) async throws(PeopleError) -> Bool {
        // What is longer than any password is none, and costs the server nothing.
        guard password.utf8.count <= 4 * NewPassword.longest else { return false }
        do throws(PasswordHasher.Failure) {
            return try await self.hasher.verify(password, against: hash)
        } catch {
            throw .busy
        }
    }
}
