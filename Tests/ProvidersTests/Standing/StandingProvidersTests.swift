import Chat
import Observability
import Providers
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `Providers that stand for others` {
    private let home: TestLoop
    private let time = TestTime()
    private let metrics = Metrics()
    private let log = Log()

    init() throws {
        self.home = try TestLoop()
    }

    // MARK: Breaking

    @Test(
        arguments: [
            ProviderError.unreachable(reason: "r"), .overloaded(status: 503, retryAfter: nil), .broken(reason: "r"),
            .rejected(status: 500, message: "m"),
        ]
    )
    func `leave one alone that failed five times in a row`(error: ProviderError) async {
        let model = ScriptedProvider((1...5).map { _ in .fail(error) })
        let breaking = self.breaking(model)

        for _ in 1...5 { #expect(await self.reply(breaking).error == error) }

        #expect(
            await self.reply(breaking).error == .unreachable(reason: "scripted kept failing and is asked again in 30 s")
        )
        #expect(model.prompts.count == 5)
        #expect(self.log.text.contains("left alone") && self.log.text.contains("scripted"))
        #expect(self.metrics.exposition().contains(#"shuren_provider_refusals_total{provider="scripted"} 1"#))
        self.time.advance(by: .seconds(30))
        model.then(.text("back"), .end(.stop))
        #expect(await self.reply(breaking).texts == ["back"])
        #expect(self.log.text.contains("answers again"))
        #expect(self.metrics.exposition().contains(#"shuren_provider_openings_total{provider="scripted"} 1"#))
    }

    @Test(
        arguments: [
            ProviderError.rejected(status: 401, message: "m"), .malformed(reason: "r"), .failed(message: "m"),
            .cancelled,
        ]
    )
    func `take no other error for a failure`(error: ProviderError) async {
        let model = ScriptedProvider((1...10).map { _ in .fail(error) })
        let breaking = self.breaking(model)

        for _ in 1...10 { #expect(await self.reply(breaking).error == error) }

        #expect(model.prompts.count == 10)
    }

    @Test(arguments: [(false, 60), (true, 30)])
    func `take a silence until the time-out for a failure, and no reader who leaves before`(
        hasSpoken: Bool,
        limit: Int
    ) async {
        let model = ScriptedProvider()
        let breaking = self.breaking(model)
        let heard = Counter()
        for round in 1...6 {
            let call = Task {
                await breaking.reply(to: .sample, on: self.home.loop, hearing: { _ in heard.add() })
            }
            while model.prompts.count < round { await Task.yield() }
            model.then(hasSpoken ? .text("so") : .sign)
            while heard.count < round { await Task.yield() }
            self.time.advance(by: .seconds(round == 1 ? limit - 1 : limit))
            model.then(.fail(.cancelled))
            _ = await call.value
        }

        guard case .unreachable = await self.reply(breaking).error else {
            Issue.record("the breaker is closed")
            return
        }
        #expect(model.prompts.count == 6)
    }

    // MARK: Rules on health

    @Test(arguments: [Prompt.Purpose.reply, .routing])
    func `let no cry for help reach a model, not even to find out who answers`(purpose: Prompt.Purpose) async {
        let model = ScriptedProvider([.text("workout"), .end(.stop)])
        let careful = CarefulProvider(model, playbook: PlaybookSwitch(Playbook()))
        let turns = [Prompt.Turn(role: .user, text: "I want to kill myself tonight")]

        let reply = await self.reply(careful, Prompt(system: "", turns: turns, purpose: purpose))

        #expect(model.prompts.isEmpty && reply.error == nil)
        #expect(reply.texts.isEmpty == (purpose == .routing))
    }

    // MARK: Fallbacks

    @Test func `ask the next one where a call was not accepted`() async {
        let first = ScriptedProvider([.sign, .fail(.unreachable(reason: "r"))])
        let second = ScriptedProvider([.fail(.overloaded(status: 429, retryAfter: nil))])
        let third = ScriptedProvider([.text("third"), .end(.stop)])

        let reply = await self.reply(self.fallback(first, second, third))

        #expect(reply.texts == ["third"])
        #expect(reply.completion?.finishReason == .stop)
        #expect(second.prompts == first.prompts && third.prompts == first.prompts)
        #expect(self.metrics.exposition().contains("shuren_provider_fallbacks_total{provider=\"scripted\"} 2"))
    }

    @Test(
        arguments: [
            [ScriptedProvider.Step.fail(.broken(reason: "r"))], [.fail(.rejected(status: 500, message: "m"))],
            [.fail(.cancelled)], [.text("so"), .fail(.unreachable(reason: "r"))],
            [.reasoning("hm"), .fail(.overloaded(status: 429, retryAfter: nil))],
        ]
    )
    func `ask nobody else where it may have been accepted, or the reader has seen something`(
        steps: [ScriptedProvider.Step]
    ) async {
        let second = ScriptedProvider([.text("second"), .end(.stop)])

        let reply = await self.reply(self.fallback(ScriptedProvider(steps), second))

        #expect(reply.error != nil)
        #expect(second.prompts.isEmpty)
    }

    @Test func `keep a reply with the one that gave its rounds of tools, and show the others none of its state`() async
    {
        let call = ToolCall(id: "a", name: "bmi", arguments: "{}")
        let first = ScriptedProvider([
            .fail(.unreachable(reason: "r")), .text("first"), .end(.stop),
        ])
        let second = ScriptedProvider([
            .end(.toolCalls), .text("second"), .end(.stop), .fail(.unreachable(reason: "r")),
        ])
        let provider = self.fallback(first, second)
        var prompt = Prompt(system: "", turns: [], model: "large")
        let state = await self.reply(provider, prompt).completion?.state
        let round = ToolRound(text: "", calls: [call], results: [.sample("a", .result("1"))], providerState: state)
        prompt.rounds = [round]

        let reply = await self.reply(provider, prompt)

        #expect(reply.texts == ["second"])
        #expect(first.prompts.map(\.model) == ["large"] && second.prompts.map(\.model) == [nil, nil])
        #expect(second.prompts.last?.rounds == [ToolRound(text: "", calls: [call], results: round.results)])
    }

    @Test func `tell the last one's error when there is nobody left`() async {
        let providers = ["a", "b"].map { ScriptedProvider([.fail(.unreachable(reason: $0))]) }

        #expect(await self.reply(self.fallback(providers[0], providers[1])).error == .unreachable(reason: "b"))
    }

    // MARK: Stand-ins

    @Test(
        arguments: [
            ProviderError.unreachable(reason: "r"), .overloaded(status: 529, retryAfter: nil),
            .rejected(status: 401, message: "m"), .rejected(status: 402, message: "m"),
            .rejected(status: 403, message: "m"), .rejected(status: 502, message: "m"),
        ]
    )
    func `answer in the place of one that is out of order, and say so first`(error: ProviderError) async {
        let reply = await self.reply(
            self.standIn(for: ScriptedProvider([.sign, .fail(error)]), ScriptedProvider([.text("I"), .end(.stop)]))
        )

        #expect(
            reply.events == [
                .sign, .standIn("The model is out of reach right now. The built-in coach answers in its place."),
                .text("I"),
            ]
        )
        #expect(reply.completion?.finishReason == .stop)
        #expect(self.log.text.contains("out of order"))
        #expect(self.metrics.exposition().contains("shuren_provider_stand_ins_total{provider=\"scripted\"} 1"))
    }

    @Test(
        arguments: [
            [ScriptedProvider.Step.fail(.rejected(status: 400, message: "m"))], [.fail(.malformed(reason: "r"))],
            [.fail(.broken(reason: "r"))], [.fail(.failed(message: "m"))], [.fail(.cancelled)],
            [.text("so"), .fail(.unreachable(reason: "r"))], [.reasoning("hm"), .fail(.unreachable(reason: "r"))],
        ]
    )
    func `stay out where the question is what is wrong, or the model has begun`(steps: [ScriptedProvider.Step]) async {
        let standIn = ScriptedProvider([.text("I"), .end(.stop)])

        let reply = await self.reply(self.standIn(for: ScriptedProvider(steps), standIn))

        #expect(reply.error != nil)
        #expect(standIn.prompts.isEmpty)
    }

    @Test func `stay out of what a program asks in the model's own terms`() async {
        let standIn = ScriptedProvider([.text("I"), .end(.stop)])
        let prompt = Prompt(system: "", turns: [], relayed: .init(messages: "[]", options: "{}"))

        let reply = await self.reply(self.standIn(for: Self.unreachable(), standIn), prompt)

        #expect(reply.error == .unreachable(reason: "r"))
        #expect(standIn.prompts.isEmpty)
    }

    @Test func `stay to the end of a reply that they began, with their own rounds only`() async {
        let call = ToolCall(id: "a", name: "bmi", arguments: "{}")
        let models = ToolRound(text: "", calls: [call], results: [.sample("a", .result("1"))], providerState: "{}")
        let model = Self.unreachable()
        let standIn = ScriptedProvider([.end(.toolCalls), .text("I"), .end(.stop)])
        let provider = self.standIn(for: model, standIn)

        let first = await self.reply(provider, .withTool(after: models))
        let state = first.completion?.state
        let own = ToolRound(text: "I ask.", calls: [call], results: models.results, providerState: state)
        let second = await self.reply(provider, .withTool(after: models, own))

        #expect(second.events == [.text("I")])
        #expect(model.prompts.count == 1)
        #expect(
            standIn.prompts.map(\.rounds) == [[], [ToolRound(text: "I ask.", calls: [call], results: own.results)]]
        )
    }

    @Test func `stay out when the model has written before it asked for tools`() async {
        let call = ToolCall(id: "a", name: "bmi", arguments: "{}")
        let round = ToolRound(text: "Let me see.", calls: [call], results: [.sample("a", .result("1"))])

        let reply = await self.reply(self.standIn(for: Self.unreachable(), ScriptedProvider()), .withTool(after: round))

        #expect(reply.error == .unreachable(reason: "r"))
    }

    @Test func `answer at once while nobody is asked any more`() async {
        let model = ScriptedProvider((1...5).map { _ in .fail(.unreachable(reason: "r")) })
        let provider = self.standIn(
            for: self.breaking(model),
            BuiltInCoach(pace: .zero, time: self.time.source)
        )
        for _ in 1...5 { #expect(await self.reply(provider).error == nil) }
        let began = ContinuousClock.now

        let reply = await self.reply(provider)

        #expect(!reply.texts.isEmpty)
        #expect(ContinuousClock.now - began < .seconds(2))
        #expect(model.prompts.count == 5)
    }

    // MARK: Steps

    private static func unreachable() -> ScriptedProvider { ScriptedProvider([.fail(.unreachable(reason: "r"))]) }

    private func reply(_ provider: some ModelProvider, _ prompt: Prompt = .sample) async -> ProviderReply {
        await provider.reply(to: prompt, on: self.home.loop)
    }

    private func breaking(_ provider: some ModelProvider) -> BreakingProvider {
        BreakingProvider(
            provider,
            limits: GenerationLimits(),
            time: self.time.source,
            logger: self.log.logger,
            metrics: self.metrics
        )
    }

    private func fallback(_ first: ScriptedProvider, _ others: ScriptedProvider...) -> FallbackProvider {
        FallbackProvider(first, others, logger: self.log.logger, metrics: self.metrics)
    }

    private func standIn(for provider: some ModelProvider, _ standIn: some ModelProvider) -> StandInProvider {
        StandInProvider(provider, standIn: standIn, logger: self.log.logger, metrics: self.metrics)
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { self.value.withLock { $0 } }

    func add() { self.value.withLock { $0 += 1 } }
}
