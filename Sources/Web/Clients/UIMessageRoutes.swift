import Chat
import Crypto
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue

/// The routes of the AI SDK's `useChat`: what it sends, and where it resumes.
struct UIMessageRoutes: Sendable {
    let replies: Replies

    var routes: [Route] {
        [
            Route(.post, "/api/v1/ui/chat") { try await self.post($0) },
            Route(.get, "/api/v1/ui/chat/{id}/stream", allowsHead: false) { try await self.resume($0) },
        ]
    }

    private static let form = StreamForm(
        UIMessageEncoder.dialect,
        fields: ["x-vercel-ai-ui-message-stream": "v1"]
    )

    /// Answers the last message of the chat; the server knows what came before it.
    private func post(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try UIMessageBody(request.http)
        let caller = try await self.replies.callers.caller(of: request)
        try await self.replies.checkStreams(for: caller)
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        let question = Replies.Question(
            person: visit.person,
            client: request.client,
            text: body.text,
            message: body.isRegeneration ? .random() : body.message,
            conversation: body.conversation
        )
        let attachment = try await self.replies.start(question, on: request.peer.executor)
        return visit.answered(try await self.replies.show(attachment, to: visit.caller, in: Self.form))
    }

    /// Shows the reply that runs in a chat from its beginning; 204 when none does.
    private func resume(_ request: RoutedRequest) async throws -> HTTPResponse {
        let caller = try await self.replies.callers.caller(of: request)
        guard let person = caller.person else { throw WebError.unauthorized }
        let chat: Conversation.ID = ownIdentifier(of: request.parameters["id"] ?? "")
        let running = try await self.replies.registry.recent(of: person).first {
            $0.conversation == chat && !$0.state.isFinal
        }
        guard let running, let attachment = try await self.replies.registry.find(running.message, of: person) else {
            return HTTPResponse(.noContent)
        }
        return try await self.replies.show(attachment, to: caller, in: Self.form)
    }
}

/// What the AI SDK's stock transport sends.
private struct UIMessageBody {
    let conversation: Conversation.ID
    let message: Message.ID
    let text: String
    /// Whether the reader wants another reply to the message.
    let isRegeneration: Bool

    init(_ request: HTTPRequest) throws {
        let body = try jsonBody(of: request)
        guard let chat = body["id"]?.string, !chat.isEmpty else {
            throw WebError.badRequest("id is missing: it names the chat.")
        }
        guard let last = (body["messages"]?.array ?? []).last(where: { $0["role"]?.string == "user" }) else {
            throw WebError.badRequest("messages holds none of a user.")
        }
        self.conversation = ownIdentifier(of: chat)
        self.message = last["id"]?.string.map { ownIdentifier(of: chat + "/" + $0) } ?? .random()
        let parts = (last["parts"]?.array ?? []).filter { $0["type"]?.string == "text" }
        self.text = try checkedText(last["content"]?.string ?? parts.compactMap { $0["text"]?.string }.joined())
        self.isRegeneration = body["trigger"]?.string == "regenerate-message"
    }
}

/// Our identifier for one that a foreign client made by rules of its own: always the same for the same.
func ownIdentifier<Subject>(of text: String) -> Identifier<Subject> {
    Identifier(rawValue: text) ?? hashed(text)
}

private func hashed<Subject>(_ text: String) -> Identifier<Subject> {
    guard let identifier = Identifier<Subject>(rawValue: SHA256.digest(of: text).base64URL) else {
        preconditionFailure("a digest in base64url is an identifier")
    }
    return identifier
}
