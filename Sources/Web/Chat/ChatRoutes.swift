import Accounts
import Chat
import Crypto
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which replies are asked for: with a stream, without one, and to be stopped.
struct ChatRoutes: Sendable {
    /// The longest message, in UTF-8 bytes.
    static let longestMessage = 32 * 1024

    let registry: GenerationRegistry
    let visitors: Visitors
    let callers: Callers
    let gate: RequestGate
    let limiter: MessageLimiter
    let streaming: StreamingSwitch
    let agent: Agent
    let time: TimeSource
    let logger: Logger
    let metrics: Metrics
    /// Plain viewers that have had their last frame: asked again, they get 204 instead of everything once more.
    let served = RecentlyServed()

    var routes: [Route] {
        [
            Route(.post, "/api/v1/chat/token") { try await self.postToken($0) },
            Route(.get, "/api/v1/chat/stream", allowsHead: false) { try await self.getStream($0) },
            Route(.post, "/api/v1/chat") { try await self.postChat($0) },
            Route(.post, "/api/v1/chat/stop") { try await self.postStop($0) },
        ]
    }

    // MARK: POST /chat/token

    /// Hands out what an EventSource needs to open a stream, and gives every answer that it could not read there.
    private func postToken(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try MessageBody(request.http)
        let caller = try await self.callers.caller(of: request.http)
        let message = body.message ?? Message.ID.random()
        let isKnown = try await self.isKnown(message, of: caller.person)
        if !isKnown {
            try self.checkStreams(for: caller)
            guard await !self.registry.refusesStarts else { throw WebError.draining }
            if let person = caller.person, let wait = self.limiter.wait(for: person) {
                self.metrics.count("shuren_rate_limited_total", ["limit": "messages"])
                throw WebError.rateLimited(wait)
            }
        }
        let (person, cookie) = try await self.personOrGuest(caller)
        let conversation = body.conversation ?? Conversation.ID.random()
        let (token, lifetime) = try await self.visitors.issueStreamToken(
            for: person,
            message: message.rawValue,
            conversation: conversation.rawValue,
            text: body.text
        )
        var response = HTTPResponse.json([
            "token": .string(token.text),
            "message_id": .string(message.rawValue),
            "conversation_id": .string(conversation.rawValue),
            "expires_in": .number(JSON.Number(Int(lifetime.components.seconds))),
            "stream_url": .string("/api/v1/chat/stream?token=\(token.text)"),
        ])
        if let cookie { response.fields.append("Set-Cookie", cookie) }
        return response
    }

    // MARK: GET /chat/stream

    /// Shows a reply as it grows; starts it when nobody has yet.
    private func getStream(_ request: RoutedRequest) async throws -> HTTPResponse {
        try self.gate.checkStart(request.http)
        let isExtended = request.query["events"] == "all"
        let after = isExtended ? try resumePoint(of: request) : 0
        let wish = try await self.streamWish(of: request)
        if !isExtended, self.served.contains(wish.token) { return HTTPResponse(.noContent) }
        let attachment = try await self.attachment(of: wish, on: request.peer.executor)
        return try await self.show(attachment, isExtended: isExtended, after: after) {
            if !isExtended { self.served.insert(wish.token) }
        }
    }

    /// Whose reply a stream is asked for, and whether asking may start it.
    private struct StreamWish {
        let person: PersonID
        let message: Message.ID
        let conversation: Conversation.ID
        let text: String?
        let mayStart: Bool
        let isReader: Bool
        /// What the viewer showed to get in; `nil` for an API key.
        let token: SecretHash?
    }

    private func streamWish(of request: RoutedRequest) async throws -> StreamWish {
        guard let secret = request.query["token"] else { return try await self.keyedWish(of: request) }
        guard let (token, mayStart) = try await self.visitors.redeem(Secret(text: secret)),
            let message = Message.ID(rawValue: token.message),
            let conversation = Conversation.ID(rawValue: token.conversation)
        else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        let sent = request.query["message"]
        if let bound = token.text, let sent, bound != sent {
            throw WebError(.conflict, "message_conflict", "This token was made for another message.")
        }
        return StreamWish(
            person: token.person,
            message: message,
            conversation: conversation,
            text: token.text ?? sent,
            mayStart: mayStart,
            isReader: true,
            token: token.hash
        )
    }

