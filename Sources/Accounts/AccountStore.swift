package import Identifiers

/// Where people and what opens things for them are kept.
///
/// Writes return once they are on disk.
package protocol AccountStore: Sendable {
    /// Keeps a new guest and their first session, in one transaction.
    func insert(guest: PersonID, session: Session) async throws(AccountStoreError)

    /// The session of that hash, expired or not.
    func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session?

    /// The session of that hash, expired or not, and how its person stands to this server.
    func visitor(_ hash: SecretHash) async throws(AccountStoreError) -> Visitor?

    /// The person's sessions, expired or not, the one that was used last first; at most a hundred.
    func sessions(of person: PersonID) async throws(AccountStoreError) -> [Session]

    /// Keeps when a session was used, until when it is good now, and on which device; does nothing when it is gone.
    func update(_ session: Session) async throws(AccountStoreError)

    /// Forgets the session and every stream token that was handed to it, in one transaction.
    func end(_ hash: SecretHash) async throws(AccountStoreError)

    func insert(_ token: StreamToken) async throws(AccountStoreError)

    /// The stream token of that hash, expired or not; those long past their use are removed in passing.
    func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken?

    /// Gives a person the role of an admin; does nothing when there is no such person.
    func makeAdmin(_ person: PersonID) async throws(AccountStoreError)

    func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool

    func hasAdmin() async throws(AccountStoreError) -> Bool
}

/// Why the store did not do what it was asked.
package enum AccountStoreError: Error, Sendable, Equatable {
    /// Too much is waiting; the same may work a little later.
    case busy
    /// The disk is full, read-only, broken or the like; `reason` is for the log.
    case unavailable(reason: String)
}
