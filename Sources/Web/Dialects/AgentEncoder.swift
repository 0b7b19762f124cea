package import Chat
import Identifiers
import JSONValue

/// The agent dialect: named events that show what an assistant does on its way to the text.
///
/// `thinking`, `token` (the piece and the length so far, and with `accumulates` the text so far), `tool_call`,
/// `tool_result`, `completed`, `error`. Lengths are in Unicode scalars. Each event carries an `id` by which a reconnecting
/// client goes on (``ReplyPosition``).
package struct AgentEncoder: EventEncoder {
    private let accumulates: Bool
    private var acceptance: Acceptance?
    private var length = 0
    private var text = ""

    package init(accumulates: Bool = false) {
        self.accumulates = accumulates
    }

    package static func dialect(accumulates: Bool = false) -> Dialect {
        Dialect(name: accumulates ? "agent-accumulated" : "agent") { AgentEncoder(accumulates: accumulates) }
    }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        switch event {
        case .accepted(let acceptance):
            self.acceptance = acceptance
            return []
        case .status(let phase):
            return phase == .writing ? [] : self.named("thinking", ["phase": .string(phase.rawValue)], number)
        case .reasoning(let piece):
            return self.named("thinking", ["phase": "thinking", "text": .string(piece)], number)
        case .text(let piece):
            return self.token(piece, number)
        case .toolCall(let call):
            return self.named(
                "tool_call",
                ["id": .string(call.id), "name": .string(call.name), "arguments": written(call.arguments)],
                number
            )
        case .toolResult(let result):
            return self.named("tool_result", self.data(of: result), number)
        case .reset:
            self.length = 0
            self.text = ""
            return self.named("token", self.tokenData(""), number)
        case .completed(let completion):
            return self.completed(completion.agent, completion.finishReason, wasStopped: false, number)
        case .stopped:
            return self.completed(self.acceptance?.agent, .stop, wasStopped: true, number)
        case .failed(let failure):
            let data: JSON = ["type": .string(failure.kind.rawValue), "message": .string(failure.message)]
            return self.named("error", data, number)
        case .interrupted:
            return self.named("error", ["type": "interrupted", "message": .string(interruptedSentence)], number)
        case .routed, .onboarding, .title, .notice, .source, .file:
            return []
        }
    }

    private mutating func token(_ piece: String, _ number: Int?) -> [UInt8] {
        self.length += piece.unicodeScalars.count
        if self.accumulates { self.text += piece }
        return self.named("token", self.tokenData(piece), number)
    }

    private func tokenData(_ piece: String) -> JSON {
        var data = JSON.Object()
        data["content"] = .string(piece)
        data["length"] = .number(JSON.Number(self.length))
        if self.accumulates { data["accumulated"] = .string(self.text) }
        return .object(data)
    }

    private func data(of result: ToolResult) -> JSON {
        var data = JSON.Object()
        data["id"] = .string(result.id)
        data["name"] = .string(result.name)
        switch result.outcome {
        case .result(let text): data["result"] = written(text)
        case .error(let sentence): data["error"] = .string(sentence)
        }
        return .object(data)
    }

    private func completed(
        _ agent: String?,
        _ finishReason: FinishReason,
        wasStopped: Bool,
        _ number: Int?
    ) -> [UInt8] {
        var data = JSON.Object()
        data["message_id"] = self.acceptance.map { .string($0.reply.rawValue) } ?? .null
        data["agent"] = agent.map(JSON.string) ?? .null
        data["finish_reason"] = .string(finishReason.rawValue)
        data["length"] = .number(JSON.Number(self.length))
        if wasStopped { data["stopped"] = true }
        return self.named("completed", .object(data), number)
    }

    private func named(_ name: String, _ data: JSON, _ number: Int?) -> [UInt8] {
        frame(data, event: name, id: ReplyPosition.ids(of: self.acceptance?.message, event: number, frames: 1)[0])
    }
}
