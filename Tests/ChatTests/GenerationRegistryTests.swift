import Chat
import Identifiers
import Observability
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The generation registry` {
    private let time = TestTime()
    private let store = MemoryStore()
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test func `shows a reply as it grows, and keeps it before it says that it is complete`() async throws {
        let provider = ScriptedProvider([.text("Hel"), .text("lo"), .end(.stop)])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            try await self.attach(viewer, to: registry, dialect: .textOnly)
            #expect(await viewer.whole() == "Hello")
        }

        #expect(self.store.replies.values.map(\.parts) == [[.text("Hello")]])
        #expect(self.store.replies.values.map(\.state) == [.complete])
    }

    @Test func `makes one model call, however many ask for the reply at once`() async throws {
        let provider = ScriptedProvider()
        let registry = self.registry(provider)
        let viewers = (0..<100).map { _ in RecordingViewer() }

        try await self.running(registry) {
            try await withThrowingTaskGroup { group in
                for viewer in viewers {
                    group.addTask { try await self.attach(viewer, to: registry, dialect: .textOnly) }
                }
                try await group.waitForAll()
            }
            provider.then(.text("once"), .end(.stop))
            for viewer in viewers { #expect(await viewer.whole() == "once") }
        }

        #expect(provider.prompts.count == 1)
    }

    @Test func `shows a late viewer what it missed, from the number that it names`() async throws {
        let provider = ScriptedProvider([.text("a"), .text("b"), .text("c"), .end(.stop)])
        let registry = self.registry(provider)
        let first = RecordingViewer()
        let second = RecordingViewer()

        try await self.running(registry) {
            try await self.attach(first, to: registry, dialect: .described)
            let whole = await first.whole()
            for after in 0...first.last {
                let late = RecordingViewer()
                try await self.attach(late, to: registry, dialect: .described, after: after)
                let expected = whole.split(separator: "\n").dropFirst(after).map { $0 + "\n" }.joined()
                #expect(await late.whole() == expected)
            }
            try await self.attach(second, to: registry, dialect: .textOnly)
            #expect(await second.whole() == "abc")
        }
    }

    @Test func `goes on when everybody has left`() async throws {
        let provider = ScriptedProvider()
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            viewer.leave()
            provider.then(.text("unseen"), .end(.stop))
            #expect(await generation.outcome().text == "unseen")
        }

        #expect(self.store.replies.values.map(\.state) == [.complete])
    }

    @Test func `lets the account that a guest signs in to find what runs, and keeps it as theirs`() async throws {
        let provider = ScriptedProvider([.text("half ")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()
        var random = SeededGenerator(seed: 1)
        let account = PersonID(using: &random)

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            await registry.handOver(from: .reader, to: account)
            // Both find it from now on, before the store knows of it and afterwards.
            for isHandedOver in [false, true] {
                if isHandedOver { #expect(try await self.store.handOver(from: .reader, to: account) == 1) }
                for person in [PersonID.reader, account] {
                    guard case .live(let found)? = try await registry.find(.sample, of: person) else {
                        throw Unexpected()
                    }
                    #expect(found === generation)
                }
            }
            provider.then(.text("whole"), .end(.stop))
            #expect(await viewer.whole() == "half whole")
            #expect(await generation.outcome().text == "half whole")
            #expect(try await self.store.conversations(of: account, limit: 9).count == 1)
            #expect(try await registry.receipt(answering: .sample, of: account)?.state == .complete)
        }
    }

    @Test func `keeps the text of a stopped reply and ends the model call`() async throws {
        let provider = ScriptedProvider([.text("half")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            while viewer.text.isEmpty { await Task.yield() }
            let receipt = try await registry.stop(.sample, of: .reader, seen: 5)

            #expect(receipt.state == .stopped && receipt.pieces == 1)
            #expect(try await registry.stop(.sample, of: .reader, seen: 5).state == .stopped)
            #expect(await generation.outcome().text == "half")
        }

        #expect(self.store.replies.values.map(\.seen) == [5])
    }

    @Test func `does not start what was stopped before it started`() async throws {
        let provider = ScriptedProvider([.text("never"), .end(.stop)])
        let registry = self.registry(provider)

        try await self.running(registry) {
            let receipt = try await registry.stop(.sample, of: .reader, seen: nil)
            guard case .finished(let record) = try await self.start(registry) else {
                throw Unexpected()
            }

            #expect(receipt.state == .stopped && record.state == .stopped)
            #expect(try await registry.events(of: record) == [.stopped])
        }

        #expect(provider.prompts.isEmpty)
    }

    @Test func `starts nothing for which there is no room, and cuts off what finds no more of it`() async throws {
        let provider = ScriptedProvider([.text("fits"), .text(" but not this"), .text(" and nothing after it")])
        let registry = self.registry(provider)

        try await self.running(registry) {
            self.store.limitRoom(to: 0)
            await #expect(throws: StartError.noRoom) { try await self.start(registry) }
            await #expect(throws: StartError.noRoom) { try await registry.checkStart(by: .reader) }
            #expect(provider.prompts.isEmpty)

            self.store.limitRoom(to: 4)
            let generation = try await self.generation(registry)
            #expect(await generation.outcome().text == "fits but not this")
            // Whoever comes back to it needs no room.
            self.store.limitRoom(to: 0)
            #expect(try await self.generation(registry).record == generation.record)
        }

        #expect(self.store.replies.values.map(\.state) == [.interrupted])
    }

    @Test func `notes how much of a stopped reply its reader had seen, in UTF-16 code units`() async throws {
        let provider = ScriptedProvider([.text("Hi 🙂"), .text(" and"), .text(" more")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            while viewer.text != "Hi 🙂 and more" { await Task.yield() }
            // accepted, thinking and writing come before the first text.
            let seen = viewer.last - 1
            _ = try await registry.stop(.sample, of: .reader, seen: seen)
            _ = await generation.outcome()
        }

        #expect(self.store.replies.values.map(\.shown) == ["Hi 🙂 and".utf16.count])
        #expect(self.store.replies.values.map(\.parts) == [[.text("Hi 🙂 and more")]])
    }

    @Test func `gives a receipt of what runs: its calls and who watched and came back`() async throws {
        let provider = ScriptedProvider([.text("Hi")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            #expect(try await registry.receipt(answering: .sample, of: .reader) == nil)
            try await self.attach(viewer, to: registry, dialect: .textOnly)
            while viewer.text.isEmpty { await Task.yield() }
            try await self.attach(RecordingViewer(), to: registry, dialect: .textOnly, after: 2)

            let receipt = try #require(try await registry.receipt(answering: .sample, of: .reader))

            #expect(receipt.trace.modelCalls == 1)
            #expect(receipt.trace.viewers == 2 && receipt.trace.returns == 1)
            #expect(receipt.trace.firstTextAt == self.time.source.now())
            #expect(receipt.committedAt == nil && receipt.content == nil)
            #expect(try await registry.receipt(answering: .sample, of: .other) == nil)
            provider.then(.end(.stop))
        }
    }

    @Test func `remembers a reply until the database has it, however long that takes`() async throws {
        let provider = ScriptedProvider([.text("whole"), .end(.stop)])
        let registry = self.registry(provider, limits: .forgetful)
        self.store.keepInSpool()

        try await self.running(registry) {
            let generation = try await self.generation(registry)
            #expect(await generation.outcome().text == "whole")
            await registry.tick()
            #expect(try await self.generation(registry) === generation)

            self.store.commitSpooled()
            while case .live = try await self.start(registry) { await registry.tick() }
        }
    }

    @Test func `does not call it an answer when the model ends without a word`() async throws {
        let provider = ScriptedProvider([.sign, .end(.stop)])
        let registry = self.registry(provider)

        try await self.running(registry) {
            let outcome = try await self.generation(registry).outcome()
            #expect(outcome.failure == Failure(kind: .malformed, message: "AI service temporarily unavailable"))
        }

        #expect(self.store.replies.values.map(\.state) == [.failed])
    }

    @Test func `tells the reader a fixed sentence when the model fails, and keeps what came before`() async throws {
        let provider = ScriptedProvider([.text("so far"), .fail(.broken(reason: "secret detail"))])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .described)
            let whole = await viewer.whole()

            #expect(await generation.outcome().failure == .unavailable)
            #expect(!whole.contains("secret detail"))
        }

        #expect(self.store.replies.values.map(\.parts) == [[.text("so far")]])
        #expect(self.store.replies.values.map(\.error) == ["AI service temporarily unavailable"])
    }

    @Test func `ends a call that has said nothing within the time for the first chunk`() async throws {
        let provider = ScriptedProvider([.sign])
        let registry = self.registry(provider)

        try await self.running(registry) {
            let generation = try await self.generation(registry)
            self.time.advance(by: .seconds(59))
            await registry.tick()
            #expect(await generation.endedAt == nil)
            self.time.advance(by: .seconds(1))
            await registry.tick()

            #expect(await generation.outcome().failure == .timeout)
        }
    }

    @Test func `counts signs of life once the model has begun to speak`() async throws {
        let provider = ScriptedProvider([.text("a")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            while viewer.text.isEmpty { await Task.yield() }
            self.time.advance(by: .seconds(29))
            provider.then(.sign, .text("b"))
            while viewer.text != "ab" { await Task.yield() }
            self.time.advance(by: .seconds(29))
            await registry.tick()
            #expect(await generation.endedAt == nil)
            self.time.advance(by: .seconds(1))
            await registry.tick()

            #expect(await generation.outcome().failure == .timeout)
            #expect(await generation.outcome().text == "ab")
        }
    }

    @Test func `ends an endless reply at its limit`() async throws {
        var limits = GenerationLimits()
        limits.longestReply = 10
        let provider = ScriptedProvider([.text("12345"), .text("67890"), .text("more")])
        let registry = self.registry(provider, limits: limits)

        try await self.running(registry) {
            let outcome = try await self.generation(registry).outcome()

            #expect(outcome.state == .complete && outcome.text == "1234567890")
        }

        #expect(self.store.replies.values.map(\.finishReason) == [.length])
    }

    @Test func `checkpoints what is there, once for all replies`() async throws {
        let provider = ScriptedProvider([.text("part")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .textOnly)
            while viewer.text.isEmpty { await Task.yield() }
            await registry.tick()
            await registry.tick()
            let events = try await self.store.events(of: generation.record.id, from: 1)

            #expect(self.store.checkpoints == 1)
            #expect(events.contains(.text("part")))
            provider.then(.text(" two"), .end(.stop))
            _ = await generation.outcome()
            #expect(try await self.store.events(of: generation.record.id, from: 1).last?.isLast == true)
        }
    }

    @Test func `never says complete when the reply could be kept nowhere`() async throws {
        let provider = ScriptedProvider([.text("lost"), .end(.stop)])
        let registry = self.registry(provider)
        self.store.refuseToKeep()

        try await self.running(registry) {
            let outcome = try await self.generation(registry).outcome()

            #expect(outcome.state == .failed && outcome.failure?.kind == .server)
        }
    }

    @Test func `tells viewers when a reply is only in the spool, and when it is in the database`() async throws {
        let provider = ScriptedProvider([.text("x")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()
        let plain = RecordingViewer()
        self.store.keepInSpool()

        try await self.running(registry) {
            let generation = try await self.attach(viewer, to: registry, dialect: .described)
            await generation.attach(plain, in: .textOnly, after: 0)
            provider.then(.end(.stop))
            _ = await generation.outcome()
            #expect(await plain.whole() == "x")
            #expect(!viewer.isEnded)
            #expect(viewer.text.contains("- notice(Chat.Notice(code: Chat.Notice.Code.notSavedYet"))
            self.store.commitSpooled()

            #expect(await viewer.whole().contains("- notice(Chat.Notice(code: Chat.Notice.Code.saved"))
        }
    }

    @Test func `lets viewers go that have waited half a minute for the database`() async throws {
        let registry = self.registry(ScriptedProvider([.text("x"), .end(.stop)]))
        let viewer = RecordingViewer()
        self.store.keepInSpool()

        try await self.running(registry) {
            _ = try await self.attach(viewer, to: registry, dialect: .described).outcome()
            self.time.advance(by: .seconds(30))
            await registry.tick()

            #expect(!(await viewer.whole().contains("saved,")))
        }
    }

    @Test func `refuses the eleventh reply of one person at once, and nobody else's`() async throws {
        let registry = self.registry(ScriptedProvider())

        try await self.running(registry) {
            for number in 0..<10 { _ = try await self.start(registry, message: .numbered(number)) }

            await #expect(throws: StartError.tooManyRunning) { try await self.start(registry, message: .numbered(10)) }
            _ = try await self.start(registry, message: .numbered(3))
            _ = try await self.start(registry, message: .numbered(10), person: .other)
        }
    }

    @Test func `refuses the id of a message for another text, in memory and from the store`() async throws {
        let registry = self.registry(ScriptedProvider([.text("Yes."), .end(.stop)]), limits: .forgetful)

        try await self.running(registry) {
            _ = try await self.generation(registry).outcome()
            await #expect(throws: StartError.conflict) { try await self.start(registry, text: "Other?") }
            await registry.tick()
            await #expect(throws: StartError.conflict) { try await self.start(registry, text: "Other?") }

            guard case .finished(let record) = try await self.start(registry) else { throw Unexpected() }
            #expect(record.state == .complete)
        }
    }

    @Test func `interrupts what is not done when the time to drain is over`() async throws {
        let provider = ScriptedProvider([.text("half")])
        let registry = self.registry(provider)
        let viewer = RecordingViewer()
        // Shorter than the silence that would fail the reply by itself.
        let limit = Duration.seconds(20)
        async let running: Void = registry.run()
        try await self.attach(viewer, to: registry, dialect: .textOnly)
        while viewer.text.isEmpty { await Task.yield() }

        async let drained: Void = registry.drain(within: limit)
        while await !registry.refusesStarts { await Task.yield() }
        await #expect(throws: StartError.draining) { try await self.start(registry, message: .numbered(1)) }
        while !self.time.waits.contains(limit) { await Task.yield() }
        self.time.advance(by: limit)
        await drained
        await running

        #expect(self.store.replies.values.map(\.state) == [.interrupted])
        #expect(self.store.replies.values.map(\.parts) == [[.text("half")]])
    }

    // MARK: Steps

    private func registry(_ provider: ScriptedProvider, limits: GenerationLimits = .init()) -> GenerationRegistry {
        GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(provider),
            keeper: self.store,
            limits: limits,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
    }

    /// Runs the registry around `work`; what is still running at the end is cancelled.
    private func running(_ registry: GenerationRegistry, _ work: () async throws -> Void) async throws {
        let service = Task { await registry.run() }
        defer { service.cancel() }
        try await work()
    }

    @discardableResult
    private func start(
        _ registry: GenerationRegistry,
        message: Message.ID = .sample,
        person: PersonID = .reader,
        text: String = "Hello?"
    ) async throws -> Chat.Attachment {
        let start = GenerationStart(
            person: person,
            conversation: person == .reader ? .sample : .other,
            message: Message(
                id: message,
                parent: nil,
                role: .user,
                parts: [.text(text)],
                createdAt: self.time.source.now()
            ),
            reply: Message.ID(rawValue: "reply-to-" + message.rawValue) ?? message,
            title: "Hello?",
            agent: "general"
        )
        return try await registry.start(start, on: self.home.loop) { .plain(self.time.source) }
    }

    private func generation(_ registry: GenerationRegistry) async throws -> Generation {
        guard case .live(let generation) = try await self.start(registry) else { throw Unexpected() }
        return generation
    }

    @discardableResult
    private func attach(
        _ viewer: RecordingViewer,
        to registry: GenerationRegistry,
        dialect: Dialect,
        after: Int = 0
    ) async throws -> Generation {
        let generation = try await self.generation(registry)
        await generation.attach(viewer, in: dialect, after: after)
        return generation
    }
}

private struct Unexpected: Error {}

extension GenerationLimits {
    /// Keeps no ended generation in memory.
    fileprivate static var forgetful: GenerationLimits {
        var limits = GenerationLimits()
        limits.retention = .zero
        return limits
    }
}

extension PersonID {
    fileprivate static let reader: PersonID = named("reader")
    fileprivate static let other: PersonID = named("somebody-else")
}

extension Message.ID {
    fileprivate static let sample: Message.ID = named("sample-message")
    fileprivate static func numbered(_ number: Int) -> Message.ID { named("message-number-\(number)") }
}

extension Conversation.ID {
    fileprivate static let sample: Conversation.ID = named("conversation")
    fileprivate static let other: Conversation.ID = named("other-conversation")
}

/// An identifier that reads well; short names are filled up to the least length.
private func named<Subject>(_ name: String) -> Identifier<Subject> {
    guard let identifier = Identifier<Subject>(rawValue: name + String(repeating: "-", count: max(0, 16 - name.count)))
    else { preconditionFailure("\(name) is no identifier") }
    return identifier
}
