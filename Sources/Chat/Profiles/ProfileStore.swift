package import Identifiers

/// Where profiles are kept.
package protocol ProfileStore: Sendable {
    /// What is known about a person; ``Profile/unknown`` when nothing is.
    func profile(of person: PersonID) async throws(StoreError) -> Profile

    /// Replaces a profile whose version is still `expected`; returns on disk.
    ///
    /// Throws ``ProfileConflict`` with what stands there now when somebody else was faster.
    func replace(_ expected: Int, with profile: Profile, of person: PersonID) async throws

    /// Forgets everything about a person that their profile held.
    func deleteProfile(of person: PersonID) async throws(StoreError)
}

/// A profile was changed by somebody else meanwhile.
package struct ProfileConflict: Error, Sendable, Equatable {
    package let current: Profile

    package init(current: Profile) {
        self.current = current
    }
}
