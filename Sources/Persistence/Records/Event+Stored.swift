internal import Chat
internal import Identifiers
internal import JSONValue

extension [Event] {
    /// The events as the column `reply_part.events` has them.
    ///
    /// Texts are written without a tree: every piece of every reply passes here.
    var stored: String {
        var bytes = [UInt8(ascii: "[")]
        for (index, event) in self.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if case .text(let text) = event {
                appendJSONString(text, to: &bytes)
            } else {
                event.stored.append(to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the column `reply_part.events`.
    init(stored text: String) throws(StoredFormError) {
        try self.init(stored: JSON(stored: text))
    }

    init(stored json: JSON) throws(StoredFormError) {
        guard let elements = json.array else { throw StoredFormError(expectation: "a list of events") }
        self = []
        for element in elements { self.append(try Event(stored: element)) }
    }
}

extension Event {
    /// The two frequent events are a text and a list of one text, since a reply is made of thousands of them.
    var stored: JSON {
        switch self {
        case .text(let text): .string(text)
        case .reasoning(let text): .array([.string(text)])
        case .accepted(let acceptance):
            [
                "type": "accepted", "agent": .string(acceptance.agent),
                "conversation": .string(acceptance.conversation.rawValue),
                "message": .string(acceptance.message.rawValue), "reply": .string(acceptance.reply.rawValue),
                "reason": .optional(acceptance.reason),
            ]
        case .routed(let agent, let reason):
            ["type": "routed", "agent": .string(agent), "reason": .string(reason)]
        case .status(let phase): ["type": "status", "phase": .string(phase.rawValue)]
        case .toolCall(let call): ["type": "tool_call", "call": call.stored]
        case .toolResult(let result): ["type": "tool_result", "result": result.stored]
        case .onboarding(let step, let fields, let progress):
            [
                "type": "onboarding", "step": .string(step), "fields": .string(fields),
                "progress": JSON.Number(progress).map(JSON.number) ?? .integer(0),
            ]
        case .title(let title): ["type": "title", "title": .string(title)]
        case .notice(let notice):
            ["type": "notice", "code": .string(notice.code.rawValue), "text": .string(notice.text)]
        case .source(let url, let title): ["type": "source", "url": .string(url), "title": .string(title)]
        case .file(let type, let reference):
            ["type": "file", "media_type": .string(type), "reference": .string(reference)]
        case .reset(let step): ["type": "reset", "step": .integer(step)]
        case .completed(let completion):
            [
                "type": "completed", "finish_reason": .string(completion.finishReason.rawValue),
                "usage": completion.usage?.stored ?? .null, "agent": .string(completion.agent),
            ]
        case .failed(let failure):
            ["type": "failed", "kind": .string(failure.kind.rawValue), "message": .string(failure.message)]
        case .stopped: ["type": "stopped"]
        case .interrupted: ["type": "interrupted"]
        }
    }

    init(stored json: JSON) throws(StoredFormError) {
        switch json {
        case .string(let text): self = .text(text)
        case .array(let texts):
            guard let text = texts.first?.string else { throw StoredFormError(expectation: "a piece of reasoning") }
            self = .reasoning(text)
        default: self = try Event(storedObject: json)
        }
    }

    private init(storedObject json: JSON) throws(StoredFormError) {
        switch json["type"]?.string {
        case "accepted":
            self = .accepted(
                Acceptance(
                    agent: try json.need("agent", \.string),
                    conversation: try json.identifier("conversation"),
                    message: try json.identifier("message"),
                    reply: try json.identifier("reply"),
                    reason: try json.may("reason", \.string)
                )
            )
        case "routed":
            self = .routed(agent: try json.need("agent", \.string), reason: try json.need("reason", \.string))
        case "status": self = .status(try json.need("phase") { $0.string.flatMap(Phase.init(rawValue:)) })
        case "tool_call": self = .toolCall(try ToolCall(stored: json.need("call") { $0 }))
        case "tool_result": self = .toolResult(try ToolResult(stored: json.need("result") { $0 }))
        case "onboarding":
            self = .onboarding(
                step: try json.need("step", \.string),
                fields: try json.need("fields", \.string),
                progress: try json.need("progress", \.double)
            )
        case "title": self = .title(try json.need("title", \.string))
        case "notice":
            self = .notice(
                Notice(
                    code: try json.need("code") { $0.string.flatMap(Notice.Code.init(rawValue:)) },
                    text: try json.need("text", \.string)
                )
            )
        case "source": self = .source(url: try json.need("url", \.string), title: try json.need("title", \.string))
        case "file":
            self = .file(
                type: try json.need("media_type", \.string),
                reference: try json.need("reference", \.string)
            )
        case "reset": self = .reset(step: try json.need("step", \.int))
        case "completed":
            self = .completed(
                Completion(
                    finishReason: FinishReason(rawValue: try json.need("finish_reason", \.string)),
                    usage: try json.may("usage") { $0 }.map(Usage.init(stored:)),
                    agent: try json.need("agent", \.string)
                )
            )
        case "failed":
            self = .failed(
                Failure(
                    kind: try json.need("kind") { $0.string.flatMap(Failure.Kind.init(rawValue:)) },
                    message: try json.need("message", \.string)
                )
            )
        case "stopped": self = .stopped
        case "interrupted": self = .interrupted
        default: throw StoredFormError(expectation: "a known type of event")
        }
    }
}

extension Usage {
    var stored: JSON { ["input": .integer(self.inputTokens), "output": .integer(self.outputTokens)] }

    init(stored json: JSON) throws(StoredFormError) {
        self.init(inputTokens: try json.need("input", \.int), outputTokens: try json.need("output", \.int))
    }
}
