package import Chat
package import Identifiers
package import Observability
import Synchronization

/// The domain's stores without a disk: what the tests of everything above the database use.
package final class MemoryStore: GenerationStore, ConversationStore, ReplyKeeper {
    fileprivate struct Key: Hashable {
        let person: PersonID
        let message: Message.ID
    }

    fileprivate struct Stored {
        var conversation: Conversation
        var messages: [Message] = []
        var isDeleted = false
    }

    fileprivate struct State {
        var conversations: [Conversation.ID: Stored] = [:]
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
            let opens = state.conversations[start.conversation] == nil
            let now = start.message.createdAt
            var stored =
                state.conversations[start.conversation]
                ?? Stored(
                    conversation: Conversation(
                        id: start.conversation,
                        owner: start.person,
                        title: start.title,
                        createdAt: now,
                        updatedAt: now,
                        isRunning: true
                    )
                )
            guard stored.conversation.owner == start.person, !stored.isDeleted else { return .noSuchConversation }
            let history = start.followsNothing ? [] : stored.messages
            stored.messages.append(start.message)
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
            return .new(record, history: history, opensConversation: opens)
        }
    }

    package func generation(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> GenerationRecord? {
        self.state.withLock { $0.generations[Key(person: person, message: message)] }
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
            let key = Key(person: reply.person, message: reply.message)
            state.generations[key] = GenerationRecord(
                id: reply.id,
                person: reply.person,
                message: reply.message,
                conversation: reply.conversation,
                state: reply.state,
                epoch: reply.epoch,
                lastEvent: reply.lastEvent,
                endedAt: reply.endedAt
            )
            if isKnown { return .committed }
            state.conversations[reply.conversation]?.messages.append(
                Message(
                    id: reply.id,
                    parent: reply.message,
                    role: .assistant,
                    parts: reply.parts,
                    state: reply.state,
                    agent: reply.agent,
                    error: reply.error,
                    createdAt: reply.startedAt
                )
            )
            if state.spools { state.whenCommitted.append(whenCommitted) }
            return state.spools ? .spooled : .committed
        }
        guard let kept else { throw .unavailable(reason: "the test says so") }
        return kept
    }

    // MARK: ConversationStore

    package func conversations(of person: PersonID, limit: Int) async throws(StoreError) -> [Conversation] {
        self.state.withLock { state in
            let own = state.conversations.values.filter { $0.conversation.owner == person && !$0.isDeleted }
            return Array(own.map(\.conversation).sorted { $0.updatedAt > $1.updatedAt }.prefix(limit))
        }
    }

    package func conversation(
        _ id: Conversation.ID,
        of person: PersonID,
        limit: Int
    ) async throws(StoreError) -> (conversation: Conversation, messages: [Message])? {
        self.state.withLock { state in
            guard let stored = state.conversations[id], stored.conversation.owner == person, !stored.isDeleted else {
                return nil
            }
            return (stored.conversation, Array(stored.messages.suffix(limit)))
        }
    }

    package func messages(
        of person: PersonID,
        holding text: String,
        limit: Int
    ) async throws(StoreError) -> [(message: Message, conversation: Conversation.ID)] {
        self.state.withLock { state in
            let own = state.conversations.values.filter { $0.conversation.owner == person && !$0.isDeleted }
            let all = own.flatMap { stored in stored.messages.map { ($0, stored.conversation.id) } }
            return Array(
                all.filter { $0.0.text.lowercased().contains(text.lowercased()) }
                    .sorted { $0.0.createdAt > $1.0.createdAt }.prefix(limit)
            )
        }
    }

    package func rename(
        _ id: Conversation.ID,
        to title: String,
        by person: PersonID
    ) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard let old = state.conversations[id]?.conversation, old.owner == person else { return false }
            state.conversations[id]?.conversation = Conversation(
                id: id,
                owner: person,
                title: title,
                createdAt: old.createdAt,
                updatedAt: old.updatedAt,
                isRunning: old.isRunning
            )
            return true
        }
    }

    package func delete(
        _ id: Conversation.ID,
        by person: PersonID,
        at time: Timestamp
    ) async throws(StoreError) -> Bool {
        self.state.withLock { state in
            guard state.conversations[id]?.conversation.owner == person else { return false }
            state.conversations[id]?.isDeleted = true
            return true
        }
    }
}

extension MemoryStore.State {
    /// Appends what is not there yet; a part that is already known changes nothing.
    fileprivate mutating func add(_ part: ReplyPart) {
        let known = self.events[part.generation] ?? []
        guard part.first <= known.count + 1 else { return }
        self.events[part.generation] = known + part.events.dropFirst(known.count + 1 - part.first)
    }
}
