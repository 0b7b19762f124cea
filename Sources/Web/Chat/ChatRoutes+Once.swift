import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

extension ChatRoutes {
    /// The whole reply in one answer: the same generation, awaited.
    func postChat(_ request: RoutedRequest, _ kind: Occasion.Kind? = nil) async throws -> HTTPResponse {
        let body = try MessageBody(request.http, kind: kind)
        let text = try checkedText(body.text)
        let caller = try await self.replies.callers.caller(of: request)
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        let message = body.message ?? .random()
        let question = Replies.Question(
            person: visit.person,
            client: request.client,
            text: text,
            message: message,
            conversation: body.conversation ?? .random(),
            parent: body.parent,
            followsNothing: body.occasion.followsNothing,
            agent: body.agent,
            place: body.occasion.place(request.http),
            kind: body.occasion.composing
        )
        let person = visit.person
        let isNew = try await !self.replies.isKnown(message, of: person)
        if isNew {
            self.replies.note(message, of: visit.caller, try await self.replies.rule.decision(for: visit.caller))
        }
        let attachment: Attachment
        do {
            attachment = try await self.replies.start(question, on: request.peer.executor)
        } catch {
            if isNew { self.replies.ledger.withdrew(message, of: person) }
            throw error
        }
        self.replies.ledger.waits(message, of: person)
        let (outcome, reply, conversation): (ReplyOutcome, Message.ID, Conversation.ID?)
        do {
            (outcome, reply, conversation) = try await self.replies.outcome(of: attachment)
        } catch {
            self.replies.ledger.answered(message, of: person, isThere: true)
            throw error
        }
        var response = onceResponse(
            outcome,
            message: message,
            reply: reply,
            conversation: conversation ?? body.conversation
        )
        if let standing = self.replies.limits.messages.standing(of: visit.person) { response.fields.append(standing) }
        response.whenAnswered = { [ledger = self.replies.ledger] isThere in
            ledger.answered(message, of: person, isThere: isThere)
        }
        return visit.answered(response)
    }
}

private func onceResponse(
    _ outcome: ReplyOutcome,
    message: Message.ID,
    reply: Message.ID,
    conversation: Conversation.ID?
) -> HTTPResponse {
    if let error = WebError(endOf: outcome) { return error.response }
    var body = JSON.Object()
    body["response"] = .string(outcome.text)
    body["agent_type"] = .string(outcome.agent ?? Agent.general.id)
    body["message_id"] = .string(message.rawValue)
    body["reply_id"] = .string(reply.rawValue)
    body["conversation_id"] = conversation.map { .string($0.rawValue) } ?? .null
    body["usage"] = outcome.usage?.json ?? .null
    body["finish_reason"] = optional(outcome.finishReason?.rawValue)
    if outcome.state == .stopped { body["stopped"] = true }
    return .json(.object(body))
}

extension Usage {
    /// The tokens as our own routes tell them.
    var json: JSON {
        [
            "input_tokens": .number(JSON.Number(self.inputTokens)),
            "output_tokens": .number(JSON.Number(self.outputTokens)),
        ]
    }
}

extension WebError {
    /// What a client that did not want a stream is told of a reply that came to no proper end; `nil` for the others.
    init?(endOf outcome: ReplyOutcome) {
        switch outcome.state {
        case .failed: self.init(describing: outcome.failure ?? .unavailable)
        // It stays so: who wants another reply asks with another message.
        case .interrupted: self.init(.serviceUnavailable, "interrupted", interruptedSentence)
        case .accepted, .streaming:
            self.init(.serviceUnavailable, "interrupted", interruptedSentence, retryAfter: .seconds(5))
        case .complete, .stopped: return nil
        }
    }

    /// How a failed reply looks to a client that did not want a stream.
    private init(describing failure: Failure) {
        let status: HTTPStatus =
            switch failure.kind {
            case .unavailable, .malformed: .badGateway
            case .timeout: .gatewayTimeout
            case .server: .serviceUnavailable
            }
        self.init(status, failure.kind.rawValue, failure.message)
    }
}
