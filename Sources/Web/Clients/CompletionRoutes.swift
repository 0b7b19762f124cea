import Accounts
import Chat
import Crypto
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes of the OpenAI form, for programs with an API key: chat completions, and the agents as models.
///
/// The messages sent are the context. What is asked is kept only with `store: true`, its last message and the reply to it;
/// otherwise the reply ends with its reader. With an `Idempotency-Key` a stored request that comes again gets the same
/// reply.
struct CompletionRoutes: Sendable {
    let replies: Replies
    private let startedAt: Timestamp

    init(replies: Replies) {
        self.replies = replies
        self.startedAt = replies.time.now()
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/chat/completions") { await self.answer($0, self.complete) },
            Route(.get, "/v1/models") { await self.answer($0, self.models) },
            Route(.get, "/v1/models/{id}") { await self.answer($0, self.model) },
        ]
    }

    /// Runs a handler; its errors take the form that these clients read.
    private func answer(
        _ request: RoutedRequest,
        _ handler: (RoutedRequest, Caller) async throws -> HTTPResponse
    ) async -> HTTPResponse {
        do {
            let caller = try await self.replies.callers.caller(of: request)
            guard caller.person != nil, !caller.comesByItself else { throw WebError.keyMissing }
            return try await handler(request, caller)
        } catch {
            return WebError(describing: error).completionResponse
        }
    }

    // MARK: Models

    private func models(_ request: RoutedRequest, _ caller: Caller) -> HTTPResponse {
        .json(["object": "list", "data": .array(self.replies.agents.agents.map(self.json))])
    }

    private func model(_ request: RoutedRequest, _ caller: Caller) throws -> HTTPResponse {
        .json(self.json(try self.agent(named: request.parameters["id"] ?? "")))
    }

    private func json(_ agent: Agent) -> JSON {
        [
            "id": .string(agent.id), "object": "model",
            "created": .number(JSON.Number(Int(self.startedAt.milliseconds / 1000))), "owned_by": "shuren",
        ]
    }

    private func agent(named name: String) throws(WebError) -> Agent {
        let agents = self.replies.agents
        guard let agent = agents[name] else {
            let names = agents.agents.map(\.id).joined(separator: ", ")
            let message = "The model \"\(name.prefix(80))\" does not exist. There are: \(names)."
            throw WebError(.notFound, "model_not_found", message)
        }
        return agent
    }

    // MARK: Completions

    private func complete(_ request: RoutedRequest, _ caller: Caller) async throws -> HTTPResponse {
        guard let person = caller.person else { throw WebError.keyMissing }
        let body = try CompletionBody(request.http)
        let agent = try self.agent(named: body.model)
        if body.streams { try await self.replies.checkStreams(for: caller) }
        let form = CompletionChunkEncoder.Request(
            model: agent.id,
            createdAt: self.replies.time.now(),
            includesUsage: body.includesUsage
        )
        let attachment = try await self.attachment(for: body, agent, person, request)
        if body.streams {
            let stream = StreamForm(CompletionChunkEncoder.dialect(form))
            return try await self.replies.show(attachment, to: caller, in: stream)
        }
        let (outcome, reply, _) = try await self.replies.outcome(of: attachment)
        if let error = WebError(endOf: outcome) { throw error }
        return .json(CompletionChunkEncoder.whole(outcome, of: reply, form))
    }

    private func attachment(
        for body: CompletionBody,
        _ agent: Agent,
        _ person: PersonID,
        _ request: RoutedRequest
    ) async throws -> Attachment {
        let prompt = body.prompt(for: agent)
        guard body.isStored else {
            return .live(
                try await self.replies.registry.startUnkept(
                    prompt,
                    for: person,
                    agent: agent,
                    on: request.peer.executor
                ) {
                    try self.replies.takeFromLimits(of: person, at: request.client)
                }
            )
        }
        let key = request.http.fields["Idempotency-Key"]
        let question = Replies.Question(
            person: person,
            client: request.client,
            text: try checkedText(body.lastText),
            message: key.map { ownIdentifier(of: "idempotency key " + $0) } ?? .random(),
            conversation: key.map { ownIdentifier(of: "conversation of idempotency key " + $0) } ?? .random(),
            agent: agent.id,
            kind: .fixed(prompt)
        )
        return try await self.replies.start(question, on: request.peer.executor)
    }
}

/// What a client of the OpenAI form asks.
private struct CompletionBody {
    let model: String
    let messages: [JSON]
    let streams: Bool
    let includesUsage: Bool
    let isStored: Bool
    private let body: JSON

    /// What the model behind us is told besides the messages, as it was sent.
    private static let relayed = [
        "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed", "presence_penalty",
        "frequency_penalty", "response_format", "tools", "tool_choice", "parallel_tool_calls", "reasoning_effort",
    ]

    init(_ request: HTTPRequest) throws {
        self.body = try jsonBody(of: request)
        guard let model = self.body["model"]?.string else { throw WebError.badRequest("model is missing.") }
        guard let messages = self.body["messages"]?.array, !messages.isEmpty else {
            throw WebError.badRequest("messages must be a list with at least one message.")
        }
        guard messages.allSatisfy({ $0["role"]?.string != nil }) else {
            throw WebError.badRequest("Every message needs a role.")
        }
        guard try member("n", of: self.body, "1", \.int) ?? 1 == 1 else { throw WebError.badRequest("n must be 1.") }
        let options = try member("stream_options", of: self.body, "an object", \.object).map(JSON.object) ?? [:]
        self.model = model
        self.messages = messages
        self.streams = try member("stream", of: self.body, "true or false", \.bool) ?? false
        self.includesUsage = try member("include_usage", of: options, "true or false", \.bool) ?? false
        self.isStored = try member("store", of: self.body, "true or false", \.bool) ?? false
    }

    /// The text of the last message that a user sent.
    var lastText: String { self.messages.last { $0["role"]?.string == "user" }.map(text) ?? "" }

    func prompt(for agent: Agent) -> Prompt {
        var options = JSON.Object()
        for name in Self.relayed {
            if let value = self.body[name], !value.isNull { options[name] = value }
        }
        return Prompt(
            system: agent.systemPrompt,
            turns: self.messages.compactMap { message in
                Message.Role(rawValue: message["role"]?.string ?? "").map { .init(role: $0, text: text(of: message)) }
            },
            relayed: Prompt.Relayed(messages: JSON.array(self.messages).text, options: JSON.object(options).text),
            model: agent.model,
            temperature: agent.temperature
        )
    }
}

/// The text of a message: a string, or the text parts of a list.
private func text(of message: JSON) -> String {
    message["content"]?.string
        ?? (message["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined()
}

extension WebError {
    fileprivate static let keyMissing = WebError(
        .unauthorized,
        "invalid_api_key",
        "Send an API key: Authorization: Bearer KEY (shuren key create --name NAME)."
    )

    /// The error in OpenAI's form.
    fileprivate var completionResponse: HTTPResponse {
        let type =
            switch self.status.code {
            case 401: "authentication_error"
            case 429: "rate_limit_error"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        var response = HTTPResponse.json(
            CompletionChunkEncoder.error(self.message, type: type, code: self.code),
            self.status
        )
        if let retryAfter { response.fields.append("Retry-After", "\(retryAfterSeconds(retryAfter))") }
        return response
    }
}
