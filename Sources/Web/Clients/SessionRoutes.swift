import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The session dialect's routes: a session is a conversation.
struct SessionRoutes: Sendable {
    /// How many messages a session shows.
    private static let messageLimit = 500
    /// What a client that wants a reply cut in pieces gets unless it says otherwise.
    private static let usualWords = 3
    private static let usualDelay = 100

    let replies: Replies
    let conversations: any ConversationStore

    /// The routes below `base`.
    func routes(below base: String) -> [Route] {
        [
            Route(.post, base + "/sessions") { try await self.open($0) },
            Route(.get, base + "/sessions/{id}/messages") { try await self.messages($0) },
            Route(.post, base + "/sessions/{id}/messages/stream") { try await self.stream($0) },
        ]
    }

    /// Names a session; it is kept from its first message on.
    private func open(_ request: RoutedRequest) async throws -> HTTPResponse {
        let caller = try await self.replies.callers.caller(of: request)
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        let session = Conversation.ID.random()
        let response = HTTPResponse.json(
            ["id": .string(session.rawValue), "session_id": .string(session.rawValue)],
            .created
        )
        return visit.answered(response)
    }

    /// A session without messages and one of somebody else look the same.
    private func messages(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let found = try await self.conversations.conversation(
            try session(of: request),
            of: person,
            limit: Self.messageLimit
        )
        return .json(["messages": .array((found?.messages ?? []).map(json))])
    }

    /// Takes a message and streams the reply to it; the same `message_id` again shows the same reply from its beginning.
    private func stream(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try jsonBody(of: request.http)
        if let role = body["role"], role.string != "user" { throw WebError.badRequest("role must be \"user\".") }
        let text = try checkedText(body["content"]?.string)
        let form = try Self.form(body)
        let caller = try await self.replies.callers.caller(of: request)
        try await self.replies.checkStreams(for: caller)
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        let question = Replies.Question(
            person: visit.person,
            client: request.client,
            text: text,
            message: try identifier(body["message_id"], "message_id") ?? .random(),
            conversation: try session(of: request)
        )
        let attachment = try await self.replies.start(question, on: request.peer.executor)
        let response = try await self.replies.show(attachment, to: visit.caller, in: form)
        return visit.answered(response)
    }

    private static func form(_ body: JSON) throws(WebError) -> StreamForm {
        let words = try number(body["chunk_words"], "chunk_words", 1...100)
        let delay = try number(body["delay_ms"], "delay_ms", 0...5000)
        guard words != nil || delay != nil else { return StreamForm(SessionEncoder.dialect()) }
        return StreamForm(
            SessionEncoder.dialect(chunkWords: words ?? Self.usualWords),
            pause: .milliseconds(delay ?? Self.usualDelay)
        )
    }
}

private func session(of request: RoutedRequest) throws(WebError) -> Conversation.ID {
    // What is no identifier names no session.
    guard let id = Conversation.ID(rawValue: request.parameters["id"] ?? "") else { throw WebError.notFound }
    return id
}

private func number(_ value: JSON?, _ name: String, _ range: ClosedRange<Int>) throws(WebError) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard let number = value.int, range.contains(number) else {
        throw WebError.badRequest("\(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
}

private func json(_ message: Message) -> JSON {
    [
        "id": .string(message.id.rawValue),
        "role": .string(message.role.rawValue),
        "content": .string(message.text),
        "state": .string(message.state.rawValue),
        "created_at": .number(JSON.Number(Int(message.createdAt.milliseconds))),
    ]
}
