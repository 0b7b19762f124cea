package import Identifiers
package import Observability

/// Where keys are kept.
///
/// Writes return once they are on disk.
package protocol KeyStore: Sendable {
    /// Keeps a new key and the person it stands for, in one transaction; `false` when the person has `limit` keys already.
    func insert(_ key: APIKey, limit: Int) async throws(AccountStoreError) -> Bool

    /// The key of that hash, ended by its date or not, and who has it.
    func holder(ofKey hash: SecretHash) async throws(AccountStoreError) -> KeyHolder?

    /// The keys of a person, or of everybody, the newest first; at most a thousand.
    func keys(of person: PersonID?) async throws(AccountStoreError) -> [KeyHolder]

    /// Keeps when a key was used; does nothing when it is gone.
    func noteUse(ofKey hash: SecretHash, at time: Timestamp) async throws(AccountStoreError)

    /// Forgets the key and every stream token that was handed to it, in one transaction.
    func endKey(_ hash: SecretHash) async throws(AccountStoreError)
}
