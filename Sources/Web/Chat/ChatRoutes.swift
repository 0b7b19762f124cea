import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which our page and its like ask for replies: with a stream, without one, and to have them stopped.
struct ChatRoutes: Sendable {
    let replies: Replies
    /// Plain viewers that have had their last frame: asked again, they get 204 instead of everything once more.
    let served = RecentlyServed()

    var routes: [Route] {
        [
            Route(.post, "/api/v1/chat/token") { try await self.postToken($0) },
            Route(.get, "/api/v1/chat/stream", allowsHead: false) { try await self.getStream($0) },
            Route(.get, "/api/v1/chat/onboarding-stream", allowsHead: false) {
                try await self.getStream($0, .onboarding)
            },
            Route(.post, "/api/v1/chat") { try await self.postChat($0) },
            Route(.post, "/api/v1/chat/onboarding") { try await self.postChat($0, .onboarding) },
            Route(.post, "/api/v1/chat/stop") { try await self.postStop($0) },
        ]
    }

    // MARK: POST /chat/token

    /// Hands out what an EventSource needs to open a stream, and gives every answer that it could not read there.
    private func postToken(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try MessageBody(request.http)
        try Replies.check(body.agent, in: self.replies.agents)
        let caller = try await self.replies.callers.caller(of: request)
        let message = body.message ?? Message.ID.random()
        let isNew = try await !self.replies.isKnown(message, of: caller.person)
        if isNew {
            try await self.replies.checkStreams(for: caller)
            try await self.replies.checkStart(by: caller, at: request.client)
            try await self.replies.checkVersion(body.occasion, of: caller.person)
        }
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        if isNew {
            // Which group a stranger is in shows itself once they are somebody.
            let decision = try await self.replies.rule.decision(for: visit.caller)
            guard decision.streams else { return visit.answered(WebError.streamingDisabled.response) }
            self.replies.note(message, of: visit.caller, decision)
        }
        let conversation = body.conversation ?? Conversation.ID.random()
        let (token, lifetime) = try await self.replies.visitors.issueStreamToken(
            for: visit.person,
            message: message.rawValue,
            conversation: conversation.rawValue,
            parent: body.parent?.rawValue,
            text: body.text,
            agent: body.agent,
            occasion: body.occasion,
            session: visit.caller.credential
        )
        let route = body.occasion.kind == .chat ? "stream" : "onboarding-stream"
        var response = HTTPResponse.json([
            "token": .string(token.text),
            "message_id": .string(message.rawValue),
            "conversation_id": .string(conversation.rawValue),
            "expires_in": .number(JSON.Number(Int(lifetime.components.seconds))),
            "stream_url": .string("/api/v1/chat/\(route)?token=\(token.text)"),
        ])
        if let standing = self.replies.limits.messages.standing(of: visit.person) { response.fields.append(standing) }
        return visit.answered(response)
    }

    // MARK: POST /chat/stop

    /// Ends a reply because its reader wants no more; may be repeated, and may come before the start.
    private func postStop(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let body = try jsonBody(of: request.http)
        guard let message: Message.ID = try identifier(body["message_id"], "message_id") else {
            throw WebError.badRequest("message_id is missing: it names the reply to stop.")
        }
        let seen = try member("seen", of: body, "the number of an event", \.count)
        let receipt = try await self.replies.registry.stop(message, of: person, seen: seen)
        return .json([
            "stopped": .bool(receipt.state == .stopped),
            "state": .string(receipt.state.rawValue),
            "seconds": JSON.Number(receipt.duration.inSeconds).map(JSON.number) ?? .null,
            "tokens": .number(JSON.Number(receipt.pieces)),
        ])
    }
}
