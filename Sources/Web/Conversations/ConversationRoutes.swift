import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which a reader's conversations are listed, read, renamed and deleted.
struct ConversationRoutes: Sendable {
    /// How many conversations a list shows, and how many messages a conversation.
    static let listLimit = 200
    static let messageLimit = 500

    let store: any ConversationStore
    let registry: GenerationRegistry
    let callers: Callers
    let time: TimeSource

    var routes: [Route] {
        [
            Route(.get, "/api/v1/conversations") { try await self.list($0) },
            Route(.get, "/api/v1/conversations/active") { try await self.active($0) },
            Route(.get, "/api/v1/messages/{id}/receipt") { try await self.receipt($0) },
            Route(.get, "/api/v1/messages/{id}/prompt") { try await self.prompt($0) },
            Route(.get, "/api/v1/conversations/{id}") { try await self.read($0) },
            Route(.patch, "/api/v1/conversations/{id}") { try await self.rename($0) },
            Route(.delete, "/api/v1/conversations/{id}") { try await self.delete($0) },
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        // A stranger has no conversations yet; that is no error on a page that was just opened.
        guard let person = try await self.callers.caller(of: request.http).person else {
            return .json(["conversations": []])
        }
        let conversations = try await self.store.conversations(of: person, limit: Self.listLimit)
        return .json(["conversations": .array(conversations.map(json))])
    }

    private func read(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        guard let found = try await self.store.conversation(id, of: person, limit: Self.messageLimit) else {
            throw WebError.notFound
        }
        guard var body = json(found.conversation).object else { throw WebError.notFound }
        body["messages"] = .array(found.messages.map(json))
        return .json(.object(body))
    }

    private func rename(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        let title = (try jsonBody(of: request.http)["title"]?.string ?? "")
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard (1...Conversation.longestTitle).contains(title.count) else {
            throw WebError.badRequest("A title has 1 to \(Conversation.longestTitle) characters.")
        }
        guard try await self.store.rename(id, to: title, by: person) else { throw WebError.notFound }
        return .json(["id": .string(id.rawValue), "title": .string(title)])
    }

    private func delete(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        guard try await self.store.delete(id, by: person, at: self.time.now()) else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }

    private func subject(of request: RoutedRequest) async throws -> (Conversation.ID, PersonID) {
        let person = try await self.callers.person(of: request.http)
        // What is no identifier names no conversation.
        guard let id = Conversation.ID(rawValue: request.parameters["id"] ?? "") else { throw WebError.notFound }
        return (id, person)
    }
}

private func json(_ conversation: Conversation) -> JSON {
    [
        "id": .string(conversation.id.rawValue),
        "title": .string(conversation.title),
        "created_at": .number(JSON.Number(Int(conversation.createdAt.milliseconds))),
        "updated_at": .number(JSON.Number(Int(conversation.updatedAt.milliseconds))),
        "running": .bool(conversation.isRunning),
    ]
}

private func json(_ message: Message) -> JSON {
    [
        "id": .string(message.id.rawValue),
        "role": .string(message.role.rawValue),
        "reply_to": message.role == .assistant ? optional(message.parent?.rawValue) : .null,
        "state": .string(message.state.rawValue),
        "agent": optional(message.agent),
        "error": optional(message.error),
        "shown": message.shown.map { .number(JSON.Number($0)) } ?? .null,
        "created_at": .number(JSON.Number(Int(message.createdAt.milliseconds))),
        "parts": .array(message.parts.map(json)),
        "provenance": message.provenance.map(json) ?? .null,
    ]
}

private func json(_ provenance: Provenance) -> JSON {
    [
        "reason": optional(provenance.reason), "stand_in": optional(provenance.standIn),
        "facts": .array(provenance.facts.map { .string($0.rawValue) }),
        "usage": provenance.usage?.json ?? .null,
        "first_text_seconds": seconds(provenance.firstText), "seconds": seconds(provenance.duration),
    ]
}

private func seconds(_ duration: Duration?) -> JSON {
    duration.flatMap { JSON.Number($0.inSeconds) }.map(JSON.number) ?? .null
}

private func json(_ part: Part) -> JSON {
    switch part {
    case .text(let text): ["type": "text", "text": .string(text)]
    case .reasoning(let text): ["type": "reasoning", "text": .string(text)]
    case .tool(let call, let result):
        [
            "type": "tool", "id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments),
            "result": optional(result?.text), "is_error": .bool(result?.isError ?? false),
            "seconds": seconds(result?.duration),
        ]
    case .source(let url, let title): ["type": "source", "url": .string(url), "title": .string(title)]
    case .file(let type, let reference): ["type": "file", "media_type": .string(type), "reference": .string(reference)]
    }
}

extension ToolResult {
    fileprivate var isError: Bool { if case .error = self.outcome { true } else { false } }

    fileprivate var text: String {
        switch self.outcome {
        case .result(let text), .error(let text): text
        }
    }
}

private func optional(_ text: String?) -> JSON {
    text.map(JSON.string) ?? .null
}
