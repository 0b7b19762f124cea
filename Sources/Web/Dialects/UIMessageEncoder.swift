package import Chat
import Identifiers
import JSONValue

/// The ui-message dialect: the AI SDK's UI message stream, version 1 (`x-vercel-ai-ui-message-stream: v1`).
///
/// Its clients check every object strictly: an unknown field or type fails the stream, and a delta belongs to a part that
/// is open. So one part of text or reasoning is open at a time, what the form has no word for goes out as transient
/// `data-…` parts, and a step ends when text follows the results of tools.
package struct UIMessageEncoder: EventEncoder {
    private enum OpenPart: String {
        case text, reasoning
    }

    private var open: OpenPart?
    /// The number of the newest part, which names it.
    private var parts = 0
    private var sources = 0
    private var hasToolResults = false

    package init() {}

    package static let dialect = Dialect(name: "ui-message") { UIMessageEncoder() }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        switch event {
        case .accepted(let acceptance):
            let start: JSON = [
                "type": "start", "messageId": .string(acceptance.reply.rawValue),
                "messageMetadata": [
                    "agent": .string(acceptance.agent), "conversationId": .string(acceptance.conversation.rawValue),
                ],
            ]
            return compactFrame(start) + compactFrame(["type": "start-step"])
        case .text(let piece): return self.grow(.text, by: piece)
        case .reasoning(let piece): return self.grow(.reasoning, by: piece)
        case .toolCall(let call): return self.close() + self.toolInput(call)
        case .toolResult(let result): return self.close() + self.toolOutput(result)
        case .source(let url, let title): return self.source(url, title)
        case .file(let type, let reference):
            return self.close()
                + compactFrame(["type": "file", "url": .string(reference), "mediaType": .string(type)])
        case .routed(let agent, let reason):
            return data("agent", ["agent": .string(agent), "reason": .string(reason)])
        case .status(let phase): return data("status", ["phase": .string(phase.rawValue)])
        case .title(let title): return data("title", ["title": .string(title)])
        case .notice(let notice):
            return data("notice", ["code": .string(notice.code.rawValue), "text": .string(notice.text)])
        case .onboarding(let step, let fields, let progress):
            return data(
                "onboarding",
                ["step": .string(step), "fields": written(fields), "progress": written("\(progress)")]
            )
        case .reset(let step): return self.close() + data("reset", ["step": .number(JSON.Number(step))])
        case .completed(let completion):
            return self.close() + compactFrame(["type": "finish-step"])
                + compactFrame(["type": "finish", "finishReason": .string(uiName(of: completion.finishReason))])
                + doneFrame
        case .stopped:
            return self.close() + compactFrame(["type": "abort", "reason": "stopped by the reader"]) + doneFrame
        case .failed(let failure): return self.close() + errorFrame(failure.message)
        case .interrupted: return self.close() + errorFrame(interruptedSentence)
        }
    }

    private mutating func grow(_ part: OpenPart, by piece: String) -> [UInt8] {
        var bytes = self.open == part ? [] : self.begin(part)
        bytes += compactFrame([
            "type": .string("\(part.rawValue)-delta"), "id": .string(self.partID), "delta": .string(piece),
        ])
        return bytes
    }

    private mutating func begin(_ part: OpenPart) -> [UInt8] {
        var bytes = self.close()
        if self.hasToolResults {
            bytes += compactFrame(["type": "finish-step"]) + compactFrame(["type": "start-step"])
            self.hasToolResults = false
        }
        self.open = part
        self.parts += 1
        return bytes + compactFrame(["type": .string("\(part.rawValue)-start"), "id": .string(self.partID)])
    }

    private mutating func close() -> [UInt8] {
        guard let part = self.open else { return [] }
        self.open = nil
        return compactFrame(["type": .string("\(part.rawValue)-end"), "id": .string(self.partID)])
    }

    private var partID: String { "part-\(self.parts)" }

    private func toolInput(_ call: ToolCall) -> [UInt8] {
        compactFrame([
            "type": "tool-input-available", "toolCallId": .string(call.id), "toolName": .string(call.name),
            "input": written(call.arguments),
        ])
    }

    private mutating func toolOutput(_ result: ToolResult) -> [UInt8] {
        self.hasToolResults = true
        return switch result.outcome {
        case .result(let text):
            compactFrame([
                "type": "tool-output-available", "toolCallId": .string(result.id), "output": written(text),
            ])
        case .error(let sentence):
            compactFrame([
                "type": "tool-output-error", "toolCallId": .string(result.id), "errorText": .string(sentence),
            ])
        }
    }

    private mutating func source(_ url: String, _ title: String) -> [UInt8] {
        self.sources += 1
        return compactFrame([
            "type": "source-url", "sourceId": .string("source-\(self.sources)"), "url": .string(url),
            "title": .string(title),
        ])
    }
}

private func data(_ name: String, _ content: JSON) -> [UInt8] {
    compactFrame(["type": .string("data-\(name)"), "data": content, "transient": true])
}

private func errorFrame(_ sentence: String) -> [UInt8] {
    compactFrame(["type": "error", "errorText": .string(sentence)]) + doneFrame
}

private func uiName(of reason: FinishReason) -> String {
    switch reason {
    case .stop: "stop"
    case .length: "length"
    case .toolCalls: "tool-calls"
    case .contentFilter: "content-filter"
    case .other: "other"
    }
}
