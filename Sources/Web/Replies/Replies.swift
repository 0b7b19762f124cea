import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import Observability

/// Starts replies and shows them, for every route that does, in whatever dialect.
struct Replies: Sendable {
    /// The longest message, in UTF-8 bytes.
    static let longestMessage = 32 * 1024
    /// How long after its reply's end a stream token still shows it.
    private static let tokenAfterlife = Duration.seconds(600)

    let registry: GenerationRegistry
    let visitors: Visitors
    let callers: Callers
    /// The streams that browsers have open.
    let viewers: OpenViewers
    let gate: RequestGate
    let limits: Limits
    let providers: ProviderSwitch
    let rule: StreamingRule
    let ledger: RolloutLedger
    let composing: Composing
    let time: TimeSource
    let metrics: Metrics

    /// The agents for what begins now.
    var agents: AgentCatalogue { self.composing.playbook.agents }

    // MARK: Starting

    /// Whose reply is wanted, and to what.
    struct Question: Sendable {
        let person: PersonID
        /// The network that it comes from.
        let client: String
        let text: String
        let message: Message.ID
        let conversation: Conversation.ID
        var parent: Message.ID?
        /// Whether it begins the conversation anew.
        var followsNothing = false
        /// The id of the agent that the reader picked.
        var agent: String?
        var place = Reader.Place()
        var kind = Composing.Kind.chat
    }

    /// Starts the reply to a question, or finds it when it was started before.
    ///
    /// `check` may refuse a new one; whoever comes back to a reply is never refused.
    func start(
        _ question: Question,
        on executor: any SerialExecutor,
        ifNew check: @Sendable () async throws -> Void = {}
    ) async throws -> Attachment {
        let agents = self.agents
        try Self.check(question.agent, in: agents)
        let start = GenerationStart(
            person: question.person,
            conversation: question.conversation,
            message: Message(
                id: question.message,
                parent: question.parent,
                role: .user,
                parts: [.text(question.text)],
                createdAt: self.time.now()
            ),
            reply: .random(),
            title: Conversation.title(from: question.text),
            agent: question.agent ?? agents.usual.id,
            followsNothing: question.followsNothing
        )
        return try await self.registry.start(start, on: executor) {
            try await check()
            let purse = try await self.takeFromLimits(of: question)
            do {
                var composer = try await self.composing.composer(
                    for: question.person,
                    start.message,
                    in: question.conversation,
                    picked: question.agent,
                    at: question.place,
                    question.kind
                )
                composer.purse = purse
                return composer
            } catch {
                purse?.giveBack()
                throw error
            }
        }
    }

    /// Throws when the reader picked an agent that there is not.
    static func check(_ agent: String?, in agents: AgentCatalogue) throws(WebError) {
        guard let agent, agents[agent] == nil else { return }
        let names = agents.agents.map(\.id).joined(separator: ", ")
        throw WebError.badRequest("There is no agent \"\(agent.prefix(40))\". There are: \(names).")
    }

    private func takeFromLimits(of question: Question) async throws -> Purse? {
        let spent = self.providers.provider.isModel ? try await self.registry.tokens(in: question.conversation) : 0
        return try self.takeFromLimits(of: question.person, at: question.client, conversation: spent)
    }

    /// Counts a message against its author's limit and the budget; throws when there are too many.
    ///
    /// Returns what the reply is paid from, `nil` when it costs nothing.
    func takeFromLimits(of person: PersonID, at client: String, conversation spent: Int = 0) throws -> Purse? {
        if let wait = self.limits.messages.wait(for: person) { throw self.rateLimited(wait, person) }
        let purse =
            try self.providers.provider.isModel
            ? self.counting { try self.limits.spending.open(for: client, conversation: spent).get() } : nil
        if let wait = self.limits.messages.take(for: person) {
            purse?.giveBack()
            throw self.rateLimited(wait, person)
        }
        return purse
    }

    /// Throws what a new message of the caller would be told now, without counting it.
    func checkStart(by caller: Caller, at client: String) async throws {
        try await self.registry.checkStart(by: caller.person)
        if let person = caller.person, let wait = self.limits.messages.wait(for: person) {
            throw self.rateLimited(wait, person)
        }
        guard self.providers.provider.isModel, let wait = self.limits.spending.wait(for: client) else { return }
        try self.counting { throw BudgetExceeded(scope: .day, wait: wait) }
    }

    /// Throws when an answer to the onboarding was given to a profile that has changed since.
    func checkVersion(_ occasion: Occasion, of person: PersonID?) async throws {
        guard occasion.kind == .onboarding, let version = occasion.profileVersion, let person else { return }
        let profile = try await self.composing.profiles.profile(of: person)
        guard profile.version == version else { throw ProfileConflict(current: profile) }
    }

    private func rateLimited(_ wait: Duration, _ person: PersonID) -> WebError {
        self.metrics.count("shuren_rate_limited_total", ["limit": "messages"])
        return .rateLimited(wait, self.limits.messages.standing(of: person))
    }

    private func counting<Result>(_ pay: () throws -> Result) throws -> Result {
        do {
            return try pay()
        } catch let error as BudgetExceeded {
            self.metrics.count("shuren_rate_limited_total", ["limit": error.scope == .day ? "budget" : "conversation"])
            throw error
        }
    }

