import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers

/// Which reply a request for a stream is about, and whether asking may start it.
struct ReplyWish: Sendable {
    let caller: Caller
    let person: PersonID
    /// The network that it comes from.
    let client: String
    let message: Message.ID
    let conversation: Conversation.ID
    let parent: Message.ID?
    /// Whether it begins the conversation anew.
    var followsNothing = false
    let text: String?
    /// Whom the reader picked to answer.
    let agent: String?
    let place: Reader.Place
    let kind: Composing.Kind
    let mayStart: Bool
    /// Whether the client says which message it means, so that there may be a reply without a text being sent.
    let isNamed: Bool
    /// What the viewer showed to get in, unless it was a key or a cookie.
    let token: SecretHash?
}

extension Replies {
    /// Reads who asks with a GET for which reply: by a token, by a key, or where `takesCookie` by the session of our page.
    ///
    /// `text` is the message as the route calls it; `conversation` and `message` are what the path and an earlier answer
    /// have named already.
    func wish(
        of request: RoutedRequest,
        text: String?,
        conversation: Conversation.ID? = nil,
        message: Message.ID? = nil,
        kind: Occasion.Kind = .chat,
        takesCookie: Bool = false
    ) async throws -> ReplyWish {
        try self.gate.checkStart(request.http)
        if let secret = request.query["token"] {
            return try await self.wish(ofToken: Secret(text: secret), request, text: text, conversation, kind)
        }
        let caller = try await self.callers.caller(of: request)
        guard let person = caller.person, self.mayAskDirectly(caller, request.http, takesCookie) else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        let named: Message.ID? = try message ?? identifier(request.query["message_id"], "message_id")
        return ReplyWish(
            caller: caller,
            person: person,
            client: request.client,
            message: named ?? .random(),
            conversation: try conversation ?? identifier(request.query["conversation_id"], "conversation_id")
                ?? .random(),
            parent: try identifier(request.query["parent_id"], "parent_id"),
            text: text,
            agent: request.query["agent"],
            place: Occasion().place(request.http),
            kind: Occasion(kind: kind, profileVersion: try Self.version(request.query)).composing,
            mayStart: true,
            isNamed: named != nil,
            token: nil
        )
    }

    private static func version(_ query: QueryParameters) throws(WebError) -> Int? {
        guard let text = query["version"] else { return nil }
        guard let version = eventNumber(text), version < 1 << 53 else {
            throw WebError.badRequest("version must be a whole number.")
        }
        return version
    }

    private func mayAskDirectly(_ caller: Caller, _ request: HTTPRequest, _ takesCookie: Bool) -> Bool {
        switch caller {
        case .program, .bearer: true
        case .reader: takesCookie && self.gate.isFromOurPage(request)
        case .stranger: false
        }
    }

    private func wish(
        ofToken secret: Secret?,
        _ request: RoutedRequest,
        text sent: String?,
        _ asked: Conversation.ID?,
        _ kind: Occasion.Kind
    ) async throws -> ReplyWish {
        guard let secret, let (token, mayStart) = try await self.visitors.redeem(secret),
            let message = Message.ID(rawValue: token.message),
            let conversation = Conversation.ID(rawValue: token.conversation),
            asked == nil || asked == conversation
        else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        guard token.occasion.kind == kind else {
            throw WebError.badRequest(
                "This token is for the \(token.occasion.kind.rawValue), not for the \(kind.rawValue)."
            )
        }
        if let bound = token.text, let sent, bound != sent {
            throw WebError(.conflict, "message_conflict", "This token was made for another message.")
        }
        return ReplyWish(
            caller: .reader(token.person, session: token.session),
            person: token.person,
            client: request.client,
            message: message,
            conversation: conversation,
            parent: token.parent.flatMap { Message.ID(rawValue: $0) },
            followsNothing: token.occasion.followsNothing,
            text: token.text ?? sent,
            agent: token.agent,
            place: token.occasion.place(request.http),
            kind: token.occasion.composing,
            mayStart: mayStart,
            isNamed: false,
            token: token.hash
        )
    }
}
