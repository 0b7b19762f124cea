import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue

/// The rfc dialect's routes; a stream is named by the id of the message that it answers.
struct RFCRoutes: Sendable {
    let replies: Replies

    /// The routes below `base`.
    func routes(below base: String) -> [Route] {
        [
            Route(.get, base + "/stream-chat", allowsHead: false) { try await self.stream($0, $0.query["message"]) },
            Route(.get, base + "/stream", allowsHead: false) { try await self.stream($0, $0.query["prompt"]) },
            Route(.post, base + "/cancel") { try await self.cancel($0) },
        ]
    }

    private func stream(_ request: RoutedRequest, _ text: String?) async throws -> HTTPResponse {
        try await self.replies.follow(request, text: text, in: StreamForm(RFCEncoder.dialect))
    }

    /// Ends a running reply; one that is not running, or was never asked for, is not found.
    private func cancel(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let named = request.query["stream_id"]
        let body = request.http.body.isEmpty ? [:] : try jsonBody(of: request.http)
        let sent = try member("stream_id", of: body, "the id of a stream", \.string)
        guard let text = named ?? sent else { throw WebError.badRequest("stream_id is missing: it names the stream.") }
        guard let message = Message.ID(rawValue: text),
            case .live(let generation) = try await self.replies.registry.find(message, of: person),
            await generation.endedAt == nil
        else { return .json(["status": "not_found"]) }
        let receipt = try await self.replies.registry.stop(message, of: person, seen: nil)
        return .json(["status": receipt.state == .stopped ? "cancelled" : "not_found"])
    }
}
