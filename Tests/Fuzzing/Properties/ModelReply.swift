import Chat
import HTTPClient
import HTTPTypes
import Observability

@testable import Providers

/// A model's answer, streamed or whole, says the same however its bytes are cut, and holds no empty piece.
func checkModelReply(_ input: [UInt8]) throws {
    for response in [
        HTTPClientResponse(status: .ok, fields: ["Content-Type": "text/event-stream; charset=utf-8"]),
        HTTPClientResponse(status: .ok, fields: ["Content-Type": "application/json"]),
        HTTPClientResponse(status: .tooManyRequests, fields: ["Retry-After": String(decoding: input, as: UTF8.self)]),
    ] {
        try check(ChatReply(), response, input)
        try check(MessageReply(), response, input)
    }
}

private func check(_ reply: some ModelReply, _ response: HTTPClientResponse, _ input: [UInt8]) throws {
    let whole = ModelAnswer(of: [input], response, as: reply)
    let isEmpty = whole.events.contains { $0 == .text("") || $0 == .reasoning("") }
    try require(!isEmpty, "a piece of a reply is not empty")
    try input.forEachCut { pieces in
        let cut = ModelAnswer(of: pieces, response, as: reply)
        try require(cut == whole, "an answer in pieces of \(pieces.map(\.count)) is the same answer")
    }
}

/// Everything that a reader makes of an answer, but that it is alive.
private struct ModelAnswer: Equatable {
    private(set) var events: [ProviderEvent] = []
    private(set) var end: Result<String, ProviderError>

    init(of pieces: [[UInt8]], _ response: HTTPClientResponse, as reply: some ModelReply) {
        var reader = AnswerReader(response, as: reply, now: Timestamp(milliseconds: 0))
        var events: [ProviderEvent] = []
        for piece in pieces {
            // What follows the last word would not even be received.
            guard reader.feed(piece.span, receive: { events.append($0) }) else { break }
        }
        self.end = Result { () throws(ProviderError) in
            "\(try reader.finish { events.append($0) })"
        }
        self.events = events.filter { $0 != .sign }
    }
}
