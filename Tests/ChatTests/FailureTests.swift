import Chat
import Identifiers
import Observability
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `A model call that fails` {
    private static let question = "I have not told anybody that I drink."

    private let time = TestTime()
    private let store = MemoryStore()
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test(
        arguments: [
            (ProviderError.unreachable(reason: "no route"), Failure.unavailable, "no route"),
            (.broken(reason: "reset by peer"), .unavailable, "reset by peer"),
            (.rejected(status: 402, message: "no money"), .unavailable, "402"),
            (.overloaded(status: 429, retryAfter: .seconds(7)), .unavailable, "429"),
            (.failed(message: "upstream died"), .unavailable, "upstream died"),
            (.cancelled, .unavailable, "cancelled"),
            (.malformed(reason: "no JSON"), Failure(kind: .malformed, message: Failure.unavailable.message), "no JSON"),
        ]
    )
    func `tells the reader a fixed sentence and the log its cause`(
        error: ProviderError,
        failure: Failure,
        cause: String
    ) async throws {
        let lines = Mutex<[String]>([])
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(ScriptedProvider([.fail(error)])),
            keeper: self.store,
            limits: GenerationLimits(),
            time: self.time.source,
            logger: Logger(least: .debug) { line in lines.withLock { $0.append(line) } },
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }

        let outcome = try await self.outcome(registry)

        #expect(outcome.state == .failed)
        #expect(outcome.failure == failure)
        let log = lines.withLock { $0 }
        #expect(log.contains { $0.contains("the model call failed") && $0.contains(cause) })
        #expect(!log.joined().contains("anybody"))
    }

    @Test(arguments: Seeds.all)
    func
        `Feature: chat-text-streaming, Property 23: is in the log with its cause and its message, and nothing that was said`(
            seed: UInt64
        ) async throws
    {
        var generator = SeededGenerator(seed: seed)
        let cause = "cause-\(UInt32.random(in: 0...UInt32.max, using: &generator))"
        let status = Int.random(in: 400...599, using: &generator)
        let errors: [(ProviderError, String)] = [
            (.unreachable(reason: cause), cause), (.broken(reason: cause), cause), (.failed(message: cause), cause),
            (.malformed(reason: cause), cause), (.rejected(status: status, message: cause), "\(status)"),
            (.overloaded(status: status, retryAfter: nil), "\(status)"),
        ]
        let (error, told) = errors.randomElement(using: &generator) ?? errors[0]
        let pieces = (0..<Int.random(in: 0...5, using: &generator)).map { ScriptedProvider.Step.text("secret \($0)") }
        let lines = Mutex<[String]>([])
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(ScriptedProvider(pieces + [.fail(error)])),
            keeper: self.store,
            time: self.time.source,
            logger: Logger(least: .debug) { line in lines.withLock { $0.append(line) } },
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }

        _ = try await self.outcome(registry)

        let log = lines.withLock { $0 }
        #expect(log.contains { $0.contains(told) && $0.contains("the-message-asked") && $0.contains("error") })
        #expect(!log.joined().contains("secret") && !log.joined().contains("anybody"))
    }

    @Test func `tells the reader when another provider answers in the model's place`() async throws {
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(ScriptedProvider([.standIn("The coach answers."), .text("Hi"), .end(.stop)])),
            keeper: self.store,
            limits: GenerationLimits(),
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }

        let outcome = try await self.outcome(registry)

        #expect(outcome.state == .complete)
        let events = self.store.replies.values.flatMap(\.rest.events)
        #expect(events.contains(.notice(Notice(code: .standIn, text: "The coach answers."))))
    }

    // MARK: Steps

    private func outcome(_ registry: GenerationRegistry) async throws -> ReplyOutcome {
        let start = GenerationStart(
            person: try #require(PersonID(rawValue: "the-only-reader-here")),
            conversation: try #require(Conversation.ID(rawValue: "the-conversation-here")),
            message: Message(
                id: try #require(Message.ID(rawValue: "the-message-asked")),
                parent: nil,
                role: .user,
                parts: [.text(Self.question)],
                createdAt: self.time.source.now()
            ),
            reply: try #require(Message.ID(rawValue: "the-reply-that-came")),
            title: "Hello?",
            agent: "general"
        )
        let attachment = try await registry.start(start, on: self.home.loop) { .plain(self.time.source) }
        guard case .live(let generation) = attachment else { throw Unexpected() }
        return await generation.outcome()
    }
}

private struct Unexpected: Error {}
