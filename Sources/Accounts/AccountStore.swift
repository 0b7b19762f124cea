package import Identifiers
package import Observability

/// Where people and what opens things for them are kept.
///
/// Writes return once they are on disk.
package protocol AccountStore: Sendable {
    /// Keeps a new guest and their first session, in one transaction.
    func insert(guest: PersonID, session: Session) async throws(AccountStoreError)

    /// The session of that hash, expired or not.
    func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session?

    /// Moves the end of a session; does nothing when it is gone.
    func extend(_ hash: SecretHash, until expiresAt: Timestamp) async throws(AccountStoreError)

    func insert(_ token: StreamToken) async throws(AccountStoreError)

    /// The stream token of that hash, expired or not; those long past their use are removed in passing.
    func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken?

    /// Keeps a new key and the person it stands for, in one transaction.
    func insert(_ key: APIKey) async throws(AccountStoreError)

    func key(_ hash: SecretHash) async throws(AccountStoreError) -> APIKey?

    /// Gives a person the role of an admin; does nothing when there is no such person.
    func makeAdmin(_ person: PersonID) async throws(AccountStoreError)

    func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool

    func hasAdmin() async throws(AccountStoreError) -> Bool
}

/// Where settings that were changed at run time are kept, with who changed them, when, and from what.
package protocol SettingStore: Sendable {
    /// The changed settings by name.
    func settings() async throws(AccountStoreError) -> [String: String]

    /// Changes a setting; `nil` goes back to the value that the server was started with.
    func set(_ name: String, to value: String?, by who: String, at time: Timestamp) async throws(AccountStoreError)
}

/// Why the store did not do what it was asked.
package enum AccountStoreError: Error, Sendable, Equatable {
    /// Too much is waiting; the same may work a little later.
    case busy
    /// The disk is full, read-only, broken or the like; `reason` is for the log.
    case unavailable(reason: String)
}
