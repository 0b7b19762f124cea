import Crypto
import Identifiers
import Observability
import TestSupport
import Testing

@testable import Chat

@Suite(.timeLimit(.minutes(20))) struct `Titles by a model` {
    private let time = TestTime()
    private let store = MemoryStore()
    private let provider = ScriptedProvider()
    private let home: TestLoop
    private let person = PersonID.random()
    private let conversation = Conversation.ID.random()

    init() throws {
        self.home = try TestLoop()
    }

    private func running(_ work: (GenerationRegistry) async throws -> Void) async throws {
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(self.provider),
            keeper: self.store,
            titles: self.store,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }
        try await work(registry)
    }

    private func ask(_ registry: GenerationRegistry) async throws -> ReplyOutcome? {
        let start = GenerationStart(
            person: self.person,
            conversation: self.conversation,
            message: Message(
                id: .random(),
                parent: nil,
                role: .user,
                parts: [.text("My knees hurt")],
                createdAt: self.time.source.now()
            ),
            reply: .random(),
            title: "My knees hurt",
            agent: "general"
        )
        let attachment = try await registry.start(start, on: self.home.loop) { .plain(self.time.source) }
        guard case .live(let generation) = attachment else { return nil }
        return await generation.outcome()
    }

    private var title: String? {
        get async throws {
            try await self.store.conversations(of: self.person, limit: 1).first?.title
        }
    }

    private func untilNamed(_ title: String) async throws {
        while try await self.title != title { await Task.yield() }
    }

    @Test func `come once, after the first reply`() async throws {
        try await self.running { registry in
            self.provider.then(.text("A reply."), .end(.stop))
            #expect(try await self.ask(registry)?.text == "A reply.")
            while !registry.titling.contains(self.conversation) { await Task.yield() }
            #expect(try await self.title == "My knees hurt")
            self.provider.then(.text("Strong "), .text("knees"), .end(.stop))
            try await self.untilNamed("Strong knees")
            while registry.titling.contains(self.conversation) { await Task.yield() }

            self.provider.then(.text("Another."), .end(.stop))
            #expect(try await self.ask(registry)?.text == "Another.")
        }
        #expect(self.provider.prompts.map(\.purpose) == [.reply, .title, .reply])
    }

    @Test func `never overrule the reader`() async throws {
        try await self.running { registry in
            self.provider.then(.text("A reply."), .end(.stop))
            _ = try await self.ask(registry)
            while self.provider.prompts.count < 2 { await Task.yield() }
            let change = ConversationChange(title: "Mine")
            _ = try await self.store.change(self.conversation, change, by: self.person, at: self.time.source.now())
            self.provider.then(.text("Strong knees"), .end(.stop))
            while registry.titling.contains(self.conversation) { await Task.yield() }
            #expect(try await self.title == "Mine")
        }
    }

    @Test func `are not waited for longer than five seconds, and not asked for again`() async throws {
        try await self.running { registry in
            self.provider.then(.text("A reply."), .end(.stop))
            _ = try await self.ask(registry)
            while !self.time.waits.contains(TitleQuestion.patience) { await Task.yield() }
            self.time.advance(by: TitleQuestion.patience)
            while registry.titling.contains(self.conversation) { await Task.yield() }
            #expect(try await self.title == "My knees hurt")
        }
        #expect(self.provider.prompts.count == 2)
    }

    @Test func `are asked for only where a model has written a whole reply`() async throws {
        try await self.running { registry in
            self.provider.then(.text("Half a re"), .fail(.broken(reason: "gone")))
            _ = try await self.ask(registry)
            self.provider.then(.standIn("Somebody else."), .text("A reply."), .end(.stop))
            _ = try await self.ask(registry)
            await registry.drain(within: .zero)
        }
        #expect(self.provider.prompts.map(\.purpose) == [.reply, .reply])
    }

    @Test(arguments: [
        ("Strong knees", "Strong knees"), ("\n\n\"Strong knees.\"\nMore of it", "Strong knees"),
        ("Title: **Strong knees**", "Strong knees"), ("标题：膝盖训练。", "膝盖训练"), ("「膝盖」", "膝盖"),
        ("# C# in a week", "C# in a week"),
        ("", nil), ("\"\"", nil), ("...\n---", nil),
    ])
    func `are read out of what models say`(answer: String, title: String?) {
        #expect(TitleQuestion.title(in: answer) == title)
    }
}

extension Identifier {
    fileprivate static func random() -> Self {
        var generator = SecureRandom()
        return Self(using: &generator)
    }
}
