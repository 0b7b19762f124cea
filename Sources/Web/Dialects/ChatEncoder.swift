package import Chat
import Identifiers
import JSONValue
import Observability
import ServerSentEvents

/// The chat dialect: three unnamed frames, and in its extended form numbers and named events for everything else.
///
/// The plain form is `data: {"chunk": "…"}`, `data: {"done": true, "agent_type": "…"}` or `data: {"error": "…"}`, byte
/// for byte. A client that only listens to unnamed events reads the extended form as the plain one.
package struct ChatEncoder: EventEncoder {
    private let isExtended: Bool
    private var agent = "general"

    package init(isExtended: Bool) {
        self.isExtended = isExtended
    }

    /// The three frames and nothing else.
    package static let plain = Dialect(name: "chat") { ChatEncoder(isExtended: false) }

    /// The same with `id` lines and named events.
    package static let extended = Dialect(name: "chat-extended", hearsRemarks: true) { ChatEncoder(isExtended: true) }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        if case .accepted(let acceptance) = event { self.agent = acceptance.agent }
        if case .routed(let agent, _) = event { self.agent = agent }
        switch event {
        case .text(let piece):
            return piece.isEmpty ? [] : self.chunk(piece, number: number)
        case .completed(let completion):
            let isCut = completion.finishReason == .length
            return (isCut ? self.notice(.length, "This reply reached its length limit and ends here.") : [])
                + self.done(completion.agent, number: number)
        case .stopped:
            return self.notice(.stopped, "The reply was stopped.") + self.done(self.agent, number: number)
        case .failed(let failure):
            return self.error(failure.message, kind: failure.kind.rawValue, number: number)
        case .interrupted:
            return self.notice(.interrupted, interruptedSentence)
                + self.error(interruptedSentence, kind: "interrupted", number: number)
        case .accepted, .routed, .status, .reasoning, .toolCall, .toolResult, .onboarding, .title, .notice, .source,
            .file, .reset:
            return self.isExtended ? self.named(event, number: number) : []
        }
    }

    /// A beat that says which event was the last one; a page cannot see comments.
    package static func beat(last: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        ServerSentEventEncoder.append(event: "beat", data: "{\"last\": \(last)}", to: &bytes)
        return bytes
    }

    /// What `frame(["chunk": …])` gives, without a tree: nearly every event of a reply is one of these.
    private func chunk(_ piece: String, number: Int?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(piece.utf8.count + 48)
        if self.isExtended, let number {
            bytes.append(contentsOf: "id: ".utf8)
            bytes.append(contentsOf: String(number).utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(contentsOf: "data: {\"chunk\": ".utf8)
        appendJSONString(piece, to: &bytes)
        bytes.append(contentsOf: "}\n\n".utf8)
        return bytes
    }

    private func frame(_ data: JSON, named name: String? = nil, number: Int?) -> [UInt8] {
        Web.frame(data, event: name, id: self.isExtended ? number.map(String.init) : nil)
    }

    private func done(_ agent: String, number: Int?) -> [UInt8] {
        self.frame(["done": true, "agent_type": .string(agent)], number: number)
    }

    private func error(_ sentence: String, kind: String, number: Int?) -> [UInt8] {
        self.isExtended
            ? self.frame(["error": .string(sentence), "kind": .string(kind)], number: number)
            : self.frame(["error": .string(sentence)], number: number)
    }

    private func notice(_ code: Notice.Code, _ text: String) -> [UInt8] {
        self.isExtended ? self.named(.notice(Notice(code: code, text: text)), number: nil) : []
    }

    private func named(_ event: Event, number: Int?) -> [UInt8] {
        guard let (name, data) = namedForm(of: event) else { return [] }
        return self.frame(data, named: name, number: number)
    }
}

/// The name and the data of an event that has no unnamed form.
private func namedForm(of event: Event) -> (name: String, data: JSON)? {
    switch event {
    case .accepted(let acceptance):
        var data = JSON.Object()
        data["agent"] = .string(acceptance.agent)
        data["conversation_id"] = .string(acceptance.conversation.rawValue)
        data["message_id"] = .string(acceptance.message.rawValue)
        data["reply_id"] = .string(acceptance.reply.rawValue)
        if let reason = acceptance.reason { data["reason"] = .string(reason) }
        return ("accepted", .object(data))
    case .routed(let agent, let reason):
        return ("routed", ["agent": .string(agent), "reason": .string(reason)])
    case .status(let phase): return ("status", ["phase": .string(phase.rawValue)])
    case .reasoning(let piece): return ("reasoning", ["text": .string(piece)])
    case .toolCall(let call):
        return (
            "tool_call", ["id": .string(call.id), "name": .string(call.name), "arguments": written(call.arguments)]
        )
    case .toolResult(let result):
        var data: JSON.Object = JSON.Object([])
        data["id"] = .string(result.id)
        data["name"] = .string(result.name)
        switch result.outcome {
        case .result(let text): data["result"] = written(text)
        case .error(let sentence): data["error"] = .string(sentence)
        }
        data["seconds"] = JSON.Number(result.duration.inSeconds).map(JSON.number)
        return ("tool_result", .object(data))
    case .onboarding(let step, let fields, let progress):
        return ("onboarding", ["step": .string(step), "fields": written(fields), "progress": written("\(progress)")])
    case .title(let title): return ("title", ["title": .string(title)])
    case .notice(let notice): return ("notice", ["code": .string(notice.code.rawValue), "text": .string(notice.text)])
    case .source(let url, let title): return ("source", ["url": .string(url), "title": .string(title)])
    case .file(let type, let reference): return ("file", ["type": .string(type), "reference": .string(reference)])
    case .reset(let step): return ("reset", ["step": JSON.number(JSON.Number(step))])
    case .text, .completed, .failed, .stopped, .interrupted: return nil
    }
}
