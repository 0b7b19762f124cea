package import Crypto
package import Identifiers
package import Observability

/// Where accounts are kept.
///
/// Every write is one transaction, and returns once it is on disk.
package protocol PeopleStore: Sendable {
    /// Makes an account, unless something stands against it.
    func open(_ account: NewAccount) async throws(AccountStoreError) -> AccountOpening

    /// The account of a name, and what is kept of its password.
    func account(named name: AccountName) async throws(AccountStoreError) -> (Account, PasswordHash?)?

    func account(of person: PersonID) async throws(AccountStoreError) -> (Account, PasswordHash?)?

    /// The accounts behind a name, in the order of their names; `nil` for the first ones. Only those in whose name the text
    /// is, in whatever letters; an empty one is in each.
    func accounts(
        after name: AccountName?,
        containing text: String,
        limit: Int
    ) async throws(AccountStoreError) -> [ListedAccount]

    /// Signs an account in, and returns `false` when it is disabled or gone: then nothing has changed.
    func begin(_ session: SessionChange) async throws(AccountStoreError) -> Bool

    /// Exchanges a password for another if it still is the one given; ends all sessions but one, and returns those that it
    /// ended. `nil` when it is another password meanwhile.
    func changePassword(
        of person: PersonID,
        from old: PasswordHash?,
        to new: PasswordHash,
        keeping session: SecretHash?
    ) async throws(AccountStoreError) -> [SecretHash]?

    /// Keeps another hash of the same password.
    func rehash(_ old: PasswordHash, as new: PasswordHash, of person: PersonID) async throws(AccountStoreError)

    /// Exchanges a password by a code of the person that was not used yet, which it uses up; ends all sessions, and returns
    /// them. `nil` when there is no such code.
    func resetPassword(
        of person: PersonID,
        to new: PasswordHash,
        by code: SecretHash,
        at time: Timestamp
    ) async throws(AccountStoreError) -> [SecretHash]?

    /// Disables an account and ends all that opens something for it; `nil` enables it again.
    func setDisabled(_ person: PersonID, since time: Timestamp?) async throws(AccountStoreError) -> AccountChange

    /// Gives an account another role; it holds from the next request on.
    func setRole(_ role: Role, of person: PersonID) async throws(AccountStoreError) -> AccountChange

    /// Ends all sessions of an account and returns them; `nil` when there is no such account.
    func endSessions(of person: PersonID) async throws(AccountStoreError) -> [SecretHash]?

    func insert(_ code: OneTimeCode) async throws(AccountStoreError)

    /// The invitations that can be used at that time, those that end last first; at most two hundred.
    func invitations(at time: Timestamp) async throws(AccountStoreError) -> [OneTimeCode]

    /// Takes back an invitation; does nothing when there is none.
    func remove(invitation hash: SecretHash) async throws(AccountStoreError)

    /// Keeps recovery codes in place of those that there were.
    func setRecoveryCodes(_ codes: [SecretHash], of person: PersonID) async throws(AccountStoreError)

    /// How many recovery codes are left.
    func recoveryCodeCount(of person: PersonID) async throws(AccountStoreError) -> Int

    /// Uses up a recovery code of the person; `false` when it is none.
    func spendRecoveryCode(_ code: SecretHash, of person: PersonID) async throws(AccountStoreError) -> Bool

    func secondFactor(of person: PersonID) async throws(AccountStoreError) -> SecondFactor?

    /// Keeps a secret that is offered, in place of one that was; `false` when one is in use, which stays.
    func offer(_ secret: TimedSecret, to person: PersonID) async throws(AccountStoreError) -> Bool

    /// Notes that the digits of a half minute were used, and so that the secret is in use; `false` when the secret is
    /// another meanwhile, or those or later digits were used before.
    func use(_ step: Int64, of secret: TimedSecret, by person: PersonID) async throws(AccountStoreError) -> Bool

    /// Forgets the secret; does nothing when there is none.
    func removeSecondFactor(of person: PersonID) async throws(AccountStoreError)
}

/// What came of making an account.
package enum AccountOpening: Sendable, Equatable {
    case opened
    case nameTaken
    /// The person has an account already.
    case hasAccount
    /// The invitation was used, has ended or was taken back.
    case noInvitation
}

/// What came of disabling or enabling an account, or of giving it another role.
package enum AccountChange: Sendable, Equatable {
    case done
    case noAccount
    /// Nobody would be left to undo it.
    case lastAdmin
}
