import Chat
import HTTPClient
import HTTPTypes
import Observability

@testable import Providers

/// What a reader makes of an answer, and how the answer ended.
struct ReadAnswer<Ending> {
    var events: [ProviderEvent] = []
    var end: Result<Ending, ProviderError>

    var texts: [String] { self.events.compactMap { if case .text(let piece) = $0 { piece } else { nil } } }
    var thoughts: [String] { self.events.compactMap { if case .reasoning(let piece) = $0 { piece } else { nil } } }
    var calls: [ToolCall] { self.events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } }
    var ending: Ending? { try? self.end.get() }

    var error: ProviderError? {
        if case .failure(let error) = self.end { error } else { nil }
    }
}

/// Noon of 20 November 2026.
let noon = Timestamp(milliseconds: 1_795_176_000_000)

/// Reads an answer in pieces of `cut` bytes.
func read<Reply: ModelReply>(
    _ bytes: [UInt8],
    as reply: Reply,
    status: Int = 200,
    fields: HTTPFields = ["Content-Type": "text/event-stream"],
    cut: Int? = nil
) -> ReadAnswer<Reply.Ending> {
    let response = HTTPClientResponse(status: HTTPStatus(status), fields: fields)
    var reader = AnswerReader(response, as: reply, now: noon)
    var events: [ProviderEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let piece = rest.prefix(cut ?? rest.count)
        guard reader.feed(Array(piece).span, receive: { events.append($0) }) else { break }
        rest = rest.dropFirst(piece.count)
    }
    let end = Result { () throws(ProviderError) in try reader.finish { events.append($0) } }
    return ReadAnswer(events: events, end: end)
}

/// Reads a stream of events with these data.
func read<Reply: ModelReply>(events: [String], as reply: Reply, cut: Int? = nil) -> ReadAnswer<Reply.Ending> {
    read(Array(events.map { "data: \($0)\n\n" }.joined().utf8), as: reply, cut: cut)
}

let whole: HTTPFields = ["Content-Type": "application/json"]
