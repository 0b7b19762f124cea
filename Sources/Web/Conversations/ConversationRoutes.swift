import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which a reader's conversations are listed, read, changed, deleted and taken back.
struct ConversationRoutes: Sendable {
    /// How many conversations a page of a list has.
    static let listLimit = 100

    let store: any ConversationStore
    let registry: GenerationRegistry
    let callers: Callers
    let ledger: RolloutLedger
    let time: TimeSource

    var routes: [Route] {
        [
            Route(.get, "/api/v1/conversations") { try await self.list($0) },
            Route(.get, "/api/v1/conversations/active") { try await self.active($0) },
            Route(.get, "/api/v1/messages/{id}/receipt") { try await self.receipt($0) },
            Route(.get, "/api/v1/messages/{id}/prompt") { try await self.prompt($0) },
            Route(.get, "/api/v1/conversations/{id}") { try await self.read($0) },
            Route(.patch, "/api/v1/conversations/{id}") { try await self.change($0) },
            Route(.post, "/api/v1/conversations/{id}/restore") { try await self.restore($0) },
            Route(.delete, "/api/v1/conversations/{id}") { try await self.delete($0) },
            Route(.post, "/api/v1/conversations/{id}/branch") { try await self.branch($0) }.heavy,
            Route(.delete, "/api/v1/bin") { try await self.emptyBin($0) }.heavy,
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        let shelf = try Self.shelf(request.query["in"])
        let place = try Self.place(request.query["before"])
        // A stranger has no conversations yet; that is no error on a page that was just opened.
        guard let person = try await self.callers.caller(of: request).person else {
            return .json(["conversations": [], "next": .null])
        }
        let page = try await self.store.page(of: shelf, of: person, behind: place, limit: Self.listLimit)
        return .json(["conversations": .array(page.conversations.map(self.json)), "next": optional(page.next?.text)])
    }

    private func read(_ request: RoutedRequest) async throws -> HTTPResponse {
        let wish = try Excerpt.Wish(request.query)
        let (id, person) = try await self.subject(of: request)
        self.ledger.asked(person)
        guard let excerpt = try await self.store.excerpt(wish, from: id, of: person),
            var body = self.json(excerpt.conversation).object
        else { throw WebError.notFound }
        body["messages"] = .array(excerpt.messages.map { message($0, variants: excerpt.variants[$0.id] ?? []) })
        body["earlier"] = .bool(excerpt.hasEarlier)
        body["later"] = .bool(excerpt.hasLater)
        body["leaf"] = optional(excerpt.leaf?.rawValue)
        return .json(.object(body))
    }

    private func change(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        let change = try ConversationChange(jsonBody(of: request.http))
        guard let changed = try await self.store.change(id, change, by: person, at: self.time.now()) else {
            throw WebError.notFound
        }
        return .json(self.json(changed))
    }

    private func delete(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        guard try await self.store.delete(id, by: person, at: self.time.now()) else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }

    private func restore(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (id, person) = try await self.subject(of: request)
        guard let restored = try await self.store.restore(id, by: person) else { throw WebError.notFound }
        return .json(self.json(restored))
    }

    private func branch(_ request: RoutedRequest) async throws -> HTTPResponse {
        let (origin, person) = try await self.subject(of: request)
        let body = try jsonBody(of: request.http)
        guard let id: Conversation.ID = try identifier(body["conversation_id"], "conversation_id"),
            let message: Message.ID = try identifier(body["message_id"], "message_id")
        else { throw WebError.badRequest("The body must name conversation_id and message_id.") }
        let branch = Branch(id: id, origin: origin, message: message)
        switch try await self.store.branch(branch, by: person, at: self.time.now()) {
        case .made(let conversation): return .json(self.json(conversation), .created)
        case .known(let conversation): return .json(self.json(conversation))
        case .taken: throw WebError(.conflict, "conflict", "That conversation_id stands for another conversation.")
        case .noSuchMessage: throw WebError.notFound
        case .tooLong:
            throw WebError(
                .contentTooLarge,
                "conversation_too_long",
                "A branch takes at most \(Branch.longestPath) messages and \(Branch.largest >> 20) MiB of what was said."
            )
        }
    }

    private func emptyBin(_ request: RoutedRequest) async throws -> HTTPResponse {
        try await self.store.emptyBin(of: self.callers.person(of: request))
        return HTTPResponse(.noContent)
    }

    private func json(_ conversation: Conversation) -> JSON {
        summary(conversation, isTitling: self.registry.titling.contains(conversation.id))
    }

    private static func shelf(_ name: String?) throws(WebError) -> Shelf {
        guard let name else { return .shown }
        guard let shelf = Shelf(rawValue: name) else {
            throw WebError.badRequest("in must be \"shown\", \"archive\" or \"bin\".")
        }
        return shelf
    }

    private static func place(_ text: String?) throws(WebError) -> ConversationPage.Place? {
        guard let text else { return nil }
        guard let place = ConversationPage.Place(text) else {
            throw WebError.badRequest("before must be what an earlier answer had as next.")
        }
        return place
    }

    private func subject(of request: RoutedRequest) async throws -> (Conversation.ID, PersonID) {
        let person = try await self.callers.person(of: request)
        // What is no identifier names no conversation.
        guard let id = Conversation.ID(rawValue: request.parameters["id"] ?? "") else { throw WebError.notFound }
        return (id, person)
    }
}
