import Accounts
import Crypto
import Identifiers
import Observability
import TestSupport
import Testing

@testable import Persistence

/// What every store of accounts has to do.
@Suite(.timeLimit(.minutes(20))) struct `A store of accounts` {
    private struct Made {
        let stores: Implementation.Stores
        let people: any PeopleStore
        let accounts: any AccountStore
    }

    private func make(_ implementation: Implementation) async throws -> Made {
        let stores = try await implementation.make()
        let people = try #require(stores.accounts as? any PeopleStore)
        return Made(stores: stores, people: people, accounts: stores.accounts)
    }

    private func account(
        _ name: String,
        _ person: PersonID,
        role: Role = .person
    ) throws -> Account {
        Account(person: person, name: try #require(AccountName(name)), role: role, createdAt: .sample)
    }

    private func hash(_ text: String) throws -> PasswordHash {
        try #require(PasswordHash("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$\(text)"))
    }

    private func session(_ name: String, of person: PersonID) -> Session {
        Session(
            hash: SecretHash(rawValue: name),
            person: person,
            createdAt: .sample,
            expiresAt: .sample + .seconds(60)
        )
    }

    private func token(_ name: String, of person: PersonID, session: String) -> StreamToken {
        StreamToken(
            hash: SecretHash(rawValue: name),
            person: person,
            message: name,
            conversation: "talk",
            parent: nil,
            text: "Hi",
            session: SecretHash(rawValue: session),
            startsBefore: .sample
        )
    }

    @Test(arguments: Implementation.allCases)
    func `makes an account of a guest, who goes on with a new session and what was handed to the old one`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        let old = Session.sample(of: .ada).hash
        try await made.accounts.insert(self.token("token", of: .ada, session: old.rawValue))
        let account = try self.account("Ada", .ada)
        let new = self.session("new", of: .ada)

        let change = SessionChange(new: new, old: old)
        let opening = NewAccount(account: account, password: try self.hash("one"), session: change)
        #expect(try await made.people.open(opening) == .opened)

        #expect(try await made.people.account(named: try #require(AccountName("ADA")))?.0 == account)
        #expect(try await made.people.account(of: .ada)?.1 == self.hash("one"))
        #expect(try await made.accounts.visitor(new.hash) == Visitor(session: new, standing: .account(.person)))
        #expect(try await made.accounts.session(old) == nil)
        #expect(try await made.accounts.streamToken(SecretHash(rawValue: "token"))?.session == new.hash)
        let bob = Session.sample(of: .bob)
        #expect(try await made.accounts.visitor(bob.hash) == Visitor(session: bob, standing: .guest))
    }

    @Test(arguments: Implementation.allCases)
    func `lets a name be taken once, and a person have one account`(implementation: Implementation) async throws {
        let made = try await self.make(implementation)
        let first = NewAccount(account: try self.account("Ada", .ada), password: nil)
        #expect(try await made.people.open(first) == .opened)

        let sameName = NewAccount(account: try self.account("aDA", .bob), password: nil)
        #expect(try await made.people.open(sameName) == .nameTaken)
        let samePerson = NewAccount(account: try self.account("Countess", .ada), password: nil)
        #expect(try await made.people.open(samePerson) == .hasAccount)
        let listed = try await made.people.accounts(after: nil, containing: "", limit: 9)
        #expect(listed.map(\.account.name.text) == ["Ada"])
    }

    @Test(arguments: Implementation.allCases)
    func `uses up an invitation with the account that it lets in, and with nothing else`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        let ends = Timestamp.sample + .seconds(1)
        let invitation = OneTimeCode(hash: .init(rawValue: "in"), purpose: .invitation, note: "Ada", expiresAt: ends)
        let old = OneTimeCode(hash: .init(rawValue: "old"), purpose: .invitation, expiresAt: .sample)
        let reset = OneTimeCode(hash: .init(rawValue: "reset"), purpose: .reset(.bob), expiresAt: ends)
        for code in [invitation, old, reset] { try await made.people.insert(code) }
        #expect(try await made.people.invitations(at: .sample) == [invitation])
        func open(_ name: String, _ person: PersonID, _ code: String) async throws -> AccountOpening {
            let ticket = NewAccount.Ticket.invitation(SecretHash(rawValue: code))
            return try await made.people.open(
                NewAccount(account: try self.account(name, person), password: nil, ticket: ticket)
            )
        }
        #expect(try await open("Taken", .named("owner"), "nothing") == .noInvitation)
        #expect(try await open("Taken", .named("owner"), "old") == .noInvitation)
        #expect(try await open("Taken", .named("owner"), "reset") == .noInvitation)
        #expect(try await made.people.open(NewAccount(account: self.account("Taken", .bob), password: nil)) == .opened)
        #expect(try await open("taken", .ada, "in") == .nameTaken)

        #expect(try await open("Ada", .ada, "in") == .opened)

        #expect(try await open("Eve", .named("eve"), "in") == .noInvitation)
        #expect(try await made.people.invitations(at: .sample).isEmpty)
    }

    @Test(arguments: Implementation.allCases)
    func `ends all other sessions with a changed password, and changes it only from the one that it is`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        let opening = NewAccount(account: try self.account("Ada", .ada), password: try self.hash("one"))
        _ = try await made.people.open(opening)
        let (here, there) = (self.session("here", of: .ada), self.session("there", of: .ada))
        for session in [here, there] {
            #expect(try await made.people.begin(SessionChange(new: session, old: nil)))
        }
        try await made.accounts.insert(self.token("token", of: .ada, session: "there"))

        let refused = try await made.people.changePassword(
            of: .ada,
            from: self.hash("wrong"),
            to: self.hash("two"),
            keeping: here.hash
        )
        let ended = try await made.people.changePassword(
            of: .ada,
            from: self.hash("one"),
            to: self.hash("two"),
            keeping: here.hash
        )

        #expect(refused == nil)
        #expect(Set(try #require(ended)) == [there.hash, Session.sample(of: .ada).hash])
        #expect(try await made.people.account(of: .ada)?.1 == self.hash("two"))
        #expect(try await made.accounts.session(here.hash) == here)
        #expect(try await made.accounts.session(there.hash) == nil)
        #expect(try await made.accounts.streamToken(SecretHash(rawValue: "token")) == nil)
        #expect(try await made.accounts.session(Session.sample(of: .bob).hash) != nil)
        try await made.people.rehash(self.hash("one"), as: self.hash("three"), of: .ada)
        #expect(try await made.people.account(of: .ada)?.1 == self.hash("two"))
        try await made.people.rehash(self.hash("two"), as: self.hash("three"), of: .ada)
        #expect(try await made.people.account(of: .ada)?.1 == self.hash("three"))
    }

    @Test(arguments: Implementation.allCases)
    func `takes a code for a new password once, and only its owner's`(implementation: Implementation) async throws {
        let made = try await self.make(implementation)
        for (name, person) in [("Ada", PersonID.ada), ("Bob", .bob)] {
            _ = try await made.people.open(NewAccount(account: self.account(name, person), password: nil))
        }
        let ends = Timestamp.sample + .seconds(1)
        let (first, second) = (SecretHash(rawValue: "first"), SecretHash(rawValue: "second"))
        for code in [first, second] {
            try await made.people.insert(OneTimeCode(hash: code, purpose: .reset(.ada), expiresAt: ends))
        }
        let recovery = ["a", "b", "c"].map(SecretHash.init(rawValue:))
        try await made.people.setRecoveryCodes(recovery, of: .ada)
        func reset(_ person: PersonID, _ code: SecretHash, at time: Timestamp = .sample) async throws -> [SecretHash]? {
            try await made.people.resetPassword(of: person, to: self.hash("new"), by: code, at: time)
        }

        #expect(try await reset(.bob, second) == nil)
        #expect(try await reset(.bob, recovery[0]) == nil)
        #expect(try await reset(.ada, first) == nil)
        #expect(try await reset(.ada, second) == [Session.sample(of: .ada).hash])
        #expect(try await reset(.ada, second) == nil)
        #expect(try await reset(.ada, recovery[1]) == [])
        #expect(try await reset(.ada, recovery[1]) == nil)
        #expect(try await made.people.recoveryCodeCount(of: .ada) == 2)
        try await made.people.setRecoveryCodes([first], of: .ada)
        #expect(try await reset(.ada, recovery[2]) == nil)
        try await made.people.insert(OneTimeCode(hash: second, purpose: .reset(.ada), expiresAt: ends))
        #expect(try await reset(.ada, second, at: ends) == nil)
        #expect(try await made.people.account(of: .bob)?.1 == nil)
    }

    @Test(arguments: Implementation.allCases)
    func `ends everything that opens something for an account that is disabled, until it is enabled`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        let old = Session.sample(of: .ada)
        _ = try await made.people.open(NewAccount(account: self.account("Ada", .ada), password: self.hash("one")))
        try await made.accounts.insert(self.token("token", of: .ada, session: "none that is known"))
        let reset = OneTimeCode(hash: .init(rawValue: "reset"), purpose: .reset(.ada), expiresAt: .sample + .seconds(9))
        try await made.people.insert(reset)

        #expect(try await made.people.setDisabled(.ada, since: .sample) == .done)

        #expect(try await made.people.account(of: .ada)?.0.disabledAt == .sample)
        #expect(try await made.accounts.visitor(old.hash) == nil)
        #expect(try await made.accounts.streamToken(SecretHash(rawValue: "token")) == nil)
        let change = SessionChange(new: self.session("new", of: .ada), old: nil)
        #expect(try await !made.people.begin(change))
        let changed = try await made.people.resetPassword(of: .ada, to: self.hash("x"), by: reset.hash, at: .sample)
        #expect(changed == nil)
        #expect(try await made.people.setDisabled(.ada, since: nil) == .done)
        #expect(try await made.people.begin(change))
        #expect(try await made.people.setDisabled(.bob, since: .sample) == .noAccount)
    }

    @Test(arguments: Implementation.allCases)
    func `keeps one admin at least`(implementation: Implementation) async throws {
        let made = try await self.make(implementation)
        for (name, person) in [("Ada", PersonID.ada), ("Bob", .bob)] {
            _ = try await made.people.open(NewAccount(account: self.account(name, person, role: .admin), password: nil))
        }

        #expect(try await made.people.setDisabled(.ada, since: .sample) == .done)
        #expect(try await made.people.setDisabled(.bob, since: .sample) == .lastAdmin)
        #expect(try await made.people.setDisabled(.ada, since: nil) == .done)
        #expect(try await made.people.setDisabled(.bob, since: .sample) == .done)
        #expect(try await made.accounts.isAdmin(.ada))
    }

    @Test(arguments: Implementation.allCases)
    func `lists accounts in the order of their names, page by page`(implementation: Implementation) async throws {
        let made = try await self.make(implementation)
        let names = (0..<25).map { "name\($0 * 7 % 25 + 10)" }
        for name in names {
            _ = try await made.people.open(NewAccount(account: self.account(name, .named(name)), password: nil))
        }
        var listed: [String] = []
        while true {
            let last = listed.last.flatMap(AccountName.init)
            let page = try await made.people.accounts(after: last, containing: "", limit: 10)
            listed += page.map(\.account.name.text)
            if page.count < 10 { break }
        }

        #expect(listed == names.sorted())
        let found = try await made.people.accounts(after: AccountName("name15"), containing: "E2", limit: 3)
        #expect(found.map(\.account.name.text) == ["name20", "name21", "name22"])
        #expect(try await made.people.accounts(after: nil, containing: "%", limit: 3).isEmpty)
    }

    @Test(arguments: Implementation.allCases)
    func `tells of each account when it was last used and whether it has a second factor`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        for (name, person) in [("Ada", PersonID.ada), ("Bob", .bob)] {
            _ = try await made.people.open(NewAccount(account: self.account(name, person), password: self.hash("one")))
        }
        var random = SeededGenerator(seed: 7)
        let secret = TimedSecret(using: &random)
        #expect(try await made.people.offer(secret, to: .ada))
        var used = self.session("used", of: .ada)
        used.usedAt = .sample + .seconds(30)
        #expect(try await made.people.begin(SessionChange(new: used, old: nil)))

        func listed() async throws -> [ListedAccount] {
            try await made.people.accounts(after: nil, containing: "", limit: 9)
        }
        #expect(try await listed().map(\.hasSecondFactor) == [false, false])
        #expect(try await listed().first?.usedAt == used.usedAt)
        #expect(try await made.people.use(1, of: secret, by: .ada))
        #expect(try await listed().map(\.hasSecondFactor) == [true, false])

        let ended = try await made.people.endSessions(of: .ada)
        #expect(ended?.contains(used.hash) == true)
        #expect(try await made.accounts.visitor(used.hash) == nil)
        #expect(try await listed().first?.usedAt == nil)
        #expect(try await made.people.endSessions(of: .named("nobody")) == nil)
    }

    @Test(arguments: Implementation.allCases)
    func `makes an admin of an account and takes it back, but never of the last one`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        for (name, person) in [("Ada", PersonID.ada), ("Bob", .bob)] {
            _ = try await made.people.open(NewAccount(account: self.account(name, person), password: nil))
        }

        #expect(try await made.people.setRole(.admin, of: .ada) == .done)
        #expect(try await made.people.setRole(.person, of: .ada) == .lastAdmin)
        #expect(try await made.accounts.isAdmin(.ada))
        #expect(try await made.people.setRole(.admin, of: .bob) == .done)
        #expect(try await made.people.setDisabled(.bob, since: .sample) == .done)
        #expect(try await made.people.setRole(.person, of: .ada) == .lastAdmin)
        #expect(try await made.people.setDisabled(.bob, since: nil) == .done)
        #expect(try await made.people.setRole(.person, of: .ada) == .done)
        #expect(try await !made.accounts.isAdmin(.ada))
        #expect(try await made.people.account(of: .ada)?.0.role == .person)
        #expect(try await made.people.setRole(.admin, of: .named("nobody")) == .noAccount)
    }

    @Test(arguments: Implementation.allCases)
    func `keeps a second factor as it is offered, used once for each half minute, and removed`(
        implementation: Implementation
    ) async throws {
        let made = try await self.make(implementation)
        var random = SeededGenerator(seed: 1)
        let (first, second) = (TimedSecret(using: &random), TimedSecret(using: &random))
        _ = try await made.people.open(NewAccount(account: self.account("Ada", .ada), password: nil))
        let session = Session.sample(of: .ada).hash
        #expect(try await made.people.secondFactor(of: .ada) == nil)
        #expect(try await !made.people.use(7, of: first, by: .ada))

        #expect(try await made.people.offer(first, to: .ada))
        #expect(try await made.people.offer(second, to: .ada))
        #expect(try await made.people.secondFactor(of: .ada) == .offered(second))
        #expect(try await made.accounts.visitor(session)?.hasSecondFactor == false)
        #expect(try await !made.people.use(7, of: first, by: .ada))
        #expect(try await made.people.use(7, of: second, by: .ada))

        #expect(try await made.people.secondFactor(of: .ada) == .inUse(second, lastStep: 7))
        #expect(try await made.accounts.visitor(session)?.hasSecondFactor == true)
        #expect(try await !made.people.offer(first, to: .ada))
        #expect(try await !made.people.use(7, of: second, by: .ada))
        #expect(try await !made.people.use(6, of: second, by: .ada))
        #expect(try await made.people.use(8, of: second, by: .ada))
        #expect(try await made.people.secondFactor(of: .bob) == nil)
        let code = SecretHash(rawValue: "code")
        try await made.people.setRecoveryCodes([code], of: .ada)
        #expect(try await !made.people.spendRecoveryCode(code, of: .bob))
        #expect(try await made.people.spendRecoveryCode(code, of: .ada))
        #expect(try await !made.people.spendRecoveryCode(code, of: .ada))
        try await made.people.removeSecondFactor(of: .ada)
        #expect(try await made.people.secondFactor(of: .ada) == nil)
        #expect(try await made.accounts.visitor(session)?.hasSecondFactor == false)
    }
}
