import Chat
import JSONValue

/// What an OpenAI-compatible server says in one answer.
///
/// A stream is complete when it named a finish reason or said `[DONE]`; one that just ends was cut.
struct ChatReply: ModelReply {
    private var template = DeltaTemplate()
    private var thoughts = ThoughtSeparator()
    private var toolCalls: ToolCallJoiner
    private var kept = KeptFields()
    private var finishReason: String?
    private var usage: Usage?
    private var hasSpoken = false
    private var saidDone = false

    /// Reads the answer to a question for which the calls `known` were made before.
    init(known: [String] = []) {
        self.toolCalls = ToolCallJoiner(known: known)
    }

    var isComplete: Bool { self.finishReason != nil || self.saidDone }

    var isOver: Bool { self.saidDone }

    mutating func take(event data: Span<UInt8>, receive: (ProviderEvent) -> Void) throws(ProviderError) {
        if isDone(data) { return self.saidDone = true }
        let chunk: ChatChunk
        do throws(JSON.ParsingError) {
            chunk = try self.template.chunk(data)
        } catch {
            throw .malformed(reason: "a chunk is \(error)")
        }
        try self.take(chunk)
        if !chunk.reasoning.isEmpty { receive(.reasoning(chunk.reasoning)) }
        guard !chunk.text.isEmpty else { return }
        self.thoughts.take(chunk.text) { receive(ProviderEvent($0)) }
    }

    mutating func take(whole body: JSON, receive: (ProviderEvent) -> Void) throws(ProviderError) {
        let chunk = ChatChunk(body)
        try self.take(chunk)
        guard self.hasSpoken || chunk.finishReason != nil else {
            throw .malformed(reason: "the answer is no chat completion")
        }
        if !chunk.reasoning.isEmpty { receive(.reasoning(chunk.reasoning)) }
        for piece in ThoughtSeparator.pieces(of: chunk.text) { receive(ProviderEvent(piece)) }
        // A whole reply is complete because it is whole.
        self.saidDone = true
    }

    mutating func end(receive: (ProviderEvent) -> Void) throws(ProviderError) -> ProviderCompletion {
        self.thoughts.finish { receive(ProviderEvent($0)) }
        guard self.isComplete else {
            throw .broken(reason: "the stream ended in mid-reply, without a finish reason")
        }
        let calls = self.toolCalls.calls
        for call in calls { receive(.toolCall(call)) }
        return ProviderCompletion(
            finishReason: self.reason(hasCalls: !calls.isEmpty),
            usage: self.usage,
            state: calls.isEmpty ? nil : self.kept.state(extras: self.toolCalls.extras)
        )
    }

    static func problem(in body: JSON) -> String? { ChatChunk(body).error?.message }

    /// Takes everything but what the model wrote.
    private mutating func take(_ chunk: ChatChunk) throws(ProviderError) {
        // Errors come first: a server that reports one may fill the rest with anything.
        if let error = chunk.error { throw self.failure(error) }
        self.finishReason = chunk.finishReason ?? self.finishReason
        self.usage = chunk.usage ?? self.usage
        self.kept.take(chunk.kept)
        for fragment in chunk.toolCalls { self.toolCalls.take(fragment) }
        if !chunk.text.isEmpty || !chunk.reasoning.isEmpty || !chunk.toolCalls.isEmpty { self.hasSpoken = true }
    }

    /// An error that comes in the place of a reply is what its status would have been, had it come in time.
    private func failure(_ error: ChatChunk.ReportedError) -> ProviderError {
        guard !self.hasSpoken, let status = error.code.flatMap({ Int($0) }), (400...599).contains(status) else {
            return .failed(message: error.message)
        }
        return .refusal(status: status, message: error.message)
    }

    /// Servers that do not say that they wait for tools, or say it in an older word, are understood.
    private func reason(hasCalls: Bool) -> FinishReason {
        let said = FinishReason(rawValue: self.finishReason ?? "stop")
        guard hasCalls else { return said }
        return switch said {
        case .stop, .other("function_call"): .toolCalls
        // Mistral's word for a model that has no room left: the calls may be cut.
        case .other("model_length"): .length
        default: said
        }
    }
}

extension ProviderEvent {
    fileprivate init(_ piece: ThoughtSeparator.Piece) {
        self =
            switch piece {
            case .text(let text): .text(text)
            case .thought(let thought): .reasoning(thought)
            }
    }
}

/// Whether an event says that the stream is over, in the one way that is no JSON.
private func isDone(_ data: Span<UInt8>) -> Bool {
    let word = "[DONE]".utf8.span
    guard data.count == word.count else { return false }
    for index in data.indices where data[index] != word[index] { return false }
    return true
}