    /// Throws when replies are not streamed for the caller.
    func checkStreams(for caller: Caller) async throws {
        guard try await self.rule.decision(for: caller).streams else { throw WebError.streamingDisabled }
    }

    func isKnown(_ message: Message.ID, of person: PersonID?) async throws -> Bool {
        guard let person else { return false }
        return try await self.registry.find(message, of: person) != nil
    }

    /// Notes a new message of a reader whose group is compared with the other.
    func note(_ message: Message.ID, of caller: Caller, _ decision: StreamingDecision) {
        guard case .reader(let person, _) = caller, let group = decision.group else { return }
        self.ledger.began(message, of: person, in: group)
    }

    // MARK: Following

    /// Starts or finds the reply that a request for a stream is about.
    func attachment(of wish: ReplyWish, on executor: any SerialExecutor) async throws -> Attachment {
        let attachment = try await self.foundOrStarted(wish, on: executor)
        try self.checkStillAttaches(wish, attachment)
        return attachment
    }

    private func foundOrStarted(_ wish: ReplyWish, on executor: any SerialExecutor) async throws -> Attachment {
        guard let text = wish.text else {
            // Without a text there is nothing to start, but what was started can be shown.
            if let known = try await self.registry.find(wish.message, of: wish.person) { return known }
            if wish.isNamed { throw WebError.notFound }
            throw wish.mayStart ? WebError.badRequest("The message is empty.") : WebError.unauthorized
        }
        let question = Question(
            person: wish.person,
            client: wish.client,
            text: try checkedText(text),
            message: wish.message,
            conversation: wish.conversation,
            parent: wish.parent,
            followsNothing: wish.followsNothing,
            agent: wish.agent,
            place: wish.place,
            kind: wish.kind
        )
        return try await self.start(question, on: executor) {
            guard wish.mayStart else { throw WebError.unauthorized }
            try await self.checkStreams(for: wish.caller)
        }
    }

    /// A token shows its reply until ten minutes after the end; an API key or a cookie always does.
    private func checkStillAttaches(_ wish: ReplyWish, _ attachment: Attachment) throws {
        guard wish.token != nil, case .finished(let record) = attachment, let endedAt = record.endedAt else { return }
        guard self.time.now() < endedAt + Self.tokenAfterlife else { throw WebError.unauthorized }
    }

    /// Shows a reply from behind event `after` on; 204 when nothing is left to show.
    ///
    /// `skipping` is how many frames of the next event the viewer has seen already.
    func show(
        _ attachment: Attachment,
        to caller: Caller,
        in form: StreamForm,
        after: Int = 0,
        skipping frames: Int = 0,
        whenEnded: @escaping @Sendable () -> Void = {}
    ) async throws -> HTTPResponse {
        switch attachment {
        case .live(let generation):
            let record = generation.record
            guard await generation.hasMore(after: after) else {
                self.ledger.delivered(record.message, of: record.person)
                return HTTPResponse(.noContent)
            }
            return .eventStream(
                in: form,
                after: after,
                skipping: frames,
                time: self.time,
                whenEnded: self.noting(record, whenEnded)
            ) {
                self.opened($0, by: caller, to: record)
            } attach: {
                await generation.attach($0, in: form.dialect, after: after)
            }
        case .finished(let record):
            let events = try await self.registry.events(of: record)
            guard after != events.count else {
                self.ledger.delivered(record.message, of: record.person)
                return HTTPResponse(.noContent)
            }
            // Numbers beyond the log were lost with the process that gave them; how it ended is still news.
            let isKnown = after < events.count
            let bytes = form.dialect.replay(events, after: isKnown ? after : events.count - 1)
            let skipped = isKnown ? frames : 0
            return .eventStream(
                in: form,
                after: after,
                skipping: skipped,
                time: self.time,
                whenEnded: self.noting(record, whenEnded)
            ) {
                self.opened($0, by: caller, to: record)
            } attach: {
                $0.send(bytes, through: events.count)
                $0.end()
            }
        }
    }

    private func opened(_ viewer: StreamViewer, by caller: Caller, to record: GenerationRecord) {
        self.viewers.opened(viewer, by: caller)
        self.ledger.watched(record.message, of: record.person) { [weak viewer] in viewer?.isOpen ?? false }
    }

    /// What is to be done when a viewer has been handed everything.
    private func noting(
        _ record: GenerationRecord,
        _ whenEnded: @escaping @Sendable () -> Void
    ) -> @Sendable (_ isThere: Bool) -> Void {
        { isThere in
            whenEnded()
            if isThere { self.ledger.delivered(record.message, of: record.person) }
        }
    }

    /// How a reply ended, and in which conversation; waits for it.
    ///
    /// One that is gone with its conversation is not found.
    func outcome(of attachment: Attachment) async throws -> (ReplyOutcome, reply: Message.ID, Conversation.ID?) {
        switch attachment {
        case .live(let generation):
            return (await generation.outcome(), generation.record.id, generation.record.conversation)
        case .finished(let record):
            guard record.conversation != nil || record.state == .stopped else { throw WebError.notFound }
            return (ReplyOutcome(events: try await self.registry.events(of: record)), record.id, record.conversation)
        }
    }
}
