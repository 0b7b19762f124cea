import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

extension ConversationRoutes {
    /// What of a reader's runs, and what ended lately: cheap to ask every few seconds, since mostly nothing has changed.
    func active(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let person = try await self.callers.caller(of: request).person else {
            return .json(["active": []])
        }
        self.ledger.asked(person)
        let records = try await self.registry.recent(of: person)
        return .tagged(["active": .array(records.map(json))], for: request.http)
    }

    /// What became of a message: every step of its reply, with times and counts.
    func receipt(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard let message = Message.ID(rawValue: request.parameters["id"] ?? ""),
            let receipt = try await self.registry.receipt(answering: message, of: person)
        else { throw WebError.notFound }
        return .json(json(receipt))
    }
}

extension ConversationRoutes {
    /// What the assistant saw when it answered a message: its instructions, the messages that went along, its tools.
    func prompt(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard let message = Message.ID(rawValue: request.parameters["id"] ?? ""),
            let (record, messages) = try await self.registry.prompt(answering: message, of: person),
            var body = record.json.object
        else { throw WebError.notFound }
        body["messages"] = .array(
            messages.map {
                ["id": .string($0.id.rawValue), "role": .string($0.role.rawValue), "text": .string($0.text)]
            }
        )
        return .json(.object(body))
    }
}

private func json(_ record: GenerationRecord) -> JSON {
    [
        "conversation_id": optional(record.conversation?.rawValue),
        "message_id": .string(record.message.rawValue),
        "reply_id": .string(record.id.rawValue),
        "state": .string(record.state.rawValue),
        // While it runs the number changes with every word, and who wants to know watches the stream.
        "last": record.state.isFinal ? .number(JSON.Number(record.lastEvent)) : .null,
    ]
}

private func json(_ receipt: Receipt) -> JSON {
    [
        "message_id": .string(receipt.message.rawValue),
        "reply_id": .string(receipt.reply.rawValue),
        "state": .string(receipt.state.rawValue),
        "received_at": time(receipt.receivedAt),
        "claimed_at": time(receipt.claimedAt),
        "first_text_at": time(receipt.trace.firstTextAt),
        "ended_at": time(receipt.endedAt),
        "spooled_at": time(receipt.trace.spooledAt),
        "committed_at": time(receipt.committedAt),
        "model_calls": .number(JSON.Number(receipt.trace.modelCalls)),
        "viewers": .number(JSON.Number(receipt.trace.viewers)),
        "returns": .number(JSON.Number(receipt.trace.returns)),
        "reason": optional(receipt.trace.reason),
        "stand_in": optional(receipt.trace.standIn),
        "usage": receipt.usage?.json ?? .null,
        "bytes": receipt.content.map { .number(JSON.Number($0.bytes)) } ?? .null,
        "sha256": optional(receipt.content?.sha256),
    ]
}

private func time(_ timestamp: Timestamp?) -> JSON {
    timestamp.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null
}

extension HTTPResponse {
    /// JSON with an entity tag of its bytes; 304 for whoever has it already.
    fileprivate static func tagged(_ value: JSON, for request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse.json(value)
        let tag = EntityTag(of: value.bytes(.spaced))
        response.fields.append("ETag", tag.text)
        guard tag.isKnown(to: request) else { return response }
        response.status = .notModified
        response.body = .none
        return response
    }
}
