package import Chat
package import Identifiers
import Synchronization

/// Profiles without a disk.
package final class MemoryProfiles: ProfileStore {
    private let state = Mutex<[PersonID: Profile]>([:])

    package init() {}

    package func profile(of person: PersonID) async throws(StoreError) -> Profile {
        self.state.withLock { $0[person] ?? .unknown }
    }

    package func replace(_ expected: Int, with profile: Profile, of person: PersonID) async throws {
        let current = self.state.withLock { state -> Profile? in
            let current = state[person] ?? .unknown
            guard current.version == expected else { return current }
            state[person] = profile
            return nil
        }
        if let current { throw ProfileConflict(current: current) }
    }

    package func deleteProfile(of person: PersonID) async throws(StoreError) {
        self.state.withLock { $0[person] = nil }
    }
}
