import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `Generations in SQLite` {
    private let folder: TemporaryFolder
    private let copy: TemporaryFolder
    private let log = Log()
    private let storage: Storage
    private var store: StoredGenerations { self.storage.generations }

    init() async throws {
        self.folder = try TemporaryFolder()
        self.copy = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder, log: self.log)
        try await self.storage.makeGuest(.ada)
        try await self.storage.makeGuest(.bob)
    }

    private func messages(_ conversation: String = "talk", limit: Int = 100) async throws -> [Message] {
        try await self.storage.conversations.conversation(.named(conversation), of: .ada, limit: limit)?.messages ?? []
    }

    private func commit(_ reply: FinishedReply) async throws {
        #expect(try await self.storage.replies.keep(reply) {} == .committed)
    }

    @Test func `are claimed with their message, in a conversation that opens with them`() async throws {
        let start = GenerationStart.sample()

        let claim = try await self.store.claim(start)

        let record = GenerationRecord(
            id: start.reply,
            person: .ada,
            message: start.message.id,
            conversation: start.conversation,
            state: .accepted,
            epoch: 1,
            lastEvent: 0
        )
        #expect(claim == .new(record, history: [], opensConversation: true))
        #expect(try await self.store.generation(answering: start.message.id, of: .ada) == record)
        let messages = try await self.messages()
        #expect(messages.map(\.id) == [start.message.id, start.reply])
        #expect(messages.first == start.message)
        #expect(messages.last?.parent == start.message.id)
        #expect(messages.last?.state == .accepted)
    }

    @Test func `are claimed once, whoever comes second`() async throws {
        let start = GenerationStart.sample()
        let store = self.store

        let claims = try await withThrowingTaskGroup(of: Claim.self) { group in
            for _ in 0..<20 { group.addTask { try await store.claim(start) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(claims.count { if case .new = $0 { true } else { false } } == 1)
        #expect(claims.count { if case .existing = $0 { true } else { false } } == 19)
        #expect(try await self.messages().count == 2)
    }

    @Test func `are claimed once after a restart, too`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        await self.storage.close()

        let later = try await self.reopen()
        let claim = try await later.generations.claim(start)

        guard case .existing(let record) = claim else { return #expect(Bool(false), "\(claim)") }
        #expect(record.id == start.reply)
        #expect(record.epoch == 1)
        #expect(record.state == .interrupted)
        await later.close()
    }

    /// What a process finds that starts where this one stopped; the lock is still held by this one.
    private func reopen() async throws -> Storage {
        try await Storage.testing(copying: self.folder, to: self.copy, log: self.log)
    }

    @Test func `are refused when the message has another text or is elsewhere`() async throws {
        _ = try await self.store.claim(.sample())
        _ = try await self.store.claim(.sample("two", in: "other-talk"))

        #expect(try await self.store.claim(.sample(text: "Something else")) == .conflict)
        #expect(try await self.store.claim(.sample(in: "other-talk")) == .conflict)
    }

    @Test func `are refused when the message id is that of a reply`() async throws {
        let first = GenerationStart.sample()
        _ = try await self.store.claim(first)
        let second = GenerationStart(
            person: .ada,
            conversation: first.conversation,
            message: Message(id: first.reply, parent: nil, role: .user, parts: [.text("?")], createdAt: .sample),
            reply: .named("another"),
            title: "",
            agent: "general"
        )

        #expect(try await self.store.claim(second) == .conflict)
    }

    @Test func `do not open what belongs to somebody else or was deleted`() async throws {
        _ = try await self.store.claim(.sample())
        _ = try await self.store.claim(.sample("two", in: "gone"))
        #expect(try await self.storage.conversations.delete(.named("gone"), by: .ada, at: .sample))

        #expect(try await self.store.claim(.sample("three", by: .bob)) == .noSuchConversation)
        #expect(try await self.store.claim(.sample("four", in: "gone")) == .noSuchConversation)
        #expect(try await self.store.claim(.sample("five", after: .named("nowhere"))) == .noSuchConversation)
    }

    @Test func `may use a message id that somebody else uses`() async throws {
        _ = try await self.store.claim(.sample())
        var start = GenerationStart.sample(by: .bob, in: "bobs-talk")
        start = GenerationStart(
            person: start.person,
            conversation: start.conversation,
            message: start.message,
            reply: .named("bobs-reply"),
            title: start.title,
            agent: start.agent
        )

        guard case .new = try await self.store.claim(start) else { return #expect(Bool(false)) }
    }

    @Test func `know the path before their message, oldest first`() async throws {
        let first = GenerationStart.sample()
        let second = GenerationStart.sample("two")
        _ = try await self.store.claim(first)
        try await self.commit(.sample(of: first))
        guard case .new(_, let history, let opens) = try await self.store.claim(second) else {
            return #expect(Bool(false))
        }

        #expect(!opens)
        #expect(history.map(\.id) == [first.message.id, first.reply])
        #expect(history.map(\.text) == ["Question one?", "Hello there"])

        let sibling = GenerationStart.sample("three", after: first.reply)
        guard case .new(_, let path, _) = try await self.store.claim(sibling) else { return #expect(Bool(false)) }
        #expect(path.map(\.id) == [first.message.id, first.reply])
    }

    @Test func `remember no more than the last 64 messages`() async throws {
        for number in 0..<40 {
            let start = GenerationStart.sample("n\(number)")
            _ = try await self.store.claim(start)
            try await self.commit(.sample(of: start, pieces: ["\(number)"]))
        }

        guard case .new(_, let history, _) = try await self.store.claim(.sample("last")) else {
            return #expect(Bool(false))
        }
        #expect(history.count == 64)
        #expect(history.last?.text == "39")
    }

    @Test func `can be stopped before they are claimed`() async throws {
        let start = GenerationStart.sample()

        let stopped = try await self.store.stopBeforeClaim(of: start.message.id, by: .ada, at: .sample)
        let again = try await self.store.stopBeforeClaim(of: start.message.id, by: .ada, at: .sample)

        #expect(stopped.state == .stopped)
        #expect(stopped.conversation == nil)
        #expect(stopped == again)
        #expect(try await self.store.claim(start) == .existing(stopped))
        #expect(try await self.messages().isEmpty)
    }

    @Test func `are not stopped by a stop that comes after the claim`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)

        let record = try await self.store.stopBeforeClaim(of: start.message.id, by: .ada, at: .sample)

        #expect(record.state == .accepted)
    }

    @Test func `show their checkpointed text while they run`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)

        try await self.store.checkpoint([ReplyPart(generation: start.reply, first: 1, events: [.text("Hel")])])
        try await self.store.checkpoint([
            ReplyPart(generation: start.reply, first: 2, events: [.text("lo"), .reasoning("hm")])
        ])

        let reply = try #require(try await self.messages().last)
        #expect(reply.state == .accepted || reply.state == .streaming)
        #expect(reply.parts == [.text("Hello"), .reasoning("hm")])
        let record = try await self.store.generation(answering: start.message.id, of: .ada)
        #expect(record?.state == .streaming)
        #expect(try await self.store.events(of: start.reply, from: 1).count == 3)
        #expect(try await self.storage.conversations.conversations(of: .ada, limit: 5).map(\.isRunning) == [true])
    }

    @Test func `take a checkpoint that comes twice, or longer, once`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        let events = (1...6).map { Event.text("\($0)") }

        for count in [2, 2, 4, 3, 6] {
            let part = ReplyPart(generation: start.reply, first: 1, events: Array(events.prefix(count)))
            try await self.store.checkpoint([part])
        }

        #expect(try await self.store.events(of: start.reply, from: 1) == events)
        #expect(try await self.store.events(of: start.reply, from: 4) == Array(events[3...]))
        #expect(try await self.store.events(of: start.reply, from: 7) == [])
    }

    @Test func `give events back only up to a gap`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)

        try await self.store.checkpoint([
            ReplyPart(generation: start.reply, first: 1, events: [.text("1")]),
            ReplyPart(generation: start.reply, first: 3, events: [.text("3")]),
        ])

        #expect(try await self.store.events(of: start.reply, from: 1) == [.text("1")])
    }

    @Test(arguments: Event.everyKind) func `give every kind of event back`(event: Event) async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)

        try await self.store.checkpoint([ReplyPart(generation: start.reply, first: 1, events: [event])])

        #expect(try await self.store.events(of: start.reply, from: 1) == [event])
    }

    @Test(arguments: [ReplyState.complete, .stopped, .failed, .interrupted])
    func `end with their whole reply`(state: ReplyState) async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        try await self.store.checkpoint([ReplyPart(generation: start.reply, first: 1, events: [.text("Hello")])])
        let reply = FinishedReply.sample(of: start, checkpointed: 1, state: state)

        try await self.commit(reply)

        let message = try #require(try await self.messages().last)
        #expect(message.text == "Hello there")
        #expect(message.state == state)
        #expect(message.error == reply.error)
        let record = try await self.store.generation(answering: start.message.id, of: .ada)
        #expect(record?.state == state)
        #expect(record?.lastEvent == 3)
        #expect(
            try await self.store.events(of: start.reply, from: 1) == [
                .text("Hello"), .text(" there"), .last(of: state),
            ]
        )
        let conversation = try await self.storage.conversations.conversations(of: .ada, limit: 5).first
        #expect(conversation?.isRunning == false)
        #expect(conversation?.updatedAt == reply.endedAt)
    }

    @Test func `are one row however often they are saved`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        let reply = FinishedReply.sample(of: start)
        let queue = self.storage.replies

        try await withThrowingTaskGroup(of: Kept.self) { group in
            for _ in 0..<30 { group.addTask { try await queue.keep(reply) {} } }
            for try await kept in group { #expect(kept == .committed) }
        }

        #expect(try await self.messages().map(\.text) == ["Question one?", "Hello there"])
        #expect(try await self.store.events(of: start.reply, from: 1).count == 3)
    }

    @Test func `stay as they ended`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        try await self.commit(.sample(of: start))

        try await self.commit(.sample(of: start, pieces: ["Something else"], state: .failed))
        try await self.store.checkpoint([ReplyPart(generation: start.reply, first: 9, events: [.text("late")])])

        #expect(try await self.messages().last?.text == "Hello there")
        #expect(try await self.store.generation(answering: start.message.id, of: .ada)?.state == .complete)
    }

    @Test func `are not touched under another epoch`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)

        try await self.commit(.sample(of: start, epoch: 2))

        #expect(try await self.store.generation(answering: start.message.id, of: .ada)?.state == .accepted)
        #expect(try await self.messages().last?.text == "")
    }

    @Test func `are kept even when nobody knows their conversation any more`() async throws {
        let start = GenerationStart.sample()

        try await self.commit(.sample(of: start, epoch: 4))

        #expect(try await self.messages().map(\.text) == ["Hello there"])
        #expect(try await self.store.generation(answering: start.message.id, of: .ada)?.state == .complete)
    }

    @Test func `forget their events a day after their end, and keep the text`() async throws {
        let old = GenerationStart.sample()
        let new = GenerationStart.sample("two", at: .sample + .seconds(2 * 24 * 60 * 60))
        _ = try await self.store.claim(old)
        try await self.commit(.sample(of: old))
        _ = try await self.store.claim(new)
        try await self.commit(.sample(of: new))

        #expect(try await self.store.events(of: old.reply, from: 1) == [])
        #expect(try await self.store.events(of: new.reply, from: 1).count == 3)
        #expect(try await self.messages().map(\.text).contains("Hello there"))
    }

    @Test func `never show a text that was changed on disk`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        try await self.commit(.sample(of: start))
        await self.storage.close()
        do {
            let database = try Database(path: self.folder.file("data/chat.sqlite"), access: .writing)
            try database.run("UPDATE message SET parts = replace(parts, 'Hello', 'Hellp')")
        }

        let later = try await self.reopen()
        let found = try await later.conversations.conversation(start.conversation, of: .ada, limit: 5)

        #expect(found?.messages.map(\.state) == [.complete, .failed])
        #expect(found?.messages.last?.parts == [])
        #expect(found?.messages.last?.error == MessageRows.damageSentence)
        #expect(self.log.lines.contains { $0.contains("damaged") && $0.contains(start.reply.rawValue) })
        await later.close()
    }

    @Test func `leave a receipt: when it was claimed, ended and saved, and what of`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        let running = try #require(try await self.store.receipt(answering: start.message.id, of: .ada))
        try await self.commit(.sample(of: start, pieces: ["Hello", " there"]))

        let receipt = try #require(try await self.store.receipt(answering: start.message.id, of: .ada))

        #expect(running.committedAt == nil && running.content == nil && running.state == .accepted)
        #expect(running.receivedAt == .sample)
        #expect(receipt.state == .complete)
        #expect(receipt.trace == .sample)
        #expect(receipt.endedAt == .sample + .seconds(5))
        #expect(receipt.committedAt != nil)
        // printf 'Hello there' | sha256sum
        let digest = "4e47826698bb4630fb4451010062fadbf85d61427cbdfaed7ad0f23f239bed89"
        #expect(receipt.content == Receipt.Content(bytes: 11, sha256: digest))
        #expect(try await self.store.receipt(answering: start.message.id, of: .bob) == nil)
    }

    @Test func `are recent while they run and for a while after`() async throws {
        let old = GenerationStart.sample("old", in: "talk-old")
        let running = GenerationStart.sample("running", in: "talk-running", at: .sample + .seconds(60))
        let stranger = GenerationStart.sample("stranger", by: .bob, in: "talk-bob")
        for start in [old, running, stranger] { _ = try await self.store.claim(start) }
        try await self.commit(.sample(of: old))

        func recent(after seconds: Int) async throws -> [Message.ID] {
            try await self.store
                .recentGenerations(of: .ada, endedAfter: .sample + .seconds(seconds), limit: 9).map(\.message)
        }

        #expect(Set(try await recent(after: 4)) == [running.message.id, old.message.id])
        #expect(try await recent(after: 5) == [running.message.id])
        #expect(try await self.store.recentGenerations(of: .ada, endedAfter: .sample, limit: 1).count == 1)
    }

    @Test func `tell how much of a stopped reply was seen`() async throws {
        let start = GenerationStart.sample()
        _ = try await self.store.claim(start)
        try await self.commit(.sample(of: start, state: .stopped))

        #expect(try await self.messages().last?.shown == 5)
        #expect(try await self.messages().last?.text == "Hello there")
    }
}
