internal import Crypto
package import Identifiers
package import Observability

/// The generations that run, found by whose message they answer; starts each once and lets any number of viewers attach.
///
/// It is a service: ``run()`` carries the generations until ``drain(within:)`` has ended the last one.
package actor GenerationRegistry {
    private struct Key: Hashable {
        let person: PersonID
        let message: Message.ID
    }

    /// How long after its end a generation counts as recent, and how many of these one answer holds.
    private static let recentTime = Duration.seconds(600)
    private static let recentLimit = 100

    private let store: any GenerationStore
    private let providers: ProviderSwitch
    private let keeper: any ReplyKeeper
    /// Where titles are kept that a model finds; `nil` when no model is asked for any.
    private let titles: (any TitleStore)?
    /// Who is told how each reply ended.
    private let watcher: (any ReplyWatcher)?
    /// The conversations for which a title is being looked for.
    package nonisolated let titling = Titling()
    /// Whether another process runs the generations, so that the store's word about them may be behind.
    private let isStandby: Bool
    private let limits: GenerationLimits
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics

    private var live: [Key: Generation] = [:]
    /// Whose the replies of a guest are by now who has signed in to an account, as long as one of them is here.
    private var heirs: [PersonID: PersonID] = [:]
    /// Who waits for a claim that is under way; a second claim of the same message must not overtake the first.
    private var claiming: [Key: [CheckedContinuation<Void, Never>]] = [:]
    private var running = 0
    private var runningByPerson: [PersonID: Int] = [:]
    private var isDraining = false
    private var whenIdle: [CheckedContinuation<Void, Never>] = []

    // Bounded by the limits on generations: one element for each that starts.
    private let starts = AsyncStream<Generation>.makeStream(bufferingPolicy: .unbounded)
    private let ticks = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    package init(
        store: any GenerationStore,
        providers: ProviderSwitch,
        keeper: any ReplyKeeper,
        titles: (any TitleStore)? = nil,
        watcher: (any ReplyWatcher)? = nil,
        isStandby: Bool = false,
        limits: GenerationLimits = GenerationLimits(),
        time: TimeSource,
        logger: Logger,
        metrics: Metrics
    ) {
        self.store = store
        self.providers = providers
        self.keeper = keeper
        self.titles = titles
        self.watcher = watcher
        self.isStandby = isStandby
        self.limits = limits
        self.time = time
        self.logger = logger
        self.metrics = metrics
    }

    // MARK: Life

    /// Runs generations, and checkpoints and watches them every second, until drained.
    package func run() async {
        await withDiscardingTaskGroup { group in
            let clock = self.time
            let tick = self.ticks.continuation
            group.addTask {
                // Ends when the sleep is cancelled with the group.
                while (try? await clock.sleep(.seconds(1))) != nil { tick.yield() }
            }
            group.addTask { for await _ in self.ticks.stream { await self.tick() } }
            for await generation in self.starts.stream {
                group.addTask {
                    await generation.run()
                    await self.ended(generation)
                    if let end = await generation.end {
                        self.watcher?.ended(generation.record.message, of: generation.record.person, end)
                    }
                    await self.name(after: generation)
                }
            }
            group.cancelAll()
        }
    }

    /// Starts nothing new, lets what runs finish within `limit`, interrupts the rest, and returns when all is saved.
    package func drain(within limit: Duration) async {
        self.isDraining = true
        await withDiscardingTaskGroup { group in
            group.addTask {
                // A cancelled sleep means that nothing is left to interrupt.
                guard (try? await self.time.sleep(limit)) != nil else { return }
                await self.interruptAll()
            }
            await self.waitUntilIdle()
            group.cancelAll()
        }
        self.starts.continuation.finish()
    }

    /// Ends every reply where it is; each is saved as interrupted.
    package func interruptAll() async {
        for generation in self.live.values { await generation.interrupt() }
    }

    private func waitUntilIdle() async {
        guard self.running > 0 || !self.claiming.isEmpty else { return }
        await withCheckedContinuation { self.whenIdle.append($0) }
    }

    // MARK: Starting and attaching

    /// Starts the generation that answers `start.message`, or finds it when anybody has started it before.
    ///
    /// `admit` is asked only for a new one: it refuses by throwing, or says how the reply is composed. Whoever comes back
    /// to a reply is never refused.
    package func start(
        _ start: GenerationStart,
        on executor: any SerialExecutor,
        admit: @Sendable () async throws -> Composer
    ) async throws -> Attachment {
        let key = self.key(start.message.id, of: start.person)
        while self.claiming[key] != nil {
            await withCheckedContinuation { self.claiming[key]?.append($0) }
        }
        if let generation = self.live[key] {
            guard generation.question == start.message.text else { throw StartError.conflict }
            return self.attached(.live(generation))
        }
        self.claiming[key] = []
        defer { self.claimed(key) }

        let known = try await self.store.generation(answering: start.message.id, of: start.person)
        if let known, self.isStandby { return self.attached(.finished(known)) }
        var room: (any ReplyRoom)?
        var composer: Composer?
        if known == nil {
            try self.checkStart(by: start.person)
            room = self.keeper.reserveRoom()
            guard room != nil else { throw StartError.noRoom }
            composer = try await admit()
        }
        var isBegun = false
        defer { if !isBegun { composer?.purse?.giveBack() } }
        // A known one is claimed again only to have the store compare the texts.
        switch try await self.store.claim(start.in(known?.conversation ?? start.conversation)) {
        case .new(let record, let history, let opensConversation):
            // It was known a moment ago, and is gone: whoever asks again begins anew.
            guard let composer else { throw StartError.conflict }
            let composition = composer.compose(start.message, after: history)
            isBegun = true
            return .live(self.begin(start, record, composition, opensConversation, room, executor))
        case .existing(let record):
            return self.attached(.finished(record))
        case .conflict:
            throw StartError.conflict
        case .noSuchConversation:
            throw StartError.noSuchConversation
        }
    }

    /// Starts a generation of which nothing is kept: it answers whoever asked and ends when nobody listens.
    package func startUnkept(
        _ prompt: Prompt,
        for person: PersonID,
        agent: Agent,
        on executor: any SerialExecutor,
        admit: @Sendable () async throws -> Purse?
    ) async throws -> Generation {
        try self.checkStart(by: person)
        let purse = try await admit()
        var random = SecureRandom()
        let conversation = Conversation.ID(using: &random)
        let record = GenerationRecord(
            id: Message.ID(using: &random),
            person: person,
            message: Message.ID(using: &random),
            conversation: conversation,
            state: .accepted,
            epoch: 0,
            lastEvent: 0
        )
        return self.run(
            Generation(
                record: record,
                conversation: conversation,
                composition: Composition(
                    choice: AgentChoice(agent: agent, reason: .picked),
                    prompt: prompt,
                    tools: .empty(time: self.time),
                    purse: purse
                ),
                question: prompt.turns.last?.text ?? "",
                newTitle: nil,
                room: nil,
                executor: executor,
                surroundings: self.surroundings(keeper: nil)
            )
        )
    }

    /// The generation that answers the message, if it was ever started.
    package func find(_ message: Message.ID, of person: PersonID) async throws(StoreError) -> Attachment? {
        let key = self.key(message, of: person)
        if let generation = self.live[key] { return .live(generation) }
        guard self.claiming[key] == nil,
            let record = try await self.store.generation(answering: message, of: person)
        else { return nil }
        // It may have been started while the store was asked.
        if let generation = self.live[key] { return .live(generation) }
        return .finished(record)
    }

    /// The person's generations that run or ended within the last minutes, newest first.
    package func recent(of person: PersonID) async throws(StoreError) -> [GenerationRecord] {
        try await self.store.recentGenerations(
            of: person,
            endedAfter: self.time.now() + (.zero - Self.recentTime),
            limit: Self.recentLimit
        )
    }

    /// What became of the person's message; `nil` when no reply to it was ever asked for.
    package func receipt(answering message: Message.ID, of person: PersonID) async throws(StoreError) -> Receipt? {
        guard let stored = try await self.store.receipt(answering: message, of: person) else { return nil }
        guard stored.committedAt == nil, let generation = self.live[self.key(message, of: person)] else {
            return stored
        }
        return await generation.completed(stored)
    }

    /// How many tokens the conversation's replies have cost together.
    package func tokens(in conversation: Conversation.ID) async throws(StoreError) -> Int {
        try await self.store.tokens(in: conversation)
    }

    /// What the model was told to answer the person's message, with the messages that went along.
    package func prompt(
        answering message: Message.ID,
        of person: PersonID
    ) async throws(StoreError) -> (record: PromptRecord, messages: [Message])? {
        try await self.store.prompt(answering: message, of: person)
    }

    /// Stops the reply to the message, before its start too.
    package func stop(
        _ message: Message.ID,
        of person: PersonID,
        seen: Int?
    ) async throws(StoreError) -> StopReceipt {
        if let generation = self.live[self.key(message, of: person)] {
            return await generation.stop(seen: seen)
        }
        let record = try await self.store.stopBeforeClaim(of: message, by: person, at: self.time.now())
        return StopReceipt(state: record.state, duration: .zero, pieces: 0)
    }

    /// The events of a generation that is not live any more, for replay.
    ///
    /// One that the store left without an end was lost with its process: it gets the end that this means. A standby cannot
    /// know that and throws ``StoreError/busy``.
    package func events(of record: GenerationRecord) async throws(StoreError) -> [Event] {
        guard record.state.isFinal || !self.isStandby else { throw .busy }
        var events = try await self.store.events(of: record.id, from: 1)
        if !(events.last?.isLast ?? false) { events.append(record.state == .stopped ? .stopped : .interrupted) }
        return events
    }

    /// Throws why nothing new would be started for the person now; `nil` is a person who is not known yet.
    package func checkStart(by person: PersonID?) throws(StartError) {
        guard !self.isDraining else { throw .draining }
        let running = person.map { self.runningByPerson[self.owner($0), default: 0] } ?? 0
        guard self.keeper.hasRoom else { throw .noRoom }
        guard self.limits.running == 0 || self.running < self.limits.running else {
            self.metrics.count("shuren_rate_limited_total", ["limit": "all_streams"])
            throw .crowded
        }
        guard self.limits.runningPerPerson == 0 || running < self.limits.runningPerPerson else {
            self.metrics.count("shuren_rate_limited_total", ["limit": "streams"])
            throw .tooManyRunning
        }
    }

    /// Whether new generations are refused.
    package var refusesStarts: Bool { self.isDraining }

    private func attached(_ attachment: Attachment) -> Attachment {
        self.metrics.count("shuren_stream_starts_total", ["result": "attached"])
        return attachment
    }

    private func claimed(_ key: Key) {
        for waiter in self.claiming.removeValue(forKey: key) ?? [] { waiter.resume() }
        self.resumeIfIdle()
    }

    private func begin(
        _ start: GenerationStart,
        _ record: GenerationRecord,
        _ composition: Composition,
        _ opensConversation: Bool,
        _ room: (any ReplyRoom)?,
        _ executor: any SerialExecutor
    ) -> Generation {
        self.run(
            Generation(
                record: record,
                conversation: start.conversation,
                composition: composition,
                question: start.message.text,
                newTitle: opensConversation ? start.title : nil,
                room: room,
                executor: executor,
                surroundings: self.surroundings(keeper: self.keeper)
            )
        )
    }

    private func surroundings(keeper: (any ReplyKeeper)?) -> Generation.Surroundings {
        let ticks = self.ticks.continuation
        return Generation.Surroundings(
            provider: self.providers.provider,
            keeper: keeper,
            limits: self.limits,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics,
            wantsCheckpoint: { ticks.yield() }
        )
    }

    private func run(_ generation: Generation) -> Generation {
        let record = generation.record
        self.live[self.key(record.message, of: record.person)] = generation
        self.running += 1
        self.runningByPerson[self.owner(record.person), default: 0] += 1
        self.metrics.count("shuren_stream_starts_total", ["result": "started"])
        self.starts.continuation.yield(generation)
        return generation
    }

    private func ended(_ generation: Generation) {
        let person = self.owner(generation.record.person)
        self.running -= 1
        let left = self.runningByPerson[person, default: 1] - 1
        self.runningByPerson[person] = left > 0 ? left : nil
        self.resumeIfIdle()
    }

    /// Has the model name a conversation whose first reply has ended; whatever goes wrong, it keeps the title it has.
    private func name(after generation: Generation) async {
        let id = generation.conversation
        guard let titles = self.titles, !self.isDraining, let question = await generation.titleQuestion,
            self.titling.begin(id)
        else { return }
        defer { self.titling.end(id) }
        let (title, usage) = await generation.answer(to: question)
        self.metrics.count("shuren_title_calls_total", ["result": title == nil ? "none" : "title"])
        if let usage {
            self.metrics.count("shuren_title_tokens_total", ["kind": "input"], by: UInt64(usage.inputTokens))
            self.metrics.count("shuren_title_tokens_total", ["kind": "output"], by: UInt64(usage.outputTokens))
        }
        guard let title else { return }
        do throws(StoreError) {
            _ = try await titles.name(id, of: self.owner(generation.record.person), title)
        } catch {
            self.logger.notice("a title could not be saved", ["reason": "\(error)"])
        }
    }

    private func resumeIfIdle() {
        guard self.isDraining, self.running == 0, self.claiming.isEmpty else { return }
        for waiter in self.whenIdle { waiter.resume() }
        self.whenIdle = []
    }

    // MARK: Guests who sign in

    /// Has the account find what runs for a guest, who finds it as well until their session ends.
    ///
    /// Said before the store hands anything over: whoever asks in between finds a reply that runs, and not one without an end.
    package func handOver(from guest: PersonID, to account: PersonID) {
        let moving = self.live.filter { $0.key.person == guest }
        guard !moving.isEmpty || self.claiming.keys.contains(where: { $0.person == guest }) else { return }
        self.heirs[guest] = account
        for (key, generation) in moving {
            let next = Key(person: account, message: key.message)
            // Two with the same id stay apart, as they do in the store.
            guard self.live[next] == nil else { continue }
            self.live[key] = nil
            self.live[next] = generation
        }
        if let running = self.runningByPerson.removeValue(forKey: guest) {
            self.runningByPerson[account, default: 0] += running
        }
    }

    /// Whose the replies are that were somebody's when they began.
    private func owner(_ person: PersonID) -> PersonID { self.heirs[person] ?? person }

    private func key(_ message: Message.ID, of person: PersonID) -> Key {
        Key(person: self.owner(person), message: message)
    }

    private func forget(_ generation: Generation) {
        let record = generation.record
        for person in [self.owner(record.person), record.person] {
            let key = Key(person: person, message: record.message)
            if self.live[key] === generation { self.live[key] = nil }
        }
        guard self.heirs[record.person] != nil,
            !self.live.values.contains(where: { $0.record.person == record.person })
        else { return }
        self.heirs[record.person] = nil
    }

    // MARK: Every second

    /// Checkpoints all running replies in one transaction, ends silent ones, forgets those that ended long ago.
    package func tick() async {
        let now = self.time.elapsed()
        var parts: [(part: ReplyPart, generation: Generation)] = []
        for (generation, report) in await GenerationRound.reports(of: self.live.values) {
            if let part = report.uncheckpointed { parts.append((part, generation)) }
            if let since = report.dispensableSince, now - since >= self.limits.retention {
                self.forget(generation)
            }
        }
        guard !parts.isEmpty else { return }
        do {
            try await self.store.checkpoint(parts.map(\.part))
            await GenerationRound.checkpointed(
                parts.map { part, generation in (generation, part.first + part.events.count - 1) }
            )
        } catch {
            // The parts come again with the next tick, and with the end of the reply in any case.
            self.metrics.count("shuren_checkpoint_failures_total")
            self.logger.warning("partial replies could not be checkpointed", ["error": "\(error)"])
        }
    }
}

/// What answers a request to show a reply.
package enum Attachment: Sendable {
    /// It is in memory: running, or ended not long ago.
    case live(Generation)
    /// Only the store knows it.
    case finished(GenerationRecord)
}

/// Why a generation was not started.
package enum StartError: Error, Sendable, Equatable {
    /// The message id was used with another text, or in another conversation.
    case conflict
    case noSuchConversation
    /// The person has as many replies running as allowed.
    case tooManyRunning
    /// Everybody together has as many replies running as allowed.
    case crowded
    /// A reply could not be kept if the database failed now.
    case noRoom
    /// The process is about to end.
    case draining
}
