import Chat
import HTTPClient
import HTTPTypes
import JSONValue
import ServerSentEvents

/// Reads one answer of an OpenAI-compatible server, streamed or whole, as its bytes come.
///
/// A server that was asked for a stream may answer with a whole reply or with an error in either form; what came is
/// known by its status and media type. A stream is complete when it named a finish reason or said `[DONE]`; one that just
/// ends was cut.
struct ReplyReader {
    /// What the head of the answer says about its body.
    private enum Form {
        case stream, whole
    }

    /// The longest answer that is read whole.
    private static let longestWhole = 4 * 1024 * 1024

    private let response: HTTPClientResponse
    private let form: Form
    private var decoder = ServerSentEventDecoder()
    private var template = DeltaTemplate()
    private var body: [UInt8] = []
    private var toolCalls = ToolCallJoiner()
    private var finishReason: String?
    private var usage: Usage?
    private var saidDone = false
    private var failure: ProviderError?

    /// Reads the answer whose head is `response`.
    init(_ response: HTTPClientResponse) {
        self.response = response
        self.form = response.status.code == 200 && response.isEventStream ? .stream : .whole
    }

    /// Takes the next bytes of the answer and hands over what they say; answers whether anything more could matter.
    mutating func feed(_ bytes: Span<UInt8>, receive: (ProviderEvent) -> Void) -> Bool {
        switch self.form {
        case .whole:
            unsafe bytes.withUnsafeBufferPointer { unsafe self.body.append(contentsOf: $0) }
            return self.body.count <= Self.longestWhole
        case .stream:
            var isSilent = true
            self.read(bytes) { event in
                isSilent = false
                receive(event)
            }
            if isSilent { receive(.sign) }
            return !self.saidDone && self.failure == nil
        }
    }

    /// What came of the whole answer: how the model ended, after what only the end made sure of was handed over.
    mutating func finish(receive: (ProviderEvent) -> Void) throws(ProviderError) -> ProviderCompletion {
        switch self.form {
        case .stream: if let last = self.decoder.finish() { self.readEvent(last.data.utf8.span, receive) }
        case .whole: try self.readWhole(receive)
        }
        if let failure { throw failure }
        guard self.finishReason != nil || self.saidDone else {
            throw .broken(reason: "the stream ended in mid-reply, without a finish reason")
        }
        for call in self.toolCalls.calls { receive(.toolCall(call)) }
        return ProviderCompletion(finishReason: FinishReason(rawValue: self.finishReason ?? "stop"), usage: self.usage)
    }

    // MARK: Streams

    private mutating func read(_ bytes: Span<UInt8>, _ receive: (ProviderEvent) -> Void) {
        // Out of the reader while it calls back into it.
        var decoder = ServerSentEventDecoder()
        swap(&decoder, &self.decoder)
        do throws(ServerSentEventError) {
            try decoder.feed(bytes, deliverData: { self.readEvent($0, receive) })
        } catch {
            self.failure = self.failure ?? .malformed(reason: "\(error)")
        }
        swap(&decoder, &self.decoder)
    }

    /// Reads the data of one event.
    private mutating func readEvent(_ data: Span<UInt8>, _ receive: (ProviderEvent) -> Void) {
        guard self.failure == nil, !self.saidDone, !data.isEmpty else { return }
        if isDone(data) { return self.saidDone = true }
        do throws(JSON.ParsingError) {
            self.take(try self.template.chunk(data), receive)
        } catch {
            self.failure = .malformed(reason: "a chunk is \(error)")
        }
    }

    private mutating func take(_ chunk: ChatChunk, _ receive: (ProviderEvent) -> Void) {
        // Errors come first: a server that reports one may fill the rest with anything.
        if let error = chunk.error { return self.failure = .failed(message: error.message) }
        self.finishReason = chunk.finishReason ?? self.finishReason
        self.usage = chunk.usage ?? self.usage
        if !chunk.reasoning.isEmpty { receive(.reasoning(chunk.reasoning)) }
        if !chunk.text.isEmpty { receive(.text(chunk.text)) }
        for fragment in chunk.toolCalls { self.toolCalls.take(fragment) }
    }

    // MARK: Whole answers

    private mutating func readWhole(_ receive: (ProviderEvent) -> Void) throws(ProviderError) {
        let json = try? JSON(parsing: self.body)  // a body that is no JSON is an error page, treated as one below
        let chunk = json.map { ChatChunk($0) }
        let status = self.response.status.code
        guard status == 200 else {
            let page = String(decoding: self.body.prefix(200), as: UTF8.self)
            throw self.refusal(status, message: chunk?.error?.message ?? page)
        }
        guard let chunk else { throw .malformed(reason: "the answer is no JSON") }
        guard chunk.error != nil || chunk.finishReason != nil || !chunk.text.isEmpty || !chunk.reasoning.isEmpty else {
            throw .malformed(reason: "the answer is no chat completion")
        }
        self.take(chunk, receive)
        // A whole reply is complete because it is whole.
        self.saidDone = true
    }

    private func refusal(_ status: Int, message: String) -> ProviderError {
        // 529 is what some providers say for "overloaded".
        guard [429, 503, 529].contains(status) else { return .rejected(status: status, message: message) }
        let seconds = self.response.fields["Retry-After"].flatMap { Int($0) }
        return .overloaded(status: status, retryAfter: seconds.map { .seconds(max(0, $0)) })
    }
}

/// Whether an event says that the stream is over, in the one way that is no JSON.
private func isDone(_ data: Span<UInt8>) -> Bool {
    let word = "[DONE]".utf8.span
    guard data.count == word.count else { return false }
    for index in data.indices where data[index] != word[index] { return false }
    return true
}

extension HTTPClientResponse {
    fileprivate var isEventStream: Bool {
        self.fields["Content-Type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}
