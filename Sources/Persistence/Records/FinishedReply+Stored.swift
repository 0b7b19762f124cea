internal import Chat
internal import Identifiers
internal import JSONValue
internal import Observability

extension FinishedReply {
    /// The reply as a record of the spool.
    var stored: [UInt8] {
        let json: JSON = [
            "form": 2, "id": .string(self.id.rawValue), "person": .string(self.person.rawValue),
            "conversation": .string(self.conversation.rawValue), "message": .string(self.message.rawValue),
            "agent": .string(self.agent), "state": .string(self.state.rawValue),
            "head": .array(self.head.map(\.stored)), "error": .optional(self.error), "seen": .optional(self.seen),
            "shown": .optional(self.shown),
            "usage": self.usage?.stored ?? .null, "finish_reason": .optional(self.finishReason?.rawValue),
            "epoch": .integer(self.epoch), "rest_from": .integer(self.rest.first),
            "rest": .array(self.rest.events.map(\.stored)), "trace": self.trace.stored,
            "started_at": .integer(Int(self.startedAt.milliseconds)),
            "ended_at": .integer(Int(self.endedAt.milliseconds)),
        ]
        return json.bytes()
    }

    /// Reads a record of the spool.
    init(stored bytes: [UInt8]) throws(StoredFormError) {
        let json = try JSON(stored: String(decoding: bytes, as: UTF8.self))
        guard json["form"]?.int == 2 else { throw StoredFormError(expectation: "a known form of reply") }
        self.init(
            id: try json.identifier("id"),
            person: try json.identifier("person"),
            conversation: try json.identifier("conversation"),
            message: try json.identifier("message"),
            agent: try json.need("agent", \.string),
            state: try json.need("state") { $0.string.flatMap(ReplyState.init(rawValue:)) },
            head: try [Part](stored: json.need("head") { $0 }),
            error: try json.may("error", \.string),
            seen: try json.may("seen", \.int),
            shown: try json.may("shown", \.int),
            usage: try json.may("usage") { $0 }.map(Usage.init(stored:)),
            finishReason: try json.may("finish_reason", \.string).map(FinishReason.init(rawValue:)),
            epoch: try json.need("epoch", \.int),
            rest: ReplyPart(
                generation: try json.identifier("id"),
                first: try json.need("rest_from", \.int),
                events: try [Event](stored: json.need("rest") { $0 })
            ),
            trace: try ReplyTrace(stored: json.need("trace") { $0 }),
            startedAt: try json.timestamp("started_at"),
            endedAt: try json.timestamp("ended_at")
        )
    }
}

extension ReplyTrace {
    fileprivate var stored: JSON {
        [
            "first_text_at": .optional(self.firstTextAt.map { Int($0.milliseconds) }),
            "spooled_at": .optional(self.spooledAt.map { Int($0.milliseconds) }),
            "model_calls": .integer(self.modelCalls), "viewers": .integer(self.viewers),
            "returns": .integer(self.returns), "reason": .optional(self.reason),
            "stand_in": .optional(self.standIn),
        ]
    }

    fileprivate init(stored json: JSON) throws(StoredFormError) {
        self.init()
        self.firstTextAt = try json.may("first_text_at", \.int).map { Timestamp(milliseconds: Int64($0)) }
        self.spooledAt = try json.may("spooled_at", \.int).map { Timestamp(milliseconds: Int64($0)) }
        self.modelCalls = try json.need("model_calls", \.int)
        self.viewers = try json.need("viewers", \.int)
        self.returns = try json.need("returns", \.int)
        self.reason = try json.may("reason", \.string)
        self.standIn = try json.may("stand_in", \.string)
    }
}
