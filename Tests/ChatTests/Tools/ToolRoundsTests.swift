import Chat
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing

/// Replies for which the model has something done on our side.
@Suite(.timeLimit(.minutes(20))) struct `A reply with tools` {
    private let time = TestTime()
    private let store = MemoryStore()
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test func `gives the model what its tools gave, and is kept with both`() async throws {
        let call = ToolCall(id: "1", name: "double", arguments: #"{"number":21}"#)
        let provider = ScriptedProvider([
            .text("Let me see. "), .toolCall(call), .end(.toolCalls), .text("It is 42."), .end(.stop),
        ])

        let outcome = try await self.reply(from: provider, with: [DoublingTool()])

        let result = ToolResult(id: "1", name: "double", outcome: .result(#"{"doubled":42}"#), duration: .zero)
        #expect(outcome.text == "Let me see. It is 42." && outcome.toolCalls.isEmpty)
        #expect(provider.prompts.count == 2)
        #expect(
            provider.prompts.last?.rounds == [ToolRound(text: "Let me see. ", calls: [call], results: [result])]
        )
        #expect(
            self.store.replies.values.first?.parts
                == [.text("Let me see. "), .tool(call: call, result: result), .text("It is 42.")]
        )
    }

    @Test(arguments: [
        ("halve", "{}", "There is no tool"), ("double", "{number", "no JSON"),
        ("double", "{}", "\"number\" is missing"),
        ("double", #"{"number":"x"}"#, "must be of type number"), ("double", #"{"number":1,"more":2}"#, "is not known"),
        ("double", #"{"number":1000}"#, "must be at most 100"), ("fail", "", "It never works."),
    ])
    func `tells the model what went wrong and goes on`(tool: String, arguments: String, sentence: String) async throws {
        let call = ToolCall(id: "1", name: tool, arguments: arguments)
        let provider = ScriptedProvider([.toolCall(call), .end(.toolCalls), .text("Never mind."), .end(.stop)])

        let outcome = try await self.reply(from: provider, with: [DoublingTool(), FailingTool()])

        guard case .error(let said)? = provider.prompts.last?.rounds.first?.results.first?.outcome else {
            return #expect(Bool(false), "the model is told of an error")
        }
        #expect(said.contains(sentence))
        #expect(outcome.state == .complete && outcome.text == "Never mind.")
    }

    @Test func `runs the calls of one round at the same time`() async throws {
        let meeting = MeetingTool()
        let provider = ScriptedProvider([
            .toolCall(ToolCall(id: "1", name: "meet", arguments: "")),
            .toolCall(ToolCall(id: "2", name: "meet", arguments: "")), .end(.toolCalls), .text("Met."), .end(.stop),
        ])

        // Each of the two waits for the other: one after the other they would wait forever.
        #expect(try await self.reply(from: provider, with: [meeting]).text == "Met.")
    }

    @Test func `ends a tool that takes too long`() async throws {
        let provider = ScriptedProvider([
            .toolCall(ToolCall(id: "1", name: "sleep", arguments: "")), .end(.toolCalls), .text("On without it."),
            .end(.stop),
        ])
        async let reply = self.reply(from: provider, with: [SleepingTool(time: self.time.source)])
        // The registry's round, the tool, and its limit.
        await self.time.waited(3)
        self.time.advance(by: .seconds(5))

        #expect(try await reply.text == "On without it.")
        #expect(provider.prompts.last?.rounds.first?.results.first?.outcome == .error("The tool took longer than 5 s."))
    }

    @Test func `does not do what the model was cut off in the middle of saying`() async throws {
        let provider = ScriptedProvider([
            .toolCall(ToolCall(id: "1", name: "double", arguments: #"{"number":2}"#)), .end(.length), .text("Again."),
            .end(.stop),
        ])

        _ = try await self.reply(from: provider, with: [DoublingTool()])

        guard case .error(let said)? = provider.prompts.last?.rounds.first?.results.first?.outcome else {
            return #expect(Bool(false), "nothing is done")
        }
        #expect(said.hasPrefix("Not done"))
    }

    @Test func `lets a model call tools eight times, then it has to answer`() async throws {
        let provider = ScriptedProvider()
        for number in 0..<8 {
            let call = ToolCall(id: "\(number)", name: "double", arguments: #"{"number":\#(number)}"#)
            provider.then(.toolCall(call), .end(.toolCalls))
        }
        provider.then(.text("Enough."), .end(.stop))

        let outcome = try await self.reply(from: provider, with: [DoublingTool()])

        #expect(outcome.text == "Enough." && provider.prompts.count == 9)
        #expect(provider.prompts.map(\.tools.isEmpty) == Array(repeating: false, count: 8) + [true])
    }

    @Test func `does the same call three times and no more`() async throws {
        let provider = ScriptedProvider()
        for number in 0..<4 {
            provider.then(
                .toolCall(ToolCall(id: "\(number)", name: "double", arguments: #"{"number":1}"#)),
                .end(.toolCalls)
            )
        }
        provider.then(.text("Enough."), .end(.stop))

        _ = try await self.reply(from: provider, with: [DoublingTool()])

        let outcomes = provider.prompts.last?.rounds.flatMap(\.results).map(\.outcome) ?? []
        #expect(outcomes.prefix(3).allSatisfy { $0 == .result(#"{"doubled":2}"#) })
        #expect(outcomes.last == .error("Not done: the same call was made before; its result stands above."))
    }

    @Test func `is stopped while a tool runs`() async throws {
        let provider = ScriptedProvider([
            .text("Wait. "), .toolCall(ToolCall(id: "1", name: "sleep", arguments: "")), .end(.toolCalls),
        ])
        let registry = self.registry(provider)
        try await self.running(registry) {
            let generation = try await self.start(registry, with: [SleepingTool(time: self.time.source)])
            await self.time.waited(3)
            let receipt = try await registry.stop(generation.record.message, of: generation.record.person, seen: nil)

            #expect(receipt.state == .stopped)
            #expect(await generation.outcome().text == "Wait. ")
        }
        #expect(provider.prompts.count == 1)
    }

    // MARK: Helpers

    private func reply(from provider: ScriptedProvider, with tools: [any Tool]) async throws -> ReplyOutcome {
        let registry = self.registry(provider)
        var outcome: ReplyOutcome?
        try await self.running(registry) { outcome = try await self.start(registry, with: tools).outcome() }
        return try #require(outcome)
    }

    private func registry(_ provider: ScriptedProvider) -> GenerationRegistry {
        GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(provider),
            keeper: self.store,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
    }

    private func running(_ registry: GenerationRegistry, _ work: () async throws -> Void) async throws {
        let service = Task { await registry.run() }
        defer { service.cancel() }
        try await work()
    }

    private func start(_ registry: GenerationRegistry, with tools: [any Tool]) async throws -> Generation {
        let toolbox = Toolbox(tools, time: self.time.source)
        let agent = Agent(id: "test", name: "Test", systemPrompt: "Test.", tools: toolbox.names)
        let start = GenerationStart(
            person: try #require(PersonID(rawValue: "person-000000000")),
            conversation: try #require(Conversation.ID(rawValue: "conversation-000")),
            message: Message(
                id: try #require(Message.ID(rawValue: "message-00000000")),
                parent: nil,
                role: .user,
                parts: [.text("Please")],
                createdAt: self.time.source.now()
            ),
            reply: try #require(Message.ID(rawValue: "reply-0000000000")),
            title: "Please",
            agent: agent.id
        )
        let composer = Composer.plain(self.time.source, tools: toolbox, agents: .only(agent))
        guard case .live(let generation) = try await registry.start(start, on: self.home.loop, admit: { composer })
        else { throw Unexpected() }
        return generation
    }
}

private struct Unexpected: Error {}

private struct DoublingTool: Tool {
    let description = ToolDescription(
        name: "double",
        purpose: "Doubles a number.",
        parameters: JSONSchema(checked: [
            "type": "object", "properties": ["number": ["type": "number", "maximum": 100]], "required": ["number"],
            "additionalProperties": false,
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        ["doubled": .number(JSON.Number(2 * (arguments["number"]?.int ?? 0)))]
    }
}

private struct FailingTool: Tool {
    let description = ToolDescription(
        name: "fail",
        purpose: "Fails.",
        parameters: JSONSchema(checked: ["type": "object"])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        throw ToolError("It never works.")
    }
}

private struct SleepingTool: Tool {
    let time: TimeSource
    let description = ToolDescription(
        name: "sleep",
        purpose: "Sleeps.",
        parameters: JSONSchema(checked: ["type": "object"])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        // Cancelled when its time is over.
        try? await self.time.sleep(.seconds(3600))
        return .null
    }
}

/// Two calls of it return once both have begun.
private actor Meeting {
    private var waiting: CheckedContinuation<Void, Never>?

    func arrive() async {
        if let other = self.waiting.take() { return other.resume() }
        await withCheckedContinuation { self.waiting = $0 }
    }
}

private struct MeetingTool: Tool {
    private let meeting = Meeting()
    let description = ToolDescription(
        name: "meet",
        purpose: "Meets.",
        parameters: JSONSchema(checked: ["type": "object"])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        await self.meeting.arrive()
        return .null
    }
}
