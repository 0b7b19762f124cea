import Chat
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing

/// Replies for which a model is asked who should give them.
@Suite(.timeLimit(.minutes(20))) struct `A reply that a model routes` {
    private static let agents: AgentCatalogue = {
        let json: JSON = [
            "agents": [
                ["id": "general", "name": "General", "system_prompt": "Help."],
                [
                    "id": "workout", "name": "Workout", "description": "Plans training.", "system_prompt": "Train.",
                    "keywords": ["squat"],
                ],
            ],
            "routing_model": "tiny",
        ]
        guard let catalogue = try? AgentCatalogue(json) else { preconditionFailure("the catalogue is sound") }
        return catalogue
    }()

    private let time = TestTime()
    private let store = MemoryStore()
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test(arguments: ["workout", " Workout.\n", "\"workout\": it is about legs"])
    func `is given by the one that the model names, with that one's instructions`(answer: String) async throws {
        let provider = ScriptedProvider([.text(answer), .end(.stop), .text("Up!"), .end(.stop)])

        let outcome = try await self.outcome(of: "My legs are weak", from: provider)

        #expect(outcome.text == "Up!" && outcome.agent == "workout")
        #expect(provider.prompts.map(\.model) == ["tiny", nil])
        #expect(provider.prompts.first?.system.contains("- workout: Plans training.") == true)
        #expect(provider.prompts.last?.system.hasPrefix("Train.") == true)
        let reply = try #require(self.store.replies.values.first)
        #expect(reply.agent == "workout" && reply.trace.reason == "routed" && reply.trace.modelCalls == 2)
    }

    @Test(arguments: [
        [ScriptedProvider.Step.text("general"), .end(.stop)], [.text("I think the cook"), .end(.stop)], [.end(.stop)],
        [.fail(.unreachable(reason: "r"))], [.standIn("S"), .text("workout ist out"), .fail(.broken(reason: "r"))],
    ])
    func `is the usual one's when the model names nobody else`(steps: [ScriptedProvider.Step]) async throws {
        let provider = ScriptedProvider(steps + [.text("Hi"), .end(.stop)])

        let outcome = try await self.outcome(of: "My legs are weak", from: provider)

        #expect(outcome.text == "Hi" && outcome.agent == "general" && outcome.state == .complete)
        #expect(self.store.replies.values.first?.trace.reason == "usual")
    }

    @Test(arguments: ["Squat with me", "@general my legs are weak"])
    func `is not asked about where the message says it`(message: String) async throws {
        let provider = ScriptedProvider([.text("Hi"), .end(.stop)])

        _ = try await self.outcome(of: message, from: provider)

        #expect(provider.prompts.count == 1)
    }

    @Test func `does not wait longer than five seconds to be told`() async throws {
        let provider = SlowRouter(time: self.time.source)

        async let outcome = self.outcome(of: "My legs are weak", from: provider)
        await self.time.waited(3)
        self.time.advance(by: .seconds(5))

        #expect(try await outcome.text == "Hi")
        #expect(try await outcome.agent == "general")
    }

    private func outcome(of message: String, from provider: some ModelProvider) async throws -> ReplyOutcome {
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(provider),
            keeper: self.store,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }
        let start = GenerationStart(
            person: try #require(PersonID(rawValue: "person-000000000")),
            conversation: try #require(Conversation.ID(rawValue: "conversation-000")),
            message: Message(
                id: try #require(Message.ID(rawValue: "message-00000000")),
                parent: nil,
                role: .user,
                parts: [.text(message)],
                createdAt: self.time.source.now()
            ),
            reply: try #require(Message.ID(rawValue: "reply-0000000000")),
            title: "Please",
            agent: "general"
        )
        let composer = Composer.plain(self.time.source, agents: Self.agents)
        let attachment = try await registry.start(start, on: self.home.loop, admit: { composer })
        guard case .live(let generation) = attachment else { throw Unexpected() }
        return await generation.outcome()
    }
}

private struct Unexpected: Error {}

/// Says nothing to the question who should answer until it is given up.
private struct SlowRouter: ModelProvider {
    let name = "slow"
    let notice: String? = nil
    let time: TimeSource

    func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        if prompt.purpose == .routing {
            // Cancelled with the call.
            try? await self.time.sleep(.seconds(1000))
            throw .cancelled
        }
        receive(.text("Hi"))
        return ProviderCompletion(finishReason: .stop, usage: nil)
    }
}
