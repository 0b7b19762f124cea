internal import Crypto
internal import Identifiers
internal import Observability

extension People {
    /// How long a browser's session is good that a token began, however long the token is.
    private static let longestIdentitySession = Duration.seconds(86_400)

    /// The account of somebody whom the identity provider vouches for; made with their first visit.
    package func account(of identity: Identity) async throws -> Account {
        let person = identity.person
        if let account = try await self.store.account(of: person)?.0 {
            return try Self.enabled(account)
        }
        for name in [identity.accountName, Self.otherName(for: person)] {
            let account = Account(person: person, name: name, role: .person, createdAt: self.time.now())
            switch try await self.store.open(NewAccount(account: account, password: nil)) {
            case .opened: return account
            case .nameTaken: continue
            case .hasAccount, .noInvitation:
                // Made by another request of theirs a moment ago.
                guard let account = try await self.store.account(of: person)?.0 else {
                    throw PeopleError.noAccount
                }
                return try Self.enabled(account)
            }
        }
        throw PeopleError.nameTaken
    }

    private static func enabled(_ account: Account) throws -> Account {
        guard account.disabledAt == nil else { throw PeopleError.disabled }
        return account
    }

    /// A name for somebody whose own is taken here, by an account of before.
    private static func otherName(for person: PersonID) -> AccountName {
        let made = "person-" + SHA256.digest(of: person.rawValue).hex.prefix(12)
        guard let name = AccountName(made) else {
            preconditionFailure("\(made) is no name of an account")
        }
        return name
    }

    /// Begins a session of a browser for as long as the token is good, at most a day.
    package func begin(
        with identity: Identity,
        from origin: Origin
    ) async throws -> (
        account: Account, session: Secret
    ) {
        let account = try await self.account(of: identity)
        var (session, secret) = self.visitors.makeSession(of: account.person, on: origin.device)
        let end = Timestamp(milliseconds: Int64(min(identity.endsAt, 253_402_300_799) * 1000))
        session.expiresAt = min(end, session.createdAt + Self.longestIdentitySession)
        let change = SessionChange(new: session, old: origin.visitor?.session.hash)
        guard try await self.store.begin(change) else { throw PeopleError.disabled }
        self.settle(origin.visitor?.session, session)
        return (account, secret)
    }
}
