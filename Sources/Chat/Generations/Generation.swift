import Identifiers
package import Observability
internal import Synchronization

/// The work that produces one reply: claimed once, and going on whether or not anybody watches.
///
/// It lives on the executor that it was given, a connection's loop: what the provider reports is appended to the log,
/// encoded and handed to the viewers there, in one call, without a change of threads. It belongs to the
/// ``GenerationRegistry``; no connection holds it and none ends it.
package actor Generation {
    /// What a generation needs from around it.
    package struct Surroundings: Sendable {
        package let provider: any ModelProvider
        /// Where the reply is kept; `nil` for one of which nothing is.
        package let keeper: (any ReplyKeeper)?
        package let limits: GenerationLimits
        package let time: TimeSource
        package let logger: Logger
        package let metrics: Metrics
        /// Called when much text waits for a checkpoint.
        let wantsCheckpoint: @Sendable () -> Void
    }

    /// How the reply ends, decided before or after the model call is over.
    private enum Verdict: Equatable {
        case completed(ProviderCompletion)
        case stopped(seen: Int?)
        case failed(Failure)
        case interrupted
    }

    private enum State {
        case generating
        /// The model is done; the reply is being saved.
        case saving
        case ended(ReplyOutcome, at: Duration)
    }

    package nonisolated let record: GenerationRecord
    /// The text of the reader's message.
    nonisolated let question: String
    /// Where the generation lives.
    nonisolated let executor: any SerialExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.executor.asUnownedSerialExecutor() }

    private var choice: AgentChoice
    private var agent: Agent { self.choice.agent }
    nonisolated let conversation: Conversation.ID
    /// Whether its message opened the conversation.
    private let isFirst: Bool
    private var prompt: Prompt
    private var tools: Toolbox
    private let routing: RoutingQuestion?
    private let purse: Purse?
    private var meter = TokenMeter()
    /// At how many tokens of output the budget is looked at again.
    private var nextHold = 0
    private let surroundings: Surroundings
    private let startedAt: Timestamp
    /// The request that started it.
    private let requestID = RequestID.current
    private let began: Duration
    /// When the model call that runs was made.
    private var calledAt: Duration

    private var state = State.generating
    private var verdict: Verdict?
    private var call: Task<ProviderCompletion, any Error>?
    private var toolWork: Task<[ToolResult], Never>?
    private var log = EventLog()
    /// One for each dialect that anybody watches in.
    private var audiences: [Audience] = []
    private var waiters: [CheckedContinuation<ReplyOutcome, Never>] = []
    private var checkpointed = 0
    private var bytes = 0
    private var uncheckpointedBytes = 0
    private var lastSign: Duration
    /// Whether the model call that runs has sent anything but signs of life.
    private var hasSpoken = false
    /// The number of the last event before the model call that runs.
    private var roundBegan = 0
    /// Whether tools run, which have time limits of their own.
    private var runsTools = false
    private var chunks = 0
    /// How long after the message the first word came.
    private var firstText: Duration?
    /// How the reply ended; `nil` while it has not.
    private(set) var end: ReplyEnd?
    /// Whether the database has the reply; its word may come before that of the spool is heard.
    private var isCommitted = false
    private var trace = ReplyTrace()
    /// Where the reply will find room if the database does not take it; given back when it is kept.
    private var room: (any ReplyRoom)?

    init(
        record: GenerationRecord,
        conversation: Conversation.ID,
        composition: Composition,
        question: String,
        newTitle: String?,
        room: (any ReplyRoom)?,
        executor: any SerialExecutor,
        surroundings: Surroundings
    ) {
        self.record = record
        self.conversation = conversation
        self.isFirst = newTitle != nil
        self.choice = composition.choice
        self.prompt = composition.prompt
        self.tools = composition.tools
        self.routing = surroundings.provider.isModel ? composition.routing : nil
        self.trace.reason = composition.choice.reason.text
        self.purse = surroundings.provider.isModel ? composition.purse : nil
        self.question = question
        self.room = room
        self.executor = executor
        self.surroundings = surroundings
        self.startedAt = surroundings.time.now()
        self.began = surroundings.time.elapsed()
        self.lastSign = self.began
        self.calledAt = self.began
        _ = self.log.append(
            .accepted(
                Acceptance(
                    agent: composition.choice.agent.id,
                    conversation: conversation,
                    message: record.message,
                    reply: record.id,
                    reason: composition.choice.reason.text
                )
            )
        )
        if let newTitle { _ = self.log.append(.title(newTitle)) }
        for event in composition.openingEvents { _ = self.log.append(event) }
        _ = self.log.append(.status(self.routing == nil ? .thinking : .routing))
    }

    // MARK: Generating

    /// Makes the model call and saves what comes of it; returns when the reply has ended.
    func run() async {
        await RequestID.$current.withValue(self.requestID) { await self.work() }
    }

    private func work() async {
        let facts: KeyValuePairs = ["person": self.record.person.rawValue, "message_id": self.record.message.rawValue]
        self.surroundings.logger.info("stream started", facts)
        self.surroundings.metrics.move("shuren_generations_running", by: 1)
        if let routing { await self.route(routing) }
        let verdict = await self.answer()
        await self.save(verdict)
        self.surroundings.metrics.move("shuren_generations_running", by: -1)
        let isClean = self.room == nil && self.call == nil && self.toolWork == nil
        self.surroundings.metrics.count("shuren_stream_cleanups_total", ["result": isClean ? "done" : "left_over"])
    }

    /// Asks the model who should answer; whatever goes wrong with that, the usual agent does.
    private func route(_ routing: RoutingQuestion) async {
        defer { self.publish(.status(.thinking)) }
        guard self.verdict == nil, let answer = await self.answer(to: routing),
            let composition = routing.composition(after: answer), self.verdict == nil
        else { return }
        self.choice = composition.choice
        self.prompt = composition.prompt
        self.tools = composition.tools
        self.trace.reason = composition.choice.reason.text
        self.publish(.routed(agent: self.agent.id, reason: composition.choice.reason.text))
    }

    private func answer(to routing: RoutingQuestion) async -> String? {
        let (provider, executor, time) = (self.surroundings.provider, self.executor, self.surroundings.time)
        let answer = BriefAnswer()
        let call = Task {
            try await provider.generate(routing.prompt, on: executor) { event in
                if case .text(let piece) = event { answer.take(piece) }
            }
        }
        self.call = call
        self.trace.modelCalls += 1
        self.meter.asks(routing.prompt)
        let timeLimit = Task {
            // A cancelled sleep means that the model has answered.
            guard (try? await time.sleep(RoutingQuestion.patience)) != nil else { return }
            call.cancel()
        }
        let result = await call.result
        timeLimit.cancel()
        self.call = nil
        if case .success(let completion) = result, let usage = completion.usage { self.meter.count(usage) }
        self.calledAt = self.surroundings.time.elapsed()
        if case .failure(let error) = result, self.verdict == nil {
            self.surroundings.logger.notice(
                "the model did not say who should answer, so the usual assistant does",
                ["message_id": self.record.message.rawValue, "error": "\(error)"]
            )
            return nil
        }
        return answer.text
    }

    /// Asks the model until it wants no more tools, and says how that ended.
    private func answer() async -> Verdict {
        var prompt = self.prompt
        var usage: Usage?
        var guardian = ToolGuard()
        while true {
            let verdict = await self.callProvider(prompt)
            guard case .completed(let completion) = verdict else { return verdict }
            usage = usage + completion.usage
            let calls = self.log.after(self.roundBegan).compactMap {
                if case .toolCall(let call) = $0 { call } else { nil }
            }
            guard !prompt.tools.isEmpty, !calls.isEmpty else {
                return .completed(ProviderCompletion(finishReason: completion.finishReason, usage: usage))
            }
            // What a model was cut off in the middle of saying is not done.
            let refusal = completion.finishReason == .length ? ToolGuard.cut : nil
            let refusals = guardian.refusals(of: calls, all: refusal)
            let text = self.log.after(self.roundBegan).text
            let results = await self.results(of: calls, refusals)
            prompt.rounds.append(
                ToolRound(text: text, calls: calls, results: results, providerState: completion.state)
            )
            if guardian.isExhausted { prompt.tools = [] }
            if let verdict = self.verdict { return verdict }
        }
    }

    /// Runs those of the calls that are not refused.
    private func results(of calls: [ToolCall], _ refusals: [ToolError?]) async -> [ToolResult] {
        self.runsTools = true
        defer { self.runsTools = false }
        self.publish(.status(.tool))
        let caller = ToolCaller(person: self.record.person, conversation: self.conversation, agent: self.agent.id)
        let allowed = zip(calls, refusals).filter { $0.1 == nil }.map(\.0)
        let tools = self.tools
        // Held here so that a stop ends the tools too.
        let work = Task { await tools.run(allowed, for: caller) }
        self.toolWork = work
        var done = await work.value[...]
        self.toolWork = nil
        let results = zip(calls, refusals).map { call, refusal in
            refusal.map { ToolResult(id: call.id, name: call.name, outcome: .error($0.message), duration: .zero) }
                ?? done.removeFirst()
        }
        for result in results { self.publish(.toolResult(result)) }
        self.publish(.status(.thinking))
        self.hasSpoken = false
        self.calledAt = self.surroundings.time.elapsed()
        return results
    }

    private func callProvider(_ prompt: Prompt) async -> Verdict {
        if let verdict = self.verdict { return verdict }
        let provider = self.surroundings.provider
        let executor = self.executor
        self.roundBegan = self.log.last
        // Held here so that stop, a time-out and the end of the process can cancel the one call.
        let call = Task {
            try await provider.generate(prompt, on: executor) { event in
                self.assumeIsolated { $0.received(event) }
            }
        }
        self.call = call
        self.trace.modelCalls += 1
        self.meter.asks(prompt)
        let result = await call.result
        self.call = nil
        if case .success(let completion) = result, let usage = completion.usage { self.meter.count(usage) }
        switch (self.verdict, result) {
        case (let verdict?, _): return verdict
        case (nil, .success(let completion)):
            let hasAnswered = self.hasSpoken || self.chunks > 0
            return hasAnswered ? .completed(completion) : .failed(self.emptiness())
        case (nil, .failure(let error)): return .failed(self.failure(after: error))
        }
    }

    private func received(_ event: ProviderEvent) {
        guard self.verdict == nil, case .generating = self.state else { return }
        self.lastSign = self.surroundings.time.elapsed()
        switch event {
        case .text(let piece):
            self.hasSpoken = true
            self.receivedText(piece)
        case .reasoning(let piece):
            self.hasSpoken = true
            self.publish(.reasoning(piece))
        case .toolCall(let call):
            self.hasSpoken = true
            self.publish(.toolCall(call))
        case .sign:
            break
        case .standIn(let sentence):
            self.trace.standIn = sentence
            self.publish(.notice(Notice(code: .standIn, text: sentence)))
        }
    }

    private func receivedText(_ piece: String) {
        if self.trace.firstTextAt == nil {
            self.trace.firstTextAt = self.surroundings.time.now()
            let firstText = self.lastSign - self.began
            self.firstText = firstText
            self.surroundings.metrics.observe("shuren_first_text_seconds", lasting: firstText)
            self.publish(.status(.writing))
        }
        self.chunks += 1
        self.bytes += piece.utf8.count
        self.meter.wrote(piece.utf8.count)
        self.uncheckpointedBytes += piece.utf8.count
        self.publish(.text(piece))
        if self.bytes >= self.surroundings.limits.longestReply {
            self.end(.completed(ProviderCompletion(finishReason: .length, usage: nil)))
        }
        self.holdMoney()
        if self.room?.grow(toPieces: self.log.last, bytes: self.bytes) == false { self.endForWantOfRoom() }
        if self.uncheckpointedBytes >= self.surroundings.limits.checkpointBytes { self.surroundings.wantsCheckpoint() }
    }

    /// What came so far still fits; more might be lost if the database failed now.
    private func endForWantOfRoom() {
        self.surroundings.logger.error(
            "a reply was cut off, because the spool has no room for more of it",
            ["message_id": self.record.message.rawValue, "bytes": "\(self.bytes)"]
        )
        self.surroundings.metrics.count("shuren_replies_cut_for_room_total")
        self.end(.interrupted)
    }

    /// Holds back what the reply costs, and ends it where no more is left.
    ///
    /// The budget is everybody's and behind a lock: it is looked at where this reply might end, and each 64 tokens for what
    /// others have spent meanwhile.
    private func holdMoney() {
        guard let purse = self.purse, self.verdict == nil else { return }
        let usage = self.meter.usage
        guard usage.outputTokens >= self.nextHold else { return }
        let most = purse.hold(usage)
        if let most, usage.outputTokens >= most { return self.endForWantOfMoney() }
        self.nextHold = min(most ?? .max, usage.outputTokens + 64)
    }

    private func endForWantOfMoney() {
        self.surroundings.logger.notice(
            "a reply was ended, because the budget is spent",
            ["message_id": self.record.message.rawValue, "bytes": "\(self.bytes)"]
        )
        self.surroundings.metrics.count("shuren_replies_cut_for_budget_total")
        self.publish(.notice(Notice(code: .budget, text: "The budget for replies is spent, so this one ends here.")))
        self.end(.completed(ProviderCompletion(finishReason: .length, usage: nil)))
    }

    /// Pays for the reply, whether or not it came to its end; nothing where somebody else stood in for the model.
    private func pay() {
        let nothing = Usage(inputTokens: 0, outputTokens: 0)
        self.purse?.spend(self.trace.standIn == nil ? self.meter.bill : nothing, self.cause)
    }

    /// For what the model is paid.
    private var cause: Cause { Cause(agent: self.agent.id, provider: self.surroundings.provider.name) }

    /// Decides how the reply ends, unless that is decided already, and ends the model call.
    private func end(_ verdict: Verdict) {
        guard self.verdict == nil, case .generating = self.state else { return }
        self.verdict = verdict
        self.call?.cancel()
        self.toolWork?.cancel()
    }

    private func failure(after error: any Error) -> Failure {
        self.surroundings.logger.error(
            "the model call failed",
            [
                "provider": self.surroundings.provider.name,
                "message_id": self.record.message.rawValue,
                "person": self.record.person.rawValue,
                "error": "\(error)",
            ]
        )
        return (error as? ProviderError)?.failure ?? .unavailable
    }

    /// A model that ends without a word has not answered, whatever it calls that.
    private func emptiness() -> Failure {
        self.surroundings.logger.error(
            "the model ended without a word",
            ["provider": self.surroundings.provider.name, "message_id": self.record.message.rawValue]
        )
        return Failure(kind: .malformed, message: Failure.unavailable.message)
    }

    // MARK: Ending

    private func save(_ verdict: Verdict) async {
        self.pay()
        let last = self.lastEvent(for: verdict)
        guard let keeper = self.surroundings.keeper else {
            self.publish(last)
            return self.finish(.isDone)
        }
        self.state = .saving
        do {
            let kept = try await keeper.keep(self.reply(verdict, last: last)) { [weak self] in
                guard let self else { return }
                // The edge where the save queue's word reaches a generation that may long have ended.
                Task { await self.committed() }
            }
            self.room = nil
            self.isCommitted = self.isCommitted || kept == .committed
            if kept == .spooled {
                self.trace.spooledAt = self.surroundings.time.now()
                self.remark(.notSavedYet, "The reply is safe but not in the database yet.")
            }
            self.publish(last)
            self.finish(kept == .spooled ? .keepsNoticing : .isDone)
        } catch {
            self.surroundings.logger.error(
                "a reply could not be kept anywhere",
                ["message_id": self.record.message.rawValue, "error": "\(error)"]
            )
            self.publish(.failed(Failure(kind: .server, message: "The reply could not be saved.")))
            self.finish(.isDone)
        }
    }

    private func lastEvent(for verdict: Verdict) -> Event {
        switch verdict {
        case .completed(let completion):
            .completed(
                Completion(finishReason: completion.finishReason, usage: completion.usage, agent: self.agent.id)
            )
        case .stopped: .stopped
        case .failed(let failure): .failed(failure)
        case .interrupted: .interrupted
        }
    }

    private func reply(_ verdict: Verdict, last: Event) -> FinishedReply {
        var state = ReplyState.complete
        var error: String?
        var seenNumber: Int?
        var done: ProviderCompletion?
        switch verdict {
        case .completed(let completion): done = completion
        case .stopped(let seen): (state, seenNumber) = (.stopped, seen)
        case .failed(let failure): (state, error) = (.failed, failure.message)
        case .interrupted: state = .interrupted
        }
        var reply = FinishedReply(
            id: self.record.id,
            person: self.record.person,
            conversation: self.conversation,
            message: self.record.message,
            agent: self.agent.id,
            state: state,
            head: [Part](folding: self.log.events.prefix(self.checkpointed)),
            error: error,
            seen: seenNumber,
            shown: seenNumber.flatMap(self.textShown),
            usage: done?.usage,
            finishReason: done?.finishReason,
            epoch: self.record.epoch,
            rest: ReplyPart(
                generation: self.record.id,
                first: self.checkpointed + 1,
                events: self.log.after(self.checkpointed) + [last]
            ),
            trace: self.trace,
            startedAt: self.startedAt,
            endedAt: self.surroundings.time.now()
        )
        reply.prompt = self.prompt.record
        return reply
    }

    /// How much text the events up to number `seen` hold, in UTF-16 code units; `nil` when that is all there is.
    private func textShown(upTo seen: Int) -> Int? {
        guard (0..<self.log.last).contains(seen) else { return nil }
        let length = { (events: ArraySlice<Event>) in
            events.reduce(0) { sum, event in if case .text(let piece) = event { sum + piece.utf16.count } else { sum } }
        }
        let rest = length(self.log.after(seen))
        return rest == 0 ? nil : length(self.log.events[..<seen])
    }

    /// Whether viewers have something to wait for after the last event.
    private enum Farewell {
        case isDone, keepsNoticing
    }

    private func finish(_ farewell: Farewell) {
        let outcome = ReplyOutcome(events: self.log.events)
        let duration = self.surroundings.time.elapsed() - self.began
        self.state = .ended(outcome, at: self.surroundings.time.elapsed())
        self.end = ReplyEnd(state: outcome.state, firstText: self.firstText, duration: duration)
        for waiter in self.waiters { waiter.resume(returning: outcome) }
        self.waiters = []
        self.dismissAudiences { farewell == .isDone || !$0.hearsRemarks }
        self.surroundings.metrics.count("shuren_generations_total", ["outcome": outcome.state.rawValue])
        self.surroundings.metrics.observe("shuren_stream_duration_seconds", lasting: duration)
        self.surroundings.metrics.count("shuren_stream_chunks_total", by: UInt64(self.chunks))
        self.measure(outcome)
        self.surroundings.logger.info(
            "stream ended",
            [
                "person": self.record.person.rawValue,
                "message_id": self.record.message.rawValue,
                "outcome": outcome.state.rawValue,
                "seconds": "\(duration.inSeconds)",
                "chunks": "\(self.chunks)",
            ]
        )
    }

    private func measure(_ outcome: ReplyOutcome) {
        let metrics = self.surroundings.metrics
        metrics.observe("shuren_stream_chunks", [:], Double(self.chunks), within: (0...14).map { Double(1 << $0) })
        metrics.raise("shuren_stream_chunks_max", to: Double(self.chunks))
        if let failure = outcome.failure {
            metrics.count("shuren_stream_errors_total", ["kind": failure.kind.rawValue])
        }
        let (agent, provider) = (self.agent.id, self.surroundings.provider.name)
        metrics.count("shuren_agent_replies_total", ["agent": agent, "outcome": outcome.state.rawValue])
        metrics.count("shuren_provider_replies_total", ["provider": provider, "outcome": outcome.state.rawValue])
        guard let usage = outcome.usage else { return }
        for (kind, count) in [("input", usage.inputTokens), ("output", usage.outputTokens)] {
            metrics.count("shuren_agent_tokens_total", ["agent": agent, "kind": kind], by: UInt64(max(0, count)))
            metrics.count(
                "shuren_provider_tokens_total",
                ["provider": provider, "kind": kind],
                by: UInt64(max(0, count))
            )
        }
    }

    /// The database has it now, after the spool had it first.
    private func committed() {
        self.isCommitted = true
        self.remark(.saved, "The reply is saved.")
        if case .ended = self.state { self.dismissAudiences { _ in true } }
    }

    private func dismissAudiences(where isOver: (Audience) -> Bool) {
        for audience in self.audiences where isOver(audience) { audience.end() }
        self.audiences.removeAll(where: isOver)
    }

    // MARK: Viewers

    /// Shows the events from number `after + 1` on to `viewer`, those that come as well.
    package func attach(_ viewer: any Viewer, in dialect: Dialect, after: Int) {
        self.trace.viewers += 1
        if after > 0 { self.trace.returns += 1 }
        var encoder = dialect.makeEncoder()
        let bytes = Dialect.replay(self.log.events, after: after, with: &encoder)
        if !bytes.isEmpty { viewer.send(bytes, through: self.log.last) }
        if case .ended = self.state { return viewer.end() }
        if !self.audiences.contains(where: { $0.name == dialect.name }) {
            self.audiences.append(Audience(dialect: dialect, encoder: encoder))
        }
        for index in self.audiences.indices where self.audiences[index].name == dialect.name {
            self.audiences[index].add(viewer)
        }
    }

    /// Whether a viewer that has seen event `number` has anything left to see.
    package func hasMore(after number: Int) -> Bool { !self.log.isComplete || number < self.log.last }

    /// Waits for the end of the reply.
    package func outcome() async -> ReplyOutcome {
        if case .ended(let outcome, _) = self.state { return outcome }
        return await withCheckedContinuation { self.waiters.append($0) }
    }

    private func publish(_ event: Event) {
        let number = self.log.append(event)
        for index in self.audiences.indices { self.audiences[index].receive(event, number: number, last: number) }
    }

    /// Tells the viewers something that is no event of the log.
    private func remark(_ code: Notice.Code, _ text: String) {
        let event = Event.notice(Notice(code: code, text: text))
        let last = self.log.last
        for index in self.audiences.indices { self.audiences[index].receive(event, number: nil, last: last) }
    }

    // MARK: The title

    /// What the model is asked for a title; `nil` where there is nothing to name: no model wrote the reply, it is not the
    /// first, it is not complete, or the conversation is the onboarding or a program's.
    var titleQuestion: TitleQuestion? {
        guard self.isFirst, self.surroundings.provider.isModel, self.trace.standIn == nil, self.prompt.relayed == nil,
            let briefing = self.prompt.briefing, briefing.onboarding == nil,
            case .ended(let outcome, _) = self.state, outcome.state == .complete, !outcome.text.isEmpty
        else { return nil }
        return TitleQuestion(question: self.question, reply: outcome.text)
    }

    /// Makes the one call for a title, after the reply, with a time limit of its own; its cost is none of the reply's.
    func answer(to title: TitleQuestion) async -> (title: String?, usage: Usage?) {
        let (provider, executor, time) = (self.surroundings.provider, self.executor, self.surroundings.time)
        let answer = BriefAnswer()
        let call = Task {
            try await provider.generate(title.prompt, on: executor) { event in
                if case .text(let piece) = event { answer.take(piece) }
            }
        }
        let timeLimit = Task {
            // A cancelled sleep means that the model has answered.
            guard (try? await time.sleep(TitleQuestion.patience)) != nil else { return }
            call.cancel()
        }
        let result = await withTaskCancellationHandler {
            await call.result
        } onCancel: {
            call.cancel()
        }
        timeLimit.cancel()
        switch result {
        case .success(let completion):
            if let usage = completion.usage { self.purse?.spend(usage, self.cause) }
            return (TitleQuestion.title(in: answer.text), completion.usage)
        case .failure(let error):
            self.surroundings.logger.notice(
                "the model gave no title, so the beginning of the message stays",
                ["message_id": self.record.message.rawValue, "error": "\(error)"]
            )
            return (nil, nil)
        }
    }

    // MARK: What others may ask

    /// Ends the model call because the reader wants no more, keeps the text, and returns once that is saved.
    ///
    /// `seen` is the number of the last event that the reader had on the screen.
    package func stop(seen: Int?) async -> StopReceipt {
        let asked = self.surroundings.time.elapsed()
        self.end(.stopped(seen: seen))
        let outcome = await self.outcome()
        return StopReceipt(
            state: outcome.state,
            duration: self.surroundings.time.elapsed() - asked,
            pieces: self.chunks
        )
    }

    /// What is known here and not yet, or not at all, in the store.
    func completed(_ stored: Receipt) -> Receipt {
        var receipt = stored
        receipt.trace = self.trace
        if case .ended(let outcome, _) = self.state { receipt.state = outcome.state }
        return receipt
    }

    /// Ends the reply where it is because the process must end.
    func interrupt() { self.end(.interrupted) }

    /// What the registry's round of every second learns about a generation.
    struct Report: Sendable {
        /// The events that no checkpoint holds yet; `nil` when there are none, or the end of the reply will hold them.
        let uncheckpointed: ReplyPart?
        /// When the reply ended, once nothing but this memory would have to tell of it; `nil` before.
        let dispensableSince: Duration?
    }

    /// Ends a call that was silent for too long, lets viewers go that have waited long enough for "saved", and reports.
    func report() -> Report {
        self.checkSilence()
        self.checkListeners()
        return Report(uncheckpointed: self.uncheckpointed(), dispensableSince: self.isInSpool ? nil : self.endedAt)
    }

    private func checkSilence() {
        if case .ended(_, let moment) = self.state,
            self.surroundings.time.elapsed() - moment >= self.surroundings.limits.farewell
        {
            self.dismissAudiences { _ in true }
        }
        guard case .generating = self.state, !self.runsTools else { return }
        let limit = self.hasSpoken ? self.surroundings.limits.silence : self.surroundings.limits.firstChunk
        // Before the first chunk a sign of life is no chunk; afterwards it counts.
        let since = self.hasSpoken ? self.lastSign : self.calledAt
        guard self.surroundings.time.elapsed() - since >= limit else { return }
        self.surroundings.logger.error(
            "the model was silent for too long",
            [
                "provider": self.surroundings.provider.name,
                "message_id": self.record.message.rawValue,
                "person": self.record.person.rawValue,
                "seconds": "\(limit.inSeconds)",
            ]
        )
        self.end(.failed(.timeout))
    }

    /// Ends a reply that is kept nowhere once nobody is there to take it.
    private func checkListeners() {
        guard self.surroundings.keeper == nil, self.waiters.isEmpty, self.trace.viewers > 0 else { return }
        if !self.audiences.contains(where: \.isHeard) { self.end(.interrupted) }
    }

    /// Whether the database still has an older word of this reply, which would be told as its end if this one were forgotten.
    private var isInSpool: Bool { self.trace.spooledAt != nil && !self.isCommitted }

    private func uncheckpointed() -> ReplyPart? {
        guard self.surroundings.keeper != nil, case .generating = self.state, self.checkpointed < self.log.last else {
            return nil
        }
        return ReplyPart(
            generation: self.record.id,
            first: self.checkpointed + 1,
            events: Array(self.log.after(self.checkpointed))
        )
    }

    /// A checkpoint holds the events up to `number`.
    func checkpointed(through number: Int) {
        self.checkpointed = max(self.checkpointed, number)
        self.uncheckpointedBytes = 0
    }

    /// When the reply ended, on the clock of the time source; `nil` while it has not.
    package var endedAt: Duration? {
        if case .ended(_, let moment) = self.state { moment } else { nil }
    }
}

/// The beginning of what a model answers to a question of ours.
private final class BriefAnswer: Sendable {
    private let state = Mutex("")

    var text: String { self.state.withLock { $0 } }

    func take(_ piece: String) {
        self.state.withLock { text in
            if text.count < RoutingQuestion.longestAnswer { text += piece }
        }
    }
}
