package import Chat
package import Identifiers
package import Observability
import Synchronization

/// The domain's stores without a disk: what the tests of everything above the database use.
package final class MemoryStore: GenerationStore, ConversationStore, MessageSearch, TitleStore, ReplyKeeper {
    fileprivate struct Key: Hashable {
        let person: PersonID
        let message: Message.ID
    }

    fileprivate struct State {
        var conversations: [Conversation.ID: MemoryConversation] = [:]
        var generations: [Key: GenerationRecord] = [:]
        var events: [Message.ID: [Event]] = [:]
        var replies: [Message.ID: FinishedReply] = [:]
        var refusesToKeep = false
        var spools = false
        var whenCommitted: [@Sendable () -> Void] = []
        var checkpoints = 0
        var roomForReplies = Int.max
    }

    /// Room without a bound, or with the one that a test sets.
    private final class Room: ReplyRoom {
        let limit: Int

        init(limit: Int) {
            self.limit = limit
        }

        func grow(toPieces pieces: Int, bytes: Int) -> Bool { bytes <= self.limit }
    }

    private let state = Mutex(State())

    package init() {}

    /// Works on the conversations, for the stores that share them.
    func withConversations<Result>(
        _ body: (inout [Conversation.ID: MemoryConversation]) -> sending Result
    ) -> Result {
        self.state.withLock { body(&$0.conversations) }
    }

    // MARK: What tests ask and say

    /// The replies that were kept, by their ids.
    package var replies: [Message.ID: FinishedReply] { self.state.withLock { $0.replies } }

    /// How many checkpoints were written.
    package var checkpoints: Int { self.state.withLock { $0.checkpoints } }

    /// Lets every attempt to keep a reply fail.
    package func refuseToKeep() { self.state.withLock { $0.refusesToKeep = true } }

    /// Keeps replies as if the database were slow and the spool took them, until ``commitSpooled()``.
    package func keepInSpool() { self.state.withLock { $0.spools = true } }

    /// Gives every reply room for that many bytes of text, and none at all for 0.
    package func limitRoom(to bytes: Int) { self.state.withLock { $0.roomForReplies = bytes } }

    /// Says that the database has what the spool had.
    package func commitSpooled() {
        for tell in self.state.withLock({ $0.whenCommitted }) { tell() }
    }

    // MARK: GenerationStore

    package func claim(_ start: GenerationStart) async throws(StoreError) -> Claim {
        self.state.withLock { state in
            let key = Key(person: start.person, message: start.message.id)
            if let record = state.generations[key] {
                let known = state.conversations.values.flatMap(\.messages).first { $0.id == start.message.id }
                return known == nil || known?.text == start.message.text ? .existing(record) : .conflict
            }
            let known = state.conversations[start.conversation]
            var stored =
                known
                ?? MemoryConversation(
                    id: start.conversation,
                    owner: start.person,
                    title: start.title,
                    at: start.message.createdAt
                )
            guard stored.owner == start.person, stored.deletedAt == nil,
                start.message.parent.map(stored.contains) ?? true
            else { return .noSuchConversation }
            let parent = start.followsNothing ? nil : start.message.parent ?? stored.shownLeaf
            let history = state.withWordsSoFar(stored.path(to: parent))
            stored.put(start.message.following(parent))
            stored.put(start.emptyReply)
            stored.leaf = nil
            stored.updatedAt = max(stored.updatedAt, start.message.createdAt)
            state.conversations[start.conversation] = stored
            let record = GenerationRecord(
                id: start.reply,
                person: start.person,
                message: start.message.id,
                conversation: start.conversation,
                state: .accepted,
                epoch: 1,
                lastEvent: 0
            )
            state.generations[key] = record
            return .new(record, history: history, opensConversation: known == nil)
        }
    }

    package func generation(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> GenerationRecord? {
        self.state.withLock { $0.generations[Key(person: person, message: message)] }
    }

    package func tokens(in conversation: Conversation.ID) async throws(StoreError) -> Int {
        self.state.withLock { state in
            state.replies.values.filter { $0.conversation == conversation }.compactMap(\.usage).reduce(0) {
                $0 + $1.inputTokens + $1.outputTokens
            }
        }
    }

    package func stopBeforeClaim(
        of message: Message.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> GenerationRecord {
        self.state.withLock { state in
            let key = Key(person: person, message: message)
            if let record = state.generations[key] { return record }
            let record = GenerationRecord(
                id: message,
                person: person,
                message: message,
                conversation: nil,
                state: .stopped,
                epoch: 1,
                lastEvent: 0
            )
            state.generations[key] = record
            return record
        }
    }

    package func checkpoint(_ parts: [ReplyPart]) async throws(StoreError) {
        self.state.withLock { state in
            state.checkpoints += 1
            for part in parts { state.add(part) }
        }
    }

    package func events(of generation: Message.ID, from first: Int) async throws(StoreError) -> [Event] {
        self.state.withLock { Array(($0.events[generation] ?? []).dropFirst(first - 1)) }
    }

    package func recentGenerations(
        of person: PersonID,
        endedAfter time: Timestamp,
        limit: Int
    ) async throws(StoreError) -> [GenerationRecord] {
        self.state.withLock { state in
            let own = state.generations.values.filter { record in
                record.person == person && record.conversation != nil && record.endedAt.map { $0 > time } ?? true
            }
            return Array(own.sorted { $0.id.rawValue < $1.id.rawValue }.prefix(limit))
        }
    }

    package func prompt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> (record: PromptRecord, messages: [Message])? {
        self.state.withLock { state in
            guard let record = state.generations[Key(person: person, message: message)],
                let prompt = state.replies[record.id]?.prompt
            else { return nil }
            let all = state.conversations.values.flatMap(\.messages)
            return (prompt, prompt.messages.compactMap { id in all.first { $0.id == id } })
        }
    }

    package func receipt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> Receipt? {
        self.state.withLock { state in
            guard let record = state.generations[Key(person: person, message: message)] else { return nil }
            let reply = state.replies[record.id]
            return Receipt(
                message: message,
                reply: record.id,
                state: record.state,
                receivedAt: nil,
                claimedAt: reply?.startedAt ?? Timestamp(milliseconds: 0),
                trace: reply?.trace ?? ReplyTrace(),
                endedAt: record.endedAt,
                committedAt: record.endedAt,
                content: nil
            )
        }
    }

    // MARK: ReplyKeeper

    package var hasRoom: Bool { self.state.withLock { $0.roomForReplies > 0 } }

    package func reserveRoom() -> (any ReplyRoom)? {
        let limit = self.state.withLock { $0.roomForReplies }
        return limit > 0 ? Room(limit: limit) : nil
    }

    package func keep(
        _ reply: FinishedReply,
        whenCommitted: @escaping @Sendable () -> Void
    ) async throws(StoreError) -> Kept {
        let kept = self.state.withLock { state -> Kept? in
            guard !state.refusesToKeep else { return nil }
            let isKnown = state.replies.updateValue(reply, forKey: reply.id) != nil
            state.add(reply.rest)
            // It may have gone over to an account since the reply began.
            let owner = state.generations.values.first { $0.id == reply.id }?.person ?? reply.person
            let key = Key(person: owner, message: reply.message)
            state.generations[key] = GenerationRecord(
                id: reply.id,
                person: owner,
                message: reply.message,
                conversation: reply.conversation,
                state: reply.state,
                epoch: reply.epoch,
                lastEvent: reply.lastEvent,
                endedAt: reply.endedAt
            )
            if isKnown { return .committed }
            state.conversations[reply.conversation]?.end(reply)
            if state.spools { state.whenCommitted.append(whenCommitted) }
            return state.spools ? .spooled : .committed
        }
        guard let kept else { throw .unavailable(reason: "the test says so") }
        return kept
    }

    // MARK: ConversationStore

    package func page(
        of shelf: Shelf,
        of person: PersonID,
        behind place: ConversationPage.Place?,
        limit: Int
    ) async throws(StoreError) -> ConversationPage {
        self.state.withLock { state in
            let all = state.conversations.values.map(\.conversation).filter {
                $0.owner == person && shelf.holds($0)
            }
            let isPaged = { (conversation: Conversation) in shelf == .shown && conversation.isPinned }
            let behind = all.filter { conversation in
                let own = ConversationPage.Place(time: shelf.time(of: conversation), id: conversation.id)
                return !isPaged(conversation) && (place.map { $0.isBefore(own) } ?? true)
            }
            let sorted = behind.sorted {
                (shelf.time(of: $1), $0.id.rawValue) < (shelf.time(of: $0), $1.id.rawValue)
            }
            return ConversationPage(
                Array(sorted.prefix(limit + 1)),
                pinned: place == nil ? all.filter(isPaged) : [],
                of: shelf,
                limit: limit
            )
        }
    }

    package func count(of person: PersonID) async throws(StoreError) -> Int {
        self.state.withLock { state in
            state.conversations.values.count { $0.owner == person && $0.deletedAt == nil }
        }
    }

    package func handOver(from guest: PersonID, to account: PersonID) async throws(StoreError) -> Int {
        self.state.withLock { state in
            let used = Set(
                state.conversations.values.filter { $0.owner == account }.flatMap(\.messages).map(\.id)
                    + state.generations.values.filter { $0.person == account }.map(\.message)
            )
            let moved = state.conversations.values.filter { stored in
                stored.owner == guest && stored.deletedAt == nil && !stored.messages.contains { used.contains($0.id) }
            }
            for stored in moved {
                state.conversations[stored.id]?.owner = account
                for (key, record) in state.generations where record.conversation == stored.id {
                    state.generations[key] = nil
                    state.generations[Key(person: account, message: record.message)] = record.handed(to: account)
                }
            }
            return moved.count
        }
    }

    package func excerpt(
        _ wish: Excerpt.Wish,
        from id: Conversation.ID,
        of person: PersonID
    ) async throws(StoreError) -> Excerpt? {
        self.state.withLock { state in
            guard var stored = state.conversations[id], stored.owner == person, stored.deletedAt == nil else {
                return nil
            }
            stored.messages = state.withWordsSoFar(stored.messages)
            return stored.excerpt(wish)
        }
    }

    package func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) async throws(StoreError) -> [(message: Message, conversation: Conversation.ID)] {
        self.state.withLock { state in
            let own = state.conversations.values.filter { $0.owner == person && $0.deletedAt == nil }
            let all = own.flatMap { stored in stored.messages.map { ($0, stored.id) } }
            return Array(
                all.filter { $0.0.text.lowercased().contains(text.lowercased()) }
                    .sorted { $0.0.createdAt > $1.0.createdAt }.prefix(limit)
            )
        }
    }

    package func change(
        _ id: Conversation.ID,
        _ change: ConversationChange,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Conversation? {
        self.state.withLock { state in
            guard var stored = state.conversations[id], stored.owner == person, stored.deletedAt == nil,
                stored.apply(change)
            else { return nil }
            state.conversations[id] = stored
            return stored.conversation
        }
    }

    package func delete(
        _ id: Conversation.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let stored = state.conversations[id], stored.owner == person, stored.deletedAt == nil else {
                return false
            }
            state.conversations[id]?.deletedAt = time
            return true
        }
    }

    package func restore(_ id: Conversation.ID, by person: PersonID) async throws(StoreError) -> Conversation? {
        self.state.withLock { state in
            guard state.conversations[id]?.owner == person else { return nil }
            state.conversations[id]?.deletedAt = nil
            return state.conversations[id]?.conversation
        }
    }

    package func branch(
        _ branch: Branch,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Branching {
        self.state.withLock { state in
            guard let origin = state.conversations[branch.origin], origin.owner == person, origin.deletedAt == nil,
                origin.contains(branch.message)
            else { return .noSuchMessage }
            if let known = state.conversations[branch.id] {
                let isOurs = known.owner == person && known.deletedAt == nil
                return isOurs && known.contains(branch.copy(of: branch.message)) ? .known(known.conversation) : .taken
            }
            let path = state.withWordsSoFar(origin.path(to: branch.message))
            guard path.count <= Branch.longestPath else { return .tooLong }
            var made = MemoryConversation(id: branch.id, owner: person, title: origin.title, at: time)
            made.messages = path.map { branch.copy(of: $0) }
            state.conversations[branch.id] = made
            return .made(made.conversation)
        }
    }

    package func emptyBin(of person: PersonID) async throws(StoreError) {
        self.state.withLock { state in
            let gone = state.conversations.values.filter {
                $0.owner == person && $0.deletedAt != nil && !$0.conversation.isRunning
            }
            for stored in gone {
                state.conversations[stored.id] = nil
                state.generations = state.generations.filter { $0.value.conversation != stored.id }
            }
        }
    }

    // MARK: TitleStore

    package func name(_ id: Conversation.ID, of person: PersonID, _ title: String) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let stored = state.conversations[id], stored.owner == person, !stored.isNamed else { return false }
            state.conversations[id]?.title = title
            state.conversations[id]?.isNamed = true
            return true
        }
    }

    // MARK: MessageSearch

    package func hits(
        for query: SearchQuery,
        of person: PersonID,
        behind place: Int?,
        limit: Int
    ) async throws(StoreError) -> SearchPage {
        self.state.withLock { state in
            let own = state.conversations.values.filter { $0.owner == person && $0.deletedAt == nil }
            let messages = own.flatMap { stored in
                stored.messages.filter { $0.state.isFinal && query.isFound(in: $0.text) }.map { stored.hit($0) }
            }
            let found = messages.sorted { $0.createdAt > $1.createdAt }.dropFirst(place ?? 0)
            let titles = place == nil ? own.filter { query.isFound(in: $0.title) }.map { $0.hit(nil) } : []
            return SearchPage(
                hits: (titles + found.prefix(limit)).sorted { $0.createdAt > $1.createdAt },
                next: found.count > limit ? (place ?? 0) + limit : nil
            )
        }
    }
}

extension MemoryStore.State {
    /// The messages, those that are being written with what was checkpointed.
    fileprivate func withWordsSoFar(_ messages: [Message]) -> [Message] {
        messages.map { message in
            guard !message.state.isFinal else { return message }
            return Message(
                id: message.id,
                parent: message.parent,
                role: message.role,
                parts: [Part](folding: self.events[message.id] ?? []),
                state: message.state,
                agent: message.agent,
                createdAt: message.createdAt
            )
        }
    }

    /// Appends what is not there yet; a part that is already known changes nothing.
    fileprivate mutating func add(_ part: ReplyPart) {
        let known = self.events[part.generation] ?? []
        guard part.first <= known.count + 1 else { return }
        self.events[part.generation] = known + part.events.dropFirst(known.count + 1 - part.first)
    }
}

extension GenerationRecord {
    fileprivate func handed(to person: PersonID) -> GenerationRecord {
        GenerationRecord(
            id: self.id,
            person: person,
            message: self.message,
            conversation: self.conversation,
            state: self.state,
            epoch: self.epoch,
            lastEvent: self.lastEvent,
            endedAt: self.endedAt
        )
    }
}
