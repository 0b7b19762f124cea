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

/// Facts without a disk.
package final class MemoryFacts: FactStore {
    private struct Kept {
        var facts: [Fact] = []
        var answers: [FactProposal] = []
    }

    private let state = Mutex<[PersonID: Kept]>([:])

    package init() {}

    package func memory(of person: PersonID) async throws(StoreError) -> Memory {
        self.state.withLock { state in
            let kept = state[person] ?? Kept()
            return Memory(facts: kept.facts, answers: kept.answers.sorted { $0.id < $1.id })
        }
    }

    package func answer(
        _ proposal: FactProposal,
        with fact: Fact?,
        of person: PersonID
    ) async throws(StoreError) {
        self.state.withLock { state in
            var kept = state[person] ?? Kept()
            guard !kept.answers.contains(where: { $0.id == proposal.id }) else { return }
            kept.answers.append(proposal)
            if let fact { kept.facts.append(fact) }
            state[person] = kept
        }
    }

    package func edit(_ id: Fact.ID, to text: String, of person: PersonID) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let index = state[person]?.facts.firstIndex(where: { $0.id == id }),
                let old = state[person]?.facts[index]
            else { return false }
            state[person]?.facts[index] = Fact(id: id, text: text, createdAt: old.createdAt)
            return true
        }
    }

    package func forget(_ id: Fact.ID, of person: PersonID) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            let before = state[person]?.facts.count ?? 0
            state[person]?.facts.removeAll { $0.id == id }
            return (state[person]?.facts.count ?? 0) < before
        }
    }

    /// Remembers what was set aside besides what there is.
    func take(_ memory: Memory, of person: PersonID) {
        self.state.withLock { state in
            var kept = state[person] ?? Kept()
            kept.facts += memory.facts.filter { fact in !kept.facts.contains { $0.id == fact.id } }
            kept.answers += memory.answers.filter { answer in !kept.answers.contains { $0.id == answer.id } }
            kept.facts.sort { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
            state[person] = kept
        }
    }

    package func forgetAll(of person: PersonID) async throws(StoreError) {
        self.state.withLock { $0[person] = nil }
    }
}
