import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which replies are asked for: with a stream, without one, and to be stopped.
struct ChatRoutes: Sendable {
    /// The longest message, in UTF-8 bytes.
    static let longestMessage = 32 * 1024
    /// How long after its reply's end a stream token still shows it.
    static let tokenAfterlife = Duration.seconds(600)

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
            try await self.registry.checkStart(by: caller.person)
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
            parent: body.parent?.rawValue,
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

    // MARK: POST /chat/stop

    /// Ends a reply because its reader wants no more; may be repeated, and may come before the start.
    func postStop(_ request: RoutedRequest) async throws -> HTTPResponse {
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

    func start(
        _ text: String,
        message: Message.ID,
        conversation: Conversation.ID,
        parent: Message.ID?,
        person: PersonID,
        on executor: any SerialExecutor,
        ifNew check: @Sendable () throws -> Void
    ) async throws -> Attachment {
        let start = GenerationStart(
            person: person,
            conversation: conversation,
            message: Message(
                id: message,
                parent: parent,
                role: .user,
                parts: [.text(text)],
                createdAt: self.time.now()
            ),
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

    func isKnown(_ message: Message.ID, of person: PersonID?) async throws -> Bool {
        guard let person else { return false }
        return try await self.registry.find(message, of: person) != nil
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

    func personOrGuest(_ caller: Caller) async throws -> (PersonID, cookie: String?) {
        if let person = caller.person { return (person, nil) }
        let (person, cookie) = try await self.callers.welcome()
        return (person, cookie)
    }
}
