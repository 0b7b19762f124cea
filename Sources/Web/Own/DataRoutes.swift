import Chat
import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// The routes on which readers delete everything of theirs at once, and take that back.
struct DataRoutes: Sendable {
    let callers: Callers
    let erasures: any ErasureStore
    let time: TimeSource

    var routes: [Route] {
        [
            Route(.delete, "/api/v1/data") { try await self.erase($0) },
            Route(.post, "/api/v1/data/restore") { try await self.restore($0) },
        ]
    }

    private func erase(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        let erasure = try await self.erasures.erase(everythingOf: person, at: self.time.now())
        return .json([
            "conversations": .number(JSON.Number(erasure.conversations)), "erased_at": json(erasure.erasedAt),
        ])
    }

    private func restore(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard try await self.erasures.restore(everythingOf: person) else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }
}
