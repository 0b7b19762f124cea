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
    /// What the reader made of some bytes.
    struct Progress {
        var events: [ProviderEvent] = []
        /// Whether anything that could follow matters.
        var isDone = false
    }

    private enum Form {
        case stream(ServerSentEventDecoder)
        case whole([UInt8])
    }

    /// The longest answer that is read whole.
    private static let longestWhole = 4 * 1024 * 1024

    private var form: Form?
    private var response: HTTPClientResponse?
    private var finishReason: String?
    private var usage: Usage?
    private var saidDone = false
    private var failure: ProviderError?

    /// Takes the next bytes of the answer whose head is `response`.
    mutating func feed(_ bytes: [UInt8], of response: HTTPClientResponse) -> Progress {
        self.response = response
        let isStream = response.status.code == 200 && response.isEventStream
        switch self.form ?? (isStream ? .stream(ServerSentEventDecoder()) : .whole([])) {
        case .whole(let start):
            self.form = .whole(start + bytes)
            return Progress(isDone: start.count + bytes.count > Self.longestWhole)
        case .stream(var decoder):
            let progress = self.read(bytes, with: &decoder)
            self.form = .stream(decoder)
            return progress
        }
    }

    /// What came of the whole answer: events that only its end made sure of, and how the model ended.
    mutating func finish() throws(ProviderError) -> (events: [ProviderEvent], completion: ProviderCompletion) {
        var events: [ProviderEvent] = []
        switch self.form {
        case .stream(var decoder):
            if let last = decoder.finish() { events = self.read(last) }
        case .whole(let body):
            events = try self.readWhole(body)
        case nil:
            try self.readWhole([])
        }
        if let failure { throw failure }
        guard self.finishReason != nil || self.saidDone else {
            throw .broken(reason: "the stream ended in mid-reply, without a finish reason")
        }
        let reason = FinishReason(rawValue: self.finishReason ?? "stop")
        return (events, ProviderCompletion(finishReason: reason, usage: self.usage))
    }

    // MARK: Streams

    private mutating func read(_ bytes: [UInt8], with decoder: inout ServerSentEventDecoder) -> Progress {
        var progress = Progress(events: [.sign])
        do throws(ServerSentEventError) {
            for event in try decoder.feed(bytes) { progress.events += self.read(event) }
        } catch {
            self.failure = self.failure ?? .malformed(reason: "\(error)")
        }
        progress.isDone = self.saidDone || self.failure != nil
        return progress
    }

    private mutating func read(_ event: ServerSentEvent) -> [ProviderEvent] {
        guard self.failure == nil, !self.saidDone, !event.data.isEmpty else { return [] }
        if event.data == "[DONE]" {
            self.saidDone = true
            return []
        }
        do throws(JSON.ParsingError) {
            return self.take(try DeltaScanner.chunk(event.data))
        } catch {
            self.failure = .malformed(reason: "a chunk is \(error)")
            return []
        }
    }

    private mutating func take(_ chunk: ChatChunk) -> [ProviderEvent] {
        // Errors come first: a server that reports one may fill the rest with anything.
        if let error = chunk.error {
            self.failure = .failed(message: error.message)
            return []
        }
        self.finishReason = chunk.finishReason ?? self.finishReason
        self.usage = chunk.usage ?? self.usage
        var events: [ProviderEvent] = []
        if !chunk.reasoning.isEmpty { events.append(.reasoning(chunk.reasoning)) }
        if !chunk.text.isEmpty { events.append(.text(chunk.text)) }
        return events
    }

    // MARK: Whole answers

    @discardableResult
    private mutating func readWhole(_ body: [UInt8]) throws(ProviderError) -> [ProviderEvent] {
        let status = self.response?.status.code ?? 0
        let json = try? JSON(parsing: body)  // a body that is no JSON is an error page, and is treated as one below
        let chunk = json.map { ChatChunk($0) }
        guard status == 200 else {
            throw self.refusal(
                status,
                message: chunk?.error?.message ?? String(decoding: body.prefix(200), as: UTF8.self)
            )
        }
        guard let chunk else { throw .malformed(reason: "the answer is no JSON") }
        let events = self.take(chunk)
        if self.failure == nil, self.finishReason == nil, events.isEmpty {
            throw .malformed(reason: "the answer is no chat completion")
        }
        // A whole reply is complete because it is whole.
        self.saidDone = true
        return events
    }

    private func refusal(_ status: Int, message: String) -> ProviderError {
        // 529 is what some providers say for "overloaded".
        guard [429, 503, 529].contains(status) else { return .rejected(status: status, message: message) }
        let seconds = self.response?.fields["Retry-After"].flatMap { Int($0) }
        return .overloaded(status: status, retryAfter: seconds.map { .seconds(max(0, $0)) })
    }
}

extension HTTPClientResponse {
    fileprivate var isEventStream: Bool {
        self.fields["Content-Type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}
