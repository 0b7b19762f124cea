import Chat
import JSONValue

/// What the Anthropic API says in one answer.
///
/// A stream is complete when it named a stop reason or said `message_stop`; one that just ends was cut. Events, blocks
/// and pieces of unknown types say nothing, as the API's versioning asks of its readers.
struct MessageReply: ModelReply {
    /// How an answer ended, and what must go back when the conversation goes on.
    struct Ending: Equatable {
        var completion: ProviderCompletion
        /// The message as it came.
        var content: [JSON]
        /// Whether the model would go on with its own tools when it is given its message back.
        var isPaused: Bool
    }

    private var blocks = ContentBlocks()
    private var stopReason: String?
    private var inputTokens: Int?
    private var outputTokens: Int?
    private var hasBegun = false
    private var hasStopped = false

    var isComplete: Bool { self.stopReason != nil || self.hasStopped }

    var isOver: Bool { self.hasStopped }

    mutating func take(event data: Span<UInt8>, receive: (ProviderEvent) -> Void) throws(ProviderError) {
        let event: JSON
        do throws(JSON.ParsingError) {
            event = try JSON(parsing: data, duplicateKeys: .keepLast)
        } catch {
            throw .malformed(reason: "an event is \(error)")
        }
        switch event["type"]?.string {
        case "message_start":
            self.hasBegun = true
            self.take(usage: event["message"]?["usage"])
        case "content_block_start": self.begin(event, receive)
        case "content_block_delta":
            guard let delta = event["delta"], let index = event["index"]?.int else { return }
            self.blocks.take(delta, at: index)
            say(delta, receive)
        case "message_delta":
            self.stopReason = event["delta"]?["stop_reason"]?.string ?? self.stopReason
            self.take(usage: event["usage"])
        case "message_stop": self.hasStopped = true
        case "error": throw self.failure(event["error"])
        default: break
        }
    }

    mutating func take(whole body: JSON, receive: (ProviderEvent) -> Void) throws(ProviderError) {
        if body["type"]?.string == "error" { throw self.failure(body["error"]) }
        guard let content = body["content"]?.array else { throw .malformed(reason: "the answer is no message") }
        for (index, block) in content.enumerated() {
            self.begin(["index": .number(JSON.Number(index)), "content_block": block], receive)
        }
        self.stopReason = body["stop_reason"]?.string
        self.take(usage: body["usage"])
        self.hasStopped = true
    }

    mutating func end(receive: (ProviderEvent) -> Void) throws(ProviderError) -> Ending {
        guard self.isComplete else {
            throw .broken(reason: "the stream ended in mid-reply, without a stop reason")
        }
        let calls = self.blocks.calls
        for call in calls { receive(.toolCall(call)) }
        let content = self.blocks.content
        return Ending(
            completion: ProviderCompletion(
                finishReason: self.finishReason(hasCalls: !calls.isEmpty),
                usage: self.usage,
                state: calls.isEmpty ? nil : JSON.array(content).text
            ),
            content: content,
            isPaused: self.stopReason == "pause_turn"
        )
    }

    static func problem(in body: JSON) -> String? { body["error"].flatMap(message(of:)) }

    // MARK: Steps

    private mutating func begin(_ event: JSON, _ receive: (ProviderEvent) -> Void) {
        guard let block = event["content_block"]?.object, let index = event["index"]?.int else { return }
        self.hasBegun = true
        self.blocks.begin(index, block)
        // Usually empty, and the whole of it where the answer was not streamed.
        switch block["type"]?.string {
        case "text": say(["type": "text_delta", "text": block["text"] ?? ""], receive)
        case "thinking": say(["type": "thinking_delta", "thinking": block["thinking"] ?? ""], receive)
        default: break
        }
    }

    /// What is reported is what was used so far, never what came on top.
    private mutating func take(usage: JSON?) {
        if let tokens = usage?["input_tokens"]?.int, tokens > 0 || self.inputTokens == nil { self.inputTokens = tokens }
        self.outputTokens = usage?["output_tokens"]?.int ?? self.outputTokens
    }

    private var usage: Usage? {
        guard self.inputTokens != nil || self.outputTokens != nil else { return nil }
        return Usage(inputTokens: self.inputTokens ?? 0, outputTokens: self.outputTokens ?? 0)
    }

    private func finishReason(hasCalls: Bool) -> FinishReason {
        switch self.stopReason {
        case "tool_use": .toolCalls
        // Servers that only imitate the API do not always say that they wait for tools.
        case nil, "end_turn": hasCalls ? .toolCalls : .stop
        // Without room left the calls may be cut, too.
        case "max_tokens", "model_context_window_exceeded": .length
        case "refusal": .contentFilter
        case let word?: .other(word)
        }
    }

    /// An error before the message began is what its status would have been, had it come in time.
    private func failure(_ error: JSON?) -> ProviderError {
        let message = error.flatMap(message(of:)) ?? "no reason given"
        guard !self.hasBegun, let status = statuses[error?["type"]?.string ?? ""] else {
            return .failed(message: message)
        }
        return .refusal(status: status, message: message)
    }
}

/// The statuses that the API's documentation names beside the types of errors.
private let statuses = [
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504,
    "overloaded_error": 529,
]

private func message(of error: JSON) -> String? {
    guard let message = error["message"]?.string else { return error.string ?? error["type"]?.string }
    return error["type"]?.string.map { "\($0): \(message)" } ?? message
}

/// Hands over what a piece says to the reader.
private func say(_ delta: JSON, _ receive: (ProviderEvent) -> Void) {
    switch delta["type"]?.string {
    case "text_delta": if let text = delta["text"]?.string, !text.isEmpty { receive(.text(text)) }
    case "thinking_delta":
        if let thought = delta["thinking"]?.string, !thought.isEmpty { receive(.reasoning(thought)) }
    default: break
    }
}
