package import Chat
package import Identifiers
package import Observability
import Synchronization

extension ReadersOwn {
    /// Stores without a disk, over the conversations, profiles and facts of others.
    package static func inMemory(
        _ store: MemoryStore = MemoryStore(),
        _ profiles: MemoryProfiles = MemoryProfiles(),
        _ facts: MemoryFacts = MemoryFacts()
    ) -> ReadersOwn {
        let own = MemoryOwn(store: store, profiles: profiles, facts: facts)
        return ReadersOwn(preferences: MemoryPreferences(), archive: own, imports: own, erasures: own)
    }
}

/// What a reader takes away, brings along and erases, without a disk.
package final class MemoryOwn: ConversationArchive, ImportStore, ErasureStore {
    private struct Brought {
        let source: Import.Source
        let createdAt: Timestamp
        var undoneAt: Timestamp?
    }

    private struct Aside {
        let erasedAt: Timestamp
        let profile: Profile
        let memory: Memory
    }

    private struct State {
        var imports: [PersonID: [Import.ID: Brought]] = [:]
        var aside: [PersonID: Aside] = [:]
    }

    private let store: MemoryStore
    private let profiles: MemoryProfiles
    private let facts: MemoryFacts
    private let state = Mutex(State())

    package init(store: MemoryStore, profiles: MemoryProfiles, facts: MemoryFacts) {
        self.store = store
        self.profiles = profiles
        self.facts = facts
    }

    // MARK: ConversationArchive

    package func size(of id: Conversation.ID, of person: PersonID) async throws(StoreError) -> Int {
        self.store.withConversations { all in
            guard let stored = all[id], stored.owner == person else { return 0 }
            return stored.messages.map(\.text.utf8.count).reduce(0, +)
        }
    }

    package func conversation(
        _ id: Conversation.ID,
        of person: PersonID
    ) async throws(StoreError) -> ArchivedConversation? {
        self.store.withConversations { all in
            guard let stored = all[id], stored.owner == person, stored.deletedAt == nil else { return nil }
            var archived = ArchivedConversation(
                id: id.rawValue,
                title: stored.title,
                createdAt: stored.createdAt,
                updatedAt: stored.updatedAt,
                messages: stored.messages.map { ArchivedMessage($0) }
            )
            archived.isPinned = stored.isPinned
            archived.isArchived = stored.isArchived
            archived.leaf = stored.leaf?.rawValue
            return archived
        }
    }

    package func conversations(of person: PersonID) async throws(StoreError) -> [Conversation.ID] {
        self.store.withConversations { all in
            all.values.filter { $0.owner == person && $0.deletedAt == nil }
                .sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }.map(\.id)
        }
    }

    // MARK: ImportStore

    package func add(
        _ conversations: [ArchivedConversation],
        to id: Import.ID,
        from source: Import.Source,
        of person: PersonID,
        at time: Timestamp
    ) async throws -> ImportReport {
        try self.state.withLock { state in
            let known = state.imports[person]?[id]
            guard known?.source ?? source == source else { throw ImportError.otherSource }
            guard known?.undoneAt == nil else { throw ImportError.undone }
            if known == nil {
                guard state.imports[person]?.count ?? 0 < ImportLimits.importsOfPerson else {
                    throw ImportError.tooMany
                }
                state.imports[person, default: [:]][id] = Brought(source: source, createdAt: time)
            }
        }
        let names = ImportNames(person: person, source: source)
        return self.store.withConversations { all in
            var report = ImportReport()
            for conversation in conversations {
                do throws(ImportRefusal) {
                    report.count(try Self.add(conversation, to: &all, id, names, time))
                } catch {
                    report.refused.append((conversation.id, error.reason))
                }
            }
            return report
        }
    }

    private static func add(
        _ conversation: ArchivedConversation,
        to all: inout [Conversation.ID: MemoryConversation],
        _ id: Import.ID,
        _ names: ImportNames,
        _ now: Timestamp
    ) throws(ImportRefusal) -> ImportReport.Outcome {
        let named = [Conversation.ID(rawValue: conversation.id), names.conversation(conversation.id)].compactMap(\.self)
        let present = named.compactMap { all[$0] }.first { $0.owner == names.person }
        let target = present?.id ?? names.conversation(conversation.id)
        let known = Set(present?.messages.map(\.id) ?? [])
        let plan = try ImportPlan(conversation, as: target, knowing: known, names: names)
        if present == nil {
            guard !plan.messages.isEmpty else { throw ImportRefusal("It has no messages.") }
            guard all[target] == nil else { throw ImportRefusal("Its id is taken.") }
        }
        let others = Set(all.values.filter { $0.owner == names.person }.flatMap { $0.messages.map(\.id) })
        guard !plan.messages.contains(where: { others.contains($0.id) }) else {
            throw ImportRefusal("The id of a message is taken.")
        }
        var stored =
            present
            ?? MemoryConversation(
                id: target,
                owner: names.person,
                title: conversation.title,
                at: min(conversation.createdAt, now)
            )
        if present == nil {
            stored.updatedAt = min(conversation.updatedAt, now)
            (stored.isPinned, stored.isArchived) = (conversation.isPinned, conversation.isArchived)
        }
        if let leaf = plan.leaf, present == nil || present?.bringer == id { stored.leaf = leaf }
        stored.messages += plan.messages
        if present == nil || present?.deletedAt != nil { (stored.deletedAt, stored.bringer) = (nil, id) }
        all[target] = stored
        guard let present else { return .added }
        if present.deletedAt != nil { return .restored }
        guard plan.hasRoot else { return .continued }
        return present.bringer == id ? .added : .known
    }

    package func known(
        _ ids: [String],
        from source: Import.Source,
        of person: PersonID
    ) async throws(StoreError) -> [String] {
        let names = ImportNames(person: person, source: source)
        return self.store.withConversations { all in
            ids.filter { id in
                [Conversation.ID(rawValue: id), names.conversation(id)].compactMap(\.self).contains { name in
                    all[name].map { $0.owner == person && $0.deletedAt == nil } ?? false
                }
            }
        }
    }

    package func imports(of person: PersonID) async throws(StoreError) -> [Import] {
        let counts = self.store.withConversations { all in
            all.values.filter { $0.owner == person }.reduce(into: [Import.ID: Int]()) { counts, conversation in
                if let bringer = conversation.bringer { counts[bringer, default: 0] += 1 }
            }
        }
        return self.state.withLock { state in
            (state.imports[person] ?? [:]).map { id, brought in
                Import(
                    id: id,
                    source: brought.source,
                    createdAt: brought.createdAt,
                    conversations: counts[id] ?? 0,
                    undoneAt: brought.undoneAt
                )
            }
            .sorted { ($1.createdAt, $0.id.rawValue) < ($0.createdAt, $1.id.rawValue) }
        }
    }

    package func undo(_ id: Import.ID, of person: PersonID, at time: Timestamp) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let brought = state.imports[person]?[id] else { return false }
            guard brought.undoneAt == nil else { return true }
            let moment = self.throwAway(of: person, at: time) { $0.bringer == id }.moment
            state.imports[person]?[id]?.undoneAt = moment
            return true
        }
    }

    package func restore(_ id: Import.ID, of person: PersonID) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let brought = state.imports[person]?[id] else { return false }
            guard let undoneAt = brought.undoneAt else { return true }
            guard self.takeOut(of: person, { $0.bringer == id && $0.deletedAt == undoneAt }) > 0 else { return false }
            state.imports[person]?[id]?.undoneAt = nil
            return true
        }
    }

    // MARK: ErasureStore

    package func erase(everythingOf person: PersonID, at time: Timestamp) async throws(StoreError) -> Erasure {
        let profile = try await self.profiles.profile(of: person)
        let memory = try await self.facts.memory(of: person)
        try await self.profiles.deleteProfile(of: person)
        try await self.facts.forgetAll(of: person)
        let thrown = self.throwAway(of: person, at: time) { _ in true }
        if thrown.count > 0 || profile != .unknown || memory != Memory() {
            self.state.withLock {
                $0.aside[person] = Aside(erasedAt: thrown.moment, profile: profile, memory: memory)
            }
        }
        return Erasure(conversations: thrown.count, erasedAt: thrown.moment)
    }

    package func restore(everythingOf person: PersonID) async throws(StoreError) -> Bool {
        guard let aside = self.state.withLock({ $0.aside.removeValue(forKey: person) }) else { return false }
        _ = self.takeOut(of: person) { $0.deletedAt == aside.erasedAt }
        self.facts.take(aside.memory, of: person)
        // One that was begun meanwhile stays.
        if aside.profile != .unknown { try? await self.profiles.replace(0, with: aside.profile, of: person) }
        return true
    }

    // MARK: The bin

    private func throwAway(
        of person: PersonID,
        at time: Timestamp,
        _ isMeant: (MemoryConversation) -> Bool
    ) -> (count: Int, moment: Timestamp) {
        self.store.withConversations { all in
            let own = all.values.filter { $0.owner == person }
            let last = own.compactMap(\.deletedAt).max()
            let moment = last.map { max(time, $0 + .milliseconds(1)) } ?? time
            let meant = own.filter { $0.deletedAt == nil && isMeant($0) }
            for conversation in meant { all[conversation.id]?.deletedAt = moment }
            return (meant.count, moment)
        }
    }

    private func takeOut(of person: PersonID, _ isMeant: (MemoryConversation) -> Bool) -> Int {
        self.store.withConversations { all in
            let meant = all.values.filter { $0.owner == person && $0.deletedAt != nil && isMeant($0) }
            for conversation in meant { all[conversation.id]?.deletedAt = nil }
            return meant.count
        }
    }
}
