package import Identifiers

extension People {
    /// Makes a key in the name of somebody with an account, for whoever knows the password; its secret is shown this once.
    ///
    /// Where an identity provider vouches for people there are no passwords to know.
    package func makeKey(
        _ wish: KeyWish,
        for person: PersonID,
        password: String?
    ) async throws -> (secret: Secret, key: APIKey) {
        guard self.policy.admission == .jwt else {
            return try await self.makeKey(wish, for: try await self.confirmed(person, by: password ?? "").0)
        }
        guard let account = try await self.account(of: person) else { throw PeopleError.noAccount }
        return try await self.makeKey(wish, for: account)
    }

    /// Makes a key in the name of an account, as the operator wishes.
    package func makeKey(_ wish: KeyWish, for account: Account) async throws -> (secret: Secret, key: APIKey) {
        guard !wish.scopes.contains(.admin) || account.role == .admin else { throw PeopleError.noAdmin }
        guard let made = try await self.visitors.createKey(wish, for: account.person) else {
            throw PeopleError.tooManyKeys
        }
        return made
    }

    /// The keys of a person, or of everybody, the newest first.
    package func keys(of person: PersonID?) async throws -> [KeyHolder] { try await self.visitors.keys(of: person) }

    /// Ends a key and every stream that it has open; says whether the person, or anybody, has one of that id.
    package func endKey(_ id: String, of person: PersonID?) async throws -> Bool {
        guard let ended = try await self.visitors.endKey(id, of: person) else { return false }
        self.doors.ended(ended.hash)
        return true
    }
}
