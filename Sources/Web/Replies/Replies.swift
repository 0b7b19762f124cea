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
    let gate: RequestGate
    let limiter: any Limiter
    let streaming: StreamingSwitch
    let composing: Composing
    let time: TimeSource
    let metrics: Metrics

    /// The agents for what begins now.
    var agents: AgentCatalogue { self.composing.playbook.agents }

    // MARK: Starting

    /// Whose reply is wanted, and to what.
    struct Question: Sendable {
        let caller: Caller
        let person: PersonID
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
        ifNew check: @Sendable () throws -> Void = {}
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
            try check()
            try self.takeFromLimit(of: question.person)
            return try await self.composing.composer(
                for: question.person,
                start.message,
                in: question.conversation,
                picked: question.agent,
                at: question.place,
                question.kind
            )
        }
    }

    /// Throws when the reader picked an agent that there is not.
    static func check(_ agent: String?, in agents: AgentCatalogue) throws(WebError) {
        guard let agent, agents[agent] == nil else { return }
        let names = agents.agents.map(\.id).joined(separator: ", ")
        throw WebError.badRequest("There is no agent \"\(agent.prefix(40))\". There are: \(names).")
    }

    /// Counts a message against its author's limit; throws when there are too many.
    func takeFromLimit(of person: PersonID) throws {
        guard let wait = self.limiter.take(for: person) else { return }
        throw self.rateLimited(wait)
    }

    /// Throws what a new message of the caller would be told now, without counting it.
    func checkStart(by caller: Caller) async throws {
        try await self.registry.checkStart(by: caller.person)
        guard let person = caller.person, let wait = self.limiter.wait(for: person) else { return }
        throw self.rateLimited(wait)
    }

    /// Throws when an answer to the onboarding was given to a profile that has changed since.
    func checkVersion(_ occasion: Occasion, of person: PersonID?) async throws {
        guard occasion.kind == .onboarding, let version = occasion.profileVersion, let person else { return }
        let profile = try await self.composing.profiles.profile(of: person)
        guard profile.version == version else { throw ProfileConflict(current: profile) }
    }

    private func rateLimited(_ wait: Duration) -> WebError {
        self.metrics.count("shuren_rate_limited_total", ["limit": "messages"])
        return .rateLimited(wait)
    }

    /// Rollout concerns the page's readers; programs get streams unless they are off for everybody.
    func checkStreams(for caller: Caller) throws {
        let policy = self.streaming.policy
        let streams =
            switch caller {
            case .program: policy.isEnabled
            case .reader(let person): policy.decide(for: person).streams
            case .stranger: policy.decide(for: nil).streams
            }
        guard streams else { throw WebError.streamingDisabled }
    }

    /// The caller's person; a stranger becomes a guest and gets a cookie.
    func personOrGuest(_ caller: Caller) async throws -> (PersonID, cookie: String?) {
        if let person = caller.person { return (person, nil) }
        let (person, cookie) = try await self.callers.welcome()
        return (person, cookie)
    }

    func isKnown(_ message: Message.ID, of person: PersonID?) async throws -> Bool {
        guard let person else { return false }
        return try await self.registry.find(message, of: person) != nil
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
            caller: wish.caller,
            person: wish.person,
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
            try self.checkStreams(for: wish.caller)
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
        in form: StreamForm,
        after: Int = 0,
        skipping frames: Int = 0,
        whenEnded: @escaping @Sendable () -> Void = {}
    ) async throws -> HTTPResponse {
        switch attachment {
        case .live(let generation):
            guard await generation.hasMore(after: after) else { return HTTPResponse(.noContent) }
            return .eventStream(in: form, after: after, skipping: frames, time: self.time, whenEnded: whenEnded) {
                await generation.attach($0, in: form.dialect, after: after)
            }
        case .finished(let record):
            let events = try await self.registry.events(of: record)
            guard after != events.count else { return HTTPResponse(.noContent) }
            // Numbers beyond the log were lost with the process that gave them; how it ended is still news.
            let isKnown = after < events.count
            let bytes = form.dialect.replay(events, after: isKnown ? after : events.count - 1)
            let skipped = isKnown ? frames : 0
            return .eventStream(in: form, after: after, skipping: skipped, time: self.time, whenEnded: whenEnded) {
                $0.send(bytes, through: events.count)
                $0.end()
            }
        }
    }

    /// How a reply ended, and in which conversation; waits for it.
    func outcome(of attachment: Attachment) async throws -> (ReplyOutcome, reply: Message.ID, Conversation.ID?) {
        switch attachment {
        case .live(let generation):
            return (await generation.outcome(), generation.record.id, generation.record.conversation)
        case .finished(let record):
            return (ReplyOutcome(events: try await self.registry.events(of: record)), record.id, record.conversation)
        }
    }
}
