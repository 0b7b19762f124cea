@testable import ServerSentEvents

/// Cut anywhere, a stream says what it says whole, which is what a slow reader of the standard finds; what the decoder
/// holds stays within its limit; and the end of a stream gives the event that an empty line would have ended.
func checkEventStream(_ input: [UInt8]) throws {
    let whole = try StreamReading(of: [input], limit: ServerSentEventDecoder.defaultLimit)
    let slow = SlowEventStream(input)
    try require(whole.events == slow.events, "the events are those of the standard")
    try require(whole.lastEventID == slow.lastEventID, "the last id is that of the standard")
    try require(whole.retry == slow.retry, "the reconnection time is that of the standard")
    try require(!whole.isRefused, "a small stream is not refused")

    let ended = SlowEventStream(input + [0x0A, 0x0A])
    try require(whole.events + [whole.unfinished].compactMap(\.self) == ended.events, "the end finishes an event")

    for limit in [ServerSentEventDecoder.defaultLimit, StreamReading.tinyLimit] {
        let whole = try StreamReading(of: [input], limit: limit)
        try input.forEachCut { pieces in
            let cut = try StreamReading(of: pieces, limit: limit)
            try require(cut == whole, "a stream in pieces of \(pieces.map(\.count)) bytes is the same stream")
        }
    }
}

/// Everything that a decoder makes of a stream, in bytes, since two strings of different bytes may be equal.
private struct StreamReading: Equatable {
    /// Bytes; small inputs reach it, and measuring what is held is slow.
    static let tinyLimit = 48

    private(set) var events: [PlainEvent] = []
    private(set) var isRefused = false
    private(set) var lastEventID: [UInt8] = []
    private(set) var retry: Duration?
    private(set) var unfinished: PlainEvent?

    init(of pieces: [[UInt8]], limit: Int) throws(Violation) {
        var decoder = ServerSentEventDecoder(limit: limit)
        for piece in pieces {
            do throws(ServerSentEventError) {
                try decoder.feed(piece.span) { self.events.append(PlainEvent($0)) }
            } catch {
                // After an error only what was handed over before it counts.
                self.isRefused = true
                return
            }
            guard limit <= Self.tinyLimit else { continue }
            let held = heldBytes(decoder)
            try require(held <= limit, "a decoder that may hold \(limit) bytes holds \(held)")
        }
        try Self.checkData(of: pieces, limit: limit, is: self.events)
        self.lastEventID = Array(decoder.lastEventID.utf8)
        self.retry = decoder.reconnectionTime
        self.unfinished = decoder.finish().map(PlainEvent.init)
    }
}

extension StreamReading {
    /// The faster reading, of the data alone, finds the same.
    fileprivate static func checkData(of pieces: [[UInt8]], limit: Int, is events: [PlainEvent]) throws(Violation) {
        var decoder = ServerSentEventDecoder(limit: limit)
        var data: [[UInt8]] = []
        do throws(ServerSentEventError) {
            for piece in pieces {
                try decoder.feed(piece.span) { found in data.append(found.indices.map { found[$0] }) }
            }
        } catch {
            throw Violation(description: "the data alone is refused: \(error)")
        }
        let texts = data.map { Array(String(decoding: $0, as: UTF8.self).utf8) }
        try require(texts == events.map(\.data), "the data alone is the events' data")
    }
}

/// An event in bytes.
struct PlainEvent: Equatable {
    var name: [UInt8]
    var data: [UInt8]
    var id: [UInt8]

    init(_ event: ServerSentEvent) {
        self.init(name: event.name, data: event.data, id: event.id)
    }

    init(name: String, data: String, id: String) {
        self.name = Array(name.utf8)
        self.data = Array(data.utf8)
        self.id = Array(id.utf8)
    }
}