    private func keyedWish(of request: RoutedRequest) async throws -> StreamWish {
        guard case .program(let person) = try await self.callers.caller(of: request.http) else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        return StreamWish(
            person: person,
            message: try identifier(request.query["message_id"], "message_id") ?? .random(),
            conversation: try identifier(request.query["conversation_id"], "conversation_id") ?? .random(),
            text: request.query["message"],
            mayStart: true,
            isReader: false,
            token: nil
        )
    }

    private func attachment(of wish: StreamWish, on executor: any SerialExecutor) async throws -> Attachment {
        guard let text = wish.text else {
            // Without a text there is nothing to start, but what was started can be shown.
            if let known = try await self.registry.find(wish.message, of: wish.person) { return known }
            throw wish.mayStart ? WebError.badRequest("The message is empty.") : WebError.unauthorized
        }
        return try await self.start(
            try checkedText(text),
            message: wish.message,
            conversation: wish.conversation,
            person: wish.person,
            on: executor
        ) {
            guard wish.mayStart else { throw WebError.unauthorized }
            try self.checkStreams(for: wish.isReader ? .reader(wish.person) : .program(wish.person))
        }
    }

    private func show(
        _ attachment: Attachment,
        isExtended: Bool,
        after: Int,
        whenEnded: @escaping @Sendable () -> Void
    ) async throws -> HTTPResponse {
        let dialect = isExtended ? ChatEncoder.extended : ChatEncoder.plain
        switch attachment {
        case .live(let generation):
            guard await generation.hasMore(after: after) else { return HTTPResponse(.noContent) }
            return .eventStream(after: after, beats: isExtended, whenEnded: whenEnded) { viewer in
                await generation.attach(viewer, in: dialect, after: after)
            }
        case .finished(let record):
            let events = try await self.registry.events(of: record)
            guard after != events.count else { return HTTPResponse(.noContent) }
            // Numbers beyond the log were lost with the process that gave them; how it ended is still news.
            let bytes = dialect.replay(events, after: min(after, events.count - 1))
            return .eventStream(after: after, beats: isExtended, whenEnded: whenEnded) { viewer in
                viewer.send(bytes, through: events.count)
                viewer.end()
            }
        }
    }

    // MARK: POST /chat

    /// The whole reply in one answer: the same generation, awaited.
    private func postChat(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try MessageBody(request.http)
        let text = try checkedText(body.text)
        let (person, cookie) = try await self.personOrGuest(self.callers.caller(of: request.http))
        let message = body.message ?? .random()
        let attachment = try await self.start(
            text,
            message: message,
            conversation: body.conversation ?? .random(),
            person: person,
            on: request.peer.executor,
            ifNew: {}
        )
        var (outcome, conversation) = try await self.outcome(of: attachment)
        conversation = conversation ?? body.conversation
        var response = onceResponse(outcome, message: message, conversation: conversation)
        if let cookie { response.fields.append("Set-Cookie", cookie) }
        return response
    }

    private func outcome(of attachment: Attachment) async throws -> (ReplyOutcome, Conversation.ID?) {
        switch attachment {
        case .live(let generation):
            return (await generation.outcome(), generation.record.conversation)
        case .finished(let record):
            return (ReplyOutcome(events: try await self.registry.events(of: record)), record.conversation)
        }
    }

    // MARK: POST /chat/stop

    /// Ends a reply because its reader wants no more; may be repeated, and may come before the start.
    private func postStop(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request.http)
        let body = try jsonBody(of: request.http)
        guard let message: Message.ID = try identifier(body["message_id"], "message_id") else {
            throw WebError.badRequest("message_id is missing: it names the reply to stop.")
        }
        let receipt = try await self.registry.stop(message, of: person, seen: body["seen"]?.int)
        return .json([
            "stopped": .bool(receipt.state == .stopped),
            "state": .string(receipt.state.rawValue),
            "seconds": JSON.Number(receipt.duration.inSeconds).map(JSON.number) ?? .null,
            "tokens": .number(JSON.Number(receipt.pieces)),
        ])
    }

    // MARK: Shared steps

    private func start(
        _ text: String,
        message: Message.ID,
        conversation: Conversation.ID,
        person: PersonID,
        on executor: any SerialExecutor,
        ifNew check: @Sendable () throws -> Void
    ) async throws -> Attachment {
        let start = GenerationStart(
            person: person,
            conversation: conversation,
            message: Message(id: message, parent: nil, role: .user, parts: [.text(text)], createdAt: self.time.now()),
            reply: .random(),
            title: Conversation.title(from: text),
            agent: self.agent.id
        )
        return try await self.registry.start(start, agent: self.agent, on: executor) {
            try check()
            guard let wait = self.limiter.take(for: person) else { return }
            self.metrics.count("shuren_rate_limited_total", ["limit": "messages"])
            throw WebError.rateLimited(wait)
        }
    }

    private func isKnown(_ message: Message.ID, of person: PersonID?) async throws -> Bool {
        guard let person else { return false }
        return try await self.registry.find(message, of: person) != nil
    }

    /// Rollout concerns the page's readers; programs get streams unless they are off for everybody.
    private func checkStreams(for caller: Caller) throws {
        let policy = self.streaming.policy
        let streams =
            switch caller {
            case .program: policy.isEnabled
            case .reader(let person): policy.decide(for: person).streams
            case .stranger: policy.decide(for: nil).streams
            }
        guard streams else { throw WebError.streamingDisabled }
    }

    private func personOrGuest(_ caller: Caller) async throws -> (PersonID, cookie: String?) {
        if let person = caller.person { return (person, nil) }
        let (person, cookie) = try await self.callers.welcome()
        return (person, cookie)
    }
}

