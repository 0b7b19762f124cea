import Chat
import HTTPClient
import HTTPTypes
import JSONValue
import Observability
import ServerSentEvents

/// What one model API says in an answer: the meaning of its events, and of a body that came in one piece.
protocol ModelReply: Sendable {
    /// What is known when the answer has ended well.
    associatedtype Ending: Sendable

    /// Whether the model has said how it ended, so that a connection that breaks now takes nothing away.
    var isComplete: Bool { get }

    /// Whether nothing that may still come matters.
    var isOver: Bool { get }

    /// Takes the data of one event; never empty.
    mutating func take(event data: Span<UInt8>, receive: (ProviderEvent) -> Void) throws(ProviderError)

    /// Takes an answer that was not streamed.
    mutating func take(whole body: JSON, receive: (ProviderEvent) -> Void) throws(ProviderError)

    /// Hands over what only the end made sure of.
    mutating func end(receive: (ProviderEvent) -> Void) throws(ProviderError) -> Ending

    /// The server's words in the body of a refusal; `nil` when it has none in this API's form.
    static func problem(in body: JSON) -> String?
}

/// Reads one answer of a model API, streamed or whole, as its bytes come.
///
/// A server that was asked for a stream may answer with a whole reply or with an error in either form; what came is
/// known by its status and media type.
struct AnswerReader<Reply: ModelReply>: Sendable {
    /// What the head of the answer says about its body.
    private enum Form {
        case stream, whole
    }

    private let response: HTTPClientResponse
    private let now: Timestamp
    private let form: Form
    private var decoder = ServerSentEventDecoder()
    private var body: [UInt8] = []
    private var reply: Reply
    private var failure: ProviderError?

    /// Reads the answer whose head, which came at the moment `now`, is `response`.
    init(_ response: HTTPClientResponse, as reply: Reply, now: Timestamp) {
        self.response = response
        self.now = now
        self.form = response.status.code == 200 && response.isEventStream ? .stream : .whole
        self.reply = reply
    }

    /// Whether the model has said how it ended, in a stream.
    var isComplete: Bool { self.form == .stream && self.failure == nil && self.reply.isComplete }

    /// Takes the next bytes of the answer and hands over what they say; answers whether anything more could matter.
    mutating func feed(_ bytes: Span<UInt8>, receive: (ProviderEvent) -> Void) -> Bool {
        switch self.form {
        case .whole:
            unsafe bytes.withUnsafeBufferPointer { unsafe self.body.append(contentsOf: $0) }
            return self.body.count <= longestWhole
        case .stream:
            var isSilent = true
            self.read(bytes) { event in
                isSilent = false
                receive(event)
            }
            if isSilent { receive(.sign) }
            return !self.reply.isOver && self.failure == nil
        }
    }

    /// What came of the whole answer, after what only the end made sure of was handed over.
    mutating func finish(receive: (ProviderEvent) -> Void) throws(ProviderError) -> Reply.Ending {
        switch self.form {
        case .stream: if let last = self.decoder.finish() { self.read(event: last.data.utf8.span, receive) }
        case .whole: try self.readWhole(receive)
        }
        if let failure { throw failure }
        return try self.reply.end(receive: receive)
    }

    private mutating func read(_ bytes: Span<UInt8>, _ receive: (ProviderEvent) -> Void) {
        // Out of the reader while it calls back into it.
        var decoder = ServerSentEventDecoder()
        swap(&decoder, &self.decoder)
        do throws(ServerSentEventError) {
            try decoder.feed(bytes, deliverData: { self.read(event: $0, receive) })
        } catch {
            self.failure = self.failure ?? .malformed(reason: "\(error)")
        }
        swap(&decoder, &self.decoder)
    }

    private mutating func read(event data: Span<UInt8>, _ receive: (ProviderEvent) -> Void) {
        guard self.failure == nil, !self.reply.isOver, !isBlank(data) else { return }
        do throws(ProviderError) {
            try self.reply.take(event: data, receive: receive)
        } catch {
            self.failure = error
        }
    }

    private mutating func readWhole(_ receive: (ProviderEvent) -> Void) throws(ProviderError) {
        if self.body.starts(with: byteOrderMark) { self.body.removeFirst(byteOrderMark.count) }
        // A body that is no JSON is an error page, treated as one below.
        let json = try? JSON(parsing: self.body, duplicateKeys: .keepLast)
        let status = self.response.status.code
        guard status == 200 else {
            let page = String(decoding: self.body.prefix(200), as: UTF8.self)
            throw .refusal(
                status: status,
                message: json.flatMap(Reply.problem(in:)) ?? page,
                retryAfter: self.response.retryAfter(now: self.now)
            )
        }
        guard let json else { throw .malformed(reason: "the answer is no JSON") }
        try self.reply.take(whole: json, receive: receive)
    }
}

/// The longest answer that is read whole.
private let longestWhole = 4 * 1024 * 1024

private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

private func isBlank(_ data: Span<UInt8>) -> Bool {
    for index in data.indices where !JSONText.isWhiteSpace(data[index]) { return false }
    return true
}

extension ProviderError {
    /// What an answer means whose status is no success.
    static func refusal(status: Int, message: String, retryAfter: Duration? = nil) -> ProviderError {
        // 529 is what some providers say for "overloaded".
        [429, 503, 529].contains(status)
            ? .overloaded(status: status, retryAfter: retryAfter) : .rejected(status: status, message: message)
    }
}

extension HTTPClientResponse {
    fileprivate var isEventStream: Bool {
        self.fields["Content-Type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// How long the server asks to wait, in either form of RFC 9110, section 10.2.3; never negative.
    ///
    /// A date is compared with the server's own where the answer says it, so that no clock has to be right.
    fileprivate func retryAfter(now: Timestamp) -> Duration? {
        guard let text = self.fields["Retry-After"] else { return nil }
        if let seconds = Int(text) { return .seconds(max(0, seconds)) }
        let sent = self.fields["Date"].flatMap(Timestamp.init(httpDate:)) ?? now
        return Timestamp(httpDate: text).map { max(.zero, $0.since(sent)) }
    }
}
