import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The route on which a reader finds again what was said.
struct SearchRoutes: Sendable {
    /// How many messages a page of hits has.
    static let pageLength = 20

    let search: any MessageSearch
    let callers: Callers

    var routes: [Route] {
        [Route(.get, "/api/v1/search") { try await self.search($0) }.heavy]
    }

    private func search(_ request: RoutedRequest) async throws -> HTTPResponse {
        let place = try Self.place(request.query["before"])
        let query = SearchQuery(request.query["q"] ?? "")
        // A stranger has said nothing yet.
        guard let person = try await self.callers.caller(of: request).person else {
            return .json(["hits": [], "next": .null])
        }
        let page = try await self.search.hits(for: query, of: person, behind: place, limit: Self.pageLength)
        return .json(["hits": .array(page.hits.map(json)), "next": optional(page.next.map { "\($0)" })])
    }

    private static func place(_ text: String?) throws(WebError) -> Int? {
        guard let text else { return nil }
        guard let place = Int(text), place > 0 else {
            throw WebError.badRequest("before must be what an earlier answer had as next.")
        }
        return place
    }
}

private func json(_ hit: SearchHit) -> JSON {
    [
        "conversation_id": .string(hit.conversation.rawValue),
        "title": .string(hit.title),
        "message_id": optional(hit.message?.rawValue),
        "role": optional(hit.role?.rawValue),
        "created_at": .number(JSON.Number(Int(hit.createdAt.milliseconds))),
        "archived": .bool(hit.isArchived),
        "snippet": .array(hit.snippet.pieces.map { ["text": .string($0.text), "hit": .bool($0.isHit)] }),
    ]
}
