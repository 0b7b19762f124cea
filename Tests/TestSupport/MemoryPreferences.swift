package import Chat
package import Identifiers
package import Observability
import Synchronization

/// Readers' wishes without a disk.
package final class MemoryPreferences: PreferenceStore {
    private struct State {
        var wishes: [PersonID: StreamingPreference] = [:]
        var hereSince: [PersonID: Timestamp] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func standing(of person: PersonID) async throws(StoreError) -> StreamingStanding {
        self.state.withLock {
            StreamingStanding(preference: $0.wishes[person] ?? .auto, hereSince: $0.hereSince[person])
        }
    }

    /// Says since when a person is here.
    package func came(_ person: PersonID, at time: Timestamp) {
        self.state.withLock { $0.hereSince[person] = time }
    }

    package func setStreaming(_ preference: StreamingPreference, of person: PersonID) async throws(StoreError) {
        self.state.withLock { $0.wishes[person] = preference }
    }
}