/// The fields that both ways of sending a message have.
private struct MessageBody {
    let text: String?
    let message: Message.ID?
    let conversation: Conversation.ID?

    init(_ request: HTTPRequest) throws {
        let body = try jsonBody(of: request)
        self.text = try body["message"].map { value in
            guard let text = value.string else { throw WebError.badRequest("message must be a string.") }
            return try checkedText(text)
        }
        self.message = try identifier(body["message_id"], "message_id")
        self.conversation = try identifier(body["conversation_id"], "conversation_id")
        if let kind = body["kind"]?.string, kind != "chat" {
            throw WebError.badRequest("kind is \"\(kind.prefix(40))\", but only \"chat\" is served.")
        }
    }
}

/// A message that may be sent: not empty and not too long.
private func checkedText(_ text: String?) throws -> String {
    guard let text, text.contains(where: { !$0.isWhitespace }) else {
        throw WebError.badRequest("The message is empty.")
    }
    guard text.utf8.count <= ChatRoutes.longestMessage else {
        throw WebError(.contentTooLarge, "message_too_long", "The message is longer than 32 KiB. Please shorten it.")
    }
    return text
}

/// From which event on a viewer wants to see: the header wins, because an EventSource repeats its first URL.
private func resumePoint(of request: RoutedRequest) throws -> Int {
    guard let text = request.http.fields["Last-Event-ID"] ?? request.query["after"] else { return 0 }
    guard let number = Int(text), number >= 0, text.utf8.count <= 18 else {
        throw WebError.badRequest("The number of the last event is no number.")
    }
    return number
}

private func onceResponse(
    _ outcome: ReplyOutcome,
    message: Message.ID,
    conversation: Conversation.ID?
) -> HTTPResponse {
    switch outcome.state {
    case .failed:
        return WebError(describing: outcome.failure ?? .unavailable).response
    case .interrupted, .accepted, .streaming:
        return WebError(.serviceUnavailable, "interrupted", "The reply was interrupted.", retryAfter: .seconds(5))
            .response
    case .complete, .stopped:
        var body = JSON.Object()
        body["response"] = .string(outcome.text)
        body["agent_type"] = .string(outcome.agent ?? Agent.general.id)
        body["message_id"] = .string(message.rawValue)
        body["conversation_id"] = conversation.map { .string($0.rawValue) } ?? .null
        body["usage"] = outcome.usage.map(json) ?? .null
        if outcome.state == .stopped { body["stopped"] = true }
        return .json(.object(body))
    }
}

private func json(_ usage: Usage) -> JSON {
    [
        "input_tokens": .number(JSON.Number(usage.inputTokens)),
        "output_tokens": .number(JSON.Number(usage.outputTokens)),
    ]
}

extension WebError {
    /// How a failed reply looks to a client that did not want a stream.
    fileprivate init(describing failure: Failure) {
        let status: HTTPStatus =
            switch failure.kind {
            case .unavailable, .malformed: .badGateway
            case .timeout: .gatewayTimeout
            case .server: .serviceUnavailable
            }
        self.init(status, failure.kind.rawValue, failure.message)
    }
}

extension Identifier {
    fileprivate static func random() -> Self {
        var random = SecureRandom()
        return Self(using: &random)
    }
}
