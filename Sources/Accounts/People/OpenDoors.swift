package import Identifiers

/// What stays open after it was asked for, streams above all, and must end with what let somebody in.
package protocol OpenDoors: Sendable {
    /// Nothing may be seen any more by that session, or that key.
    func ended(_ credential: SecretHash)

    /// What was opened by the old session belongs to the new one of the same person.
    func replaced(_ old: SecretHash, by new: SecretHash)

    /// What a guest has open is the account's from now on.
    func passed(_ guest: PersonID, to account: PersonID)

    /// Nothing may be seen any more by that person, however they got in.
    func shutOut(_ person: PersonID)

    /// The person may open something again.
    func letIn(_ person: PersonID)
}
