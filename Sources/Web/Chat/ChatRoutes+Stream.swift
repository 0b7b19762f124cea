import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

extension ChatRoutes {
    /// Shows a reply as it grows; starts it when nobody has yet.
    func getStream(_ request: RoutedRequest) async throws -> HTTPResponse {
        try self.gate.checkStart(request.http)
        let isExtended = request.query["events"] == "all"
        let after = isExtended ? try resumePoint(of: request) : 0
        let wish = try await self.streamWish(of: request)
        if !isExtended, self.served.contains(wish.token) { return HTTPResponse(.noContent) }
        let attachment = try await self.attachment(of: wish, on: request.peer.executor)
        try self.checkStillAttaches(wish, attachment)
        return try await self.show(attachment, isExtended: isExtended, after: after) {
            if !isExtended { self.served.insert(wish.token) }
        }
    }

    /// Whose reply a stream is asked for, and whether asking may start it.
    private struct StreamWish {
        let person: PersonID
        let message: Message.ID
        let conversation: Conversation.ID
        let parent: Message.ID?
        let text: String?
        let mayStart: Bool
        let isReader: Bool
        /// What the viewer showed to get in; `nil` for an API key.
        let token: SecretHash?
    }

    private func streamWish(of request: RoutedRequest) async throws -> StreamWish {
        guard let secret = request.query["token"] else { return try await self.keyedWish(of: request) }
        guard let (token, mayStart) = try await self.visitors.redeem(Secret(text: secret)),
            let message = Message.ID(rawValue: token.message),
            let conversation = Conversation.ID(rawValue: token.conversation)
        else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        let sent = request.query["message"]
        if let bound = token.text, let sent, bound != sent {
            throw WebError(.conflict, "message_conflict", "This token was made for another message.")
        }
        return StreamWish(
            person: token.person,
            message: message,
            conversation: conversation,
            parent: token.parent.flatMap { Message.ID(rawValue: $0) },
            text: token.text ?? sent,
            mayStart: mayStart,
            isReader: true,
            token: token.hash
        )
    }

    private func keyedWish(of request: RoutedRequest) async throws -> StreamWish {
        guard case .program(let person) = try await self.callers.caller(of: request.http) else {
            self.callers.report("stream_token", accepted: false)
            throw WebError.unauthorized
        }
        return StreamWish(
            person: person,
            message: try identifier(request.query["message_id"], "message_id") ?? .random(),
            conversation: try identifier(request.query["conversation_id"], "conversation_id") ?? .random(),
            parent: try identifier(request.query["parent_id"], "parent_id"),
            text: request.query["message"],
            mayStart: true,
            isReader: false,
            token: nil
        )
    }

    private func attachment(of wish: StreamWish, on executor: any SerialExecutor) async throws -> Attachment {
        guard let text = wish.text else {
            // Without a text there is nothing to start, but what was started can be shown.
            if let known = try await self.registry.find(wish.message, of: wish.person) { return known }
            throw wish.mayStart ? WebError.badRequest("The message is empty.") : WebError.unauthorized
        }
        return try await self.start(
            try checkedText(text),
            message: wish.message,
            conversation: wish.conversation,
            parent: wish.parent,
            person: wish.person,
            on: executor
        ) {
            guard wish.mayStart else { throw WebError.unauthorized }
            try self.checkStreams(for: wish.isReader ? .reader(wish.person) : .program(wish.person))
        }
    }

    /// A token shows its reply until ten minutes after the end; an API key always does.
    private func checkStillAttaches(_ wish: StreamWish, _ attachment: Attachment) throws {
        guard wish.token != nil, case .finished(let record) = attachment, let endedAt = record.endedAt else { return }
        guard self.time.now() < endedAt + Self.tokenAfterlife else { throw WebError.unauthorized }
    }

    private func show(
        _ attachment: Attachment,
        isExtended: Bool,
        after: Int,
        whenEnded: @escaping @Sendable () -> Void
    ) async throws -> HTTPResponse {
        let dialect = isExtended ? ChatEncoder.extended : ChatEncoder.plain
        switch attachment {
        case .live(let generation):
            guard await generation.hasMore(after: after) else { return HTTPResponse(.noContent) }
            return .eventStream(after: after, beats: isExtended, whenEnded: whenEnded) { viewer in
                await generation.attach(viewer, in: dialect, after: after)
            }
        case .finished(let record):
            let events = try await self.registry.events(of: record)
            guard after != events.count else { return HTTPResponse(.noContent) }
            // Numbers beyond the log were lost with the process that gave them; how it ended is still news.
            let bytes = dialect.replay(events, after: min(after, events.count - 1))
            return .eventStream(after: after, beats: isExtended, whenEnded: whenEnded) { viewer in
                viewer.send(bytes, through: events.count)
                viewer.end()
            }
        }
    }
}

/// From which event on a viewer wants to see: the header wins, because an EventSource repeats its first URL.
private func resumePoint(of request: RoutedRequest) throws -> Int {
    guard let text = request.http.fields["Last-Event-ID"] ?? request.query["after"] else { return 0 }
    guard let number = eventNumber(text) else {
        throw WebError.badRequest("The number of the last event is no number.")
    }
    return number
}

/// The number that a client says was its last: up to 18 ASCII digits and nothing else.
package func eventNumber(_ text: String) -> Int? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
}
