import Chat
import HTTPServer
import HTTPTypes
import Identifiers

/// The agent dialect's route.
struct AgentRoutes: Sendable {
    let replies: Replies

    var routes: [Route] {
        [Route(.get, "/api/v1/chats/{id}/stream", allowsHead: false) { try await self.stream($0) }]
    }

    private func stream(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let chat = Conversation.ID(rawValue: request.parameters["id"] ?? "") else { throw WebError.notFound }
        let accumulated = request.query["accumulated"] ?? "0"
        guard accumulated == "0" || accumulated == "1" else { throw WebError.badRequest("accumulated must be 0 or 1.") }
        return try await self.replies.follow(
            request,
            text: request.query["message"],
            in: StreamForm(AgentEncoder.dialect(accumulates: accumulated == "1")),
            conversation: chat
        )
    }
}

extension Replies {
    /// Streams in a dialect whose events carry a ``ReplyPosition``: a client that comes back with one goes on behind it,
    /// whatever its address still says.
    func follow(
        _ request: RoutedRequest,
        text: String?,
        in form: StreamForm,
        conversation: Conversation.ID? = nil
    ) async throws -> HTTPResponse {
        let position = try request.http.fields["Last-Event-ID"].map { id in
            guard let position = ReplyPosition(id) else {
                throw WebError.badRequest("The id of the last event is none of this server's.")
            }
            return position
        }
        let wish = try await self.wish(
            of: request,
            text: text,
            conversation: conversation,
            message: position?.message,
            takesCookie: true
        )
        let attachment = try await self.attachment(of: wish, on: request.peer.executor)
        return try await self.show(
            attachment,
            to: wish.caller,
            in: form,
            after: position?.event ?? 0,
            skipping: position?.frames ?? 0
        )
    }
}
