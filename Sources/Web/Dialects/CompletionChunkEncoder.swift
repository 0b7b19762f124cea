package import Chat
import Identifiers
package import JSONValue
package import Observability

/// The openai dialect: `chat.completion.chunk` objects and `[DONE]`, as the OpenAI SDKs read them.
///
/// The form is that of OpenAI's API reference for streamed chat completions (2025); reasoning goes out as
/// `reasoning_content`, which is what servers that show it use. An error after the start is an object with `error`, and the
/// stream ends.
package struct CompletionChunkEncoder: EventEncoder {
    /// What a client asked for.
    package struct Request: Sendable, Equatable {
        package let model: String
        package let createdAt: Timestamp
        /// Whether one more chunk tells the tokens, and all others say `"usage": null`.
        package let includesUsage: Bool

        package init(model: String, createdAt: Timestamp, includesUsage: Bool) {
            self.model = model
            self.createdAt = createdAt
            self.includesUsage = includesUsage
        }
    }

    private let request: Request
    private var id = ""
    private var toolCalls = 0

    package init(_ request: Request) {
        self.request = request
    }

    package static func dialect(_ request: Request) -> Dialect {
        // Two requests never look alike, and each has one viewer.
        Dialect(name: "openai-\(request.createdAt.milliseconds)-\(request.includesUsage)-\(request.model)") {
            CompletionChunkEncoder(request)
        }
    }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        switch event {
        case .accepted(let acceptance):
            self.id = completionID(of: acceptance.reply)
            return self.chunk(["role": "assistant", "content": ""])
        case .text(let piece): return self.chunk(["content": .string(piece)])
        case .reasoning(let piece): return self.chunk(["reasoning_content": .string(piece)])
        case .toolCall(let call): return self.toolCall(call)
        case .completed(let completion): return self.end(completion.finishReason, completion.usage)
        case .stopped: return self.end(.stop, nil)
        case .failed(let failure): return errorFrame(failure.message, failure.kind.rawValue) + doneFrame
        case .interrupted: return errorFrame(interruptedSentence, "interrupted") + doneFrame
        case .routed, .status, .toolResult, .onboarding, .title, .notice, .source, .file, .reset: return []
        }
    }

    private mutating func toolCall(_ call: ToolCall) -> [UInt8] {
        defer { self.toolCalls += 1 }
        var described = json(call)
        described["index"] = .number(JSON.Number(self.toolCalls))
        return self.chunk(["tool_calls": [.object(described)]])
    }

    private func end(_ reason: FinishReason, _ usage: Usage?) -> [UInt8] {
        var bytes = self.chunk([:], finishReason: reason)
        if self.request.includesUsage {
            bytes += self.frame(choices: [], usage: json(usage ?? Usage(inputTokens: 0, outputTokens: 0)))
        }
        return bytes + doneFrame
    }

    private func chunk(_ delta: JSON, finishReason: FinishReason? = nil) -> [UInt8] {
        let choice: JSON = [
            "index": 0, "delta": delta, "logprobs": .null,
            "finish_reason": finishReason.map { .string($0.rawValue) } ?? .null,
        ]
        return self.frame(choices: [choice], usage: .null)
    }

    private func frame(choices: [JSON], usage: JSON) -> [UInt8] {
        var object = JSON.Object()
        object["id"] = .string(self.id)
        object["object"] = "chat.completion.chunk"
        object["created"] = .number(JSON.Number(Int(self.request.createdAt.milliseconds / 1000)))
        object["model"] = .string(self.request.model)
        object["system_fingerprint"] = .null
        object["choices"] = .array(choices)
        if self.request.includesUsage { object["usage"] = usage }
        return compactFrame(.object(object))
    }

    /// The same reply in one piece: a `chat.completion`.
    package static func whole(_ outcome: ReplyOutcome, of reply: Message.ID, _ request: Request) -> JSON {
        var message = JSON.Object()
        message["role"] = "assistant"
        message["content"] = outcome.text.isEmpty && !outcome.toolCalls.isEmpty ? .null : .string(outcome.text)
        message["refusal"] = .null
        if !outcome.toolCalls.isEmpty {
            message["tool_calls"] = .array(outcome.toolCalls.map { .object(json($0)) })
        }
        let choice: JSON = [
            "index": 0, "message": .object(message), "logprobs": .null,
            "finish_reason": .string((outcome.finishReason ?? .stop).rawValue),
        ]
        return [
            "id": .string(completionID(of: reply)), "object": "chat.completion",
            "created": .number(JSON.Number(Int(request.createdAt.milliseconds / 1000))),
            "model": .string(request.model), "system_fingerprint": .null, "choices": [choice],
            "usage": json(outcome.usage ?? Usage(inputTokens: 0, outputTokens: 0)),
        ]
    }

    /// An error in OpenAI's form.
    package static func error(_ message: String, type: String, code: String, parameter: String? = nil) -> JSON {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": parameter.map(JSON.string) ?? .null,
                "code": .string(code),
            ]
        ]
    }
}

private func completionID(of reply: Message.ID) -> String { "chatcmpl-\(reply.rawValue)" }

private func errorFrame(_ message: String, _ code: String) -> [UInt8] {
    compactFrame(CompletionChunkEncoder.error(message, type: "server_error", code: code))
}

private func json(_ call: ToolCall) -> JSON.Object {
    JSON.Object([
        .init(key: "id", value: .string(call.id)), .init(key: "type", value: "function"),
        .init(key: "function", value: ["name": .string(call.name), "arguments": .string(call.arguments)]),
    ])
}

private func json(_ usage: Usage) -> JSON {
    [
        "prompt_tokens": .number(JSON.Number(usage.inputTokens)),
        "completion_tokens": .number(JSON.Number(usage.outputTokens)),
        "total_tokens": .number(JSON.Number(usage.inputTokens + usage.outputTokens)),
        "prompt_tokens_details": ["cached_tokens": 0], "completion_tokens_details": ["reasoning_tokens": 0],
    ]
}
