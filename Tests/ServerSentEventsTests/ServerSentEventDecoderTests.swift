import ServerSentEvents
import TestSupport
import Testing

@Suite struct `The event stream decoder` {
    /// The inputs of the web platform tests' `eventsource/format-*` and `event-data`, with what a reader must see.
    private static let rows: [Row] = [
        Row(
            "event-data",
            "data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n",
            ["msg\nmsg", "", "end"]
        ),
        Row("format-bom", "\u{FEFF}data:1\n\n\u{FEFF}data:2\n\ndata:3\n\n", ["1", "3"]),
        Row("format-bom-2", "\u{FEFF}\u{FEFF}data:1\n\ndata:2\n\ndata:3\n\n", ["2", "3"]),
        Row("a byte order mark alone on its line", "\u{FEFF}\ndata:1\n\n", ["1"]),
        Row(
            "format-comments",
            "data:1\r:\0\n:\r\ndata:2\n:\(longComment)\rdata:3\n:data:fail\r:\(longComment)\ndata:4\n\n",
            ["1\n2\n3\n4"]
        ),
        Row(
            "format-data-before-final-empty-line",
            "retry:1000\ndata:test1\n\nid:test\ndata:test2",
            ["test1"],
            retry: 1000
        ),
        Row("format-field-data", "data:\n\ndata\ndata\n\ndata:test\n\n", ["", "\n", "test"]),
        Row(
            "format-field-event",
            "event:test\ndata:x\n\ndata:x\n\n",
            events: [.init(name: "test", data: "x"), .init(data: "x")]
        ),
        Row("format-field-event-empty", "event: \ndata:data\n\n", ["data"]),
        Row("an event without data takes its name along", "event:test\n\ndata:x\n\n", ["x"]),
        Row(
            "format-field-id",
            "id:…\ndata:1\n\ndata:2\n\n",
            events: [.init(data: "1", id: "…"), .init(data: "2", id: "…")],
            id: "…"
        ),
        Row(
            "format-field-id-2",
            "id:1\ndata:1\n\nid:2\n\nid\ndata:3\n\n",
            events: [.init(data: "1", id: "1"), .init(data: "3", id: "")]
        ),
        Row(
            "format-field-id-3",
            "id:1\ndata:1\n\nid:\ndata:2\n\n",
            events: [.init(data: "1", id: "1"), .init(data: "2", id: "")]
        ),
        Row("an id alone ends no event but is kept", "id:7\n\n", [], id: "7"),
        Row(
            "format-field-id-null",
            "id:a\ndata:1\n\nid:\0b\ndata:2\n\nid:b\0\ndata:3\n\n",
            events: ["1", "2", "3"].map { .init(data: $0, id: "a") },
            id: "a"
        ),
        Row(
            "format-field-parsing",
            "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
            ["\0\n 2\n1\n3\n\n4"]
        ),
        Row("format-field-retry", "retry:03000\ndata:x\n\n", ["x"], retry: 3000),
        Row("format-field-retry-bogus", "retry:3000\nretry:1000x\nretry:-1\nretry:٣\ndata:x\n\n", ["x"], retry: 3000),
        Row("format-field-retry-empty", "retry\ndata:test\n\n", ["test"]),
        Row(
            "format-field-unknown",
            "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
            ["test\n\ntest"]
        ),
        Row("format-leading-space", "data:\ttest\rdata: \ndata:test\n\n", ["\ttest\n\ntest"]),
        Row("format-newlines", "data:test\r\ndata\ndata:test\r\n\r\n", ["test\n\ntest"]),
        Row(
            "every mixture of line ends",
            "data:1\r\rdata:2\r\n\r\ndata:3\r\n\ndata:4\n\r\n\rdata:5\r\n\r",
            ["1", "2", "3", "4", "5"]
        ),
        Row("format-null-character", "data:\0\n\n\n\n", ["\0"]),
        Row("format-utf-8", "data:ok…\n\n", ["ok…"]),
        Row("no space after the colon, colons in the value", "data:{\"a\":\"b: c\"}\n\n", ["{\"a\":\"b: c\"}"]),
        Row("only comments", ": OPENROUTER PROCESSING\n\n: keep-alive\n\n", []),
    ]

    private static let longComment = String(repeating: "x", count: 2 * 1024)

    @Test(arguments: Self.rows)
    func `passes the web platform tests, whole, cut anywhere and byte by byte`(row: Row) throws {
        let stream = Array(row.stream.utf8)
        let cuts =
            [[stream], stream.map { [$0] }] + stream.indices.map { [Array(stream[..<$0]), Array(stream[$0...])] }

        for pieces in cuts {
            var decoder = ServerSentEventDecoder()
            let events = try pieces.flatMap { try decoder.feed($0) }

            #expect(events == row.events)
            #expect(decoder.lastEventID == row.id)
            #expect(decoder.reconnectionTime == row.retry.map { .milliseconds($0) })
            #expect(decoder.hasReceived)
        }
    }

    @Test(arguments: Seeds.all)
    func `finds what a slow reader of the standard finds, however the bytes are cut`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let stream = [UInt8].randomEventStream(using: &generator)

        var decoder = ServerSentEventDecoder()
        let found = try stream.cutAtRandom(using: &generator).flatMap { try decoder.feed($0) }

        #expect(found == slowlyDecoded(stream))
    }

    @Test func `puts the replacement character where the bytes are not UTF-8`() throws {
        var decoder = ServerSentEventDecoder()

        let events = try decoder.feed(Array("data: a".utf8) + [0xFF, 0xC3] + Array("b\n\n".utf8))

        #expect(events == [ServerSentEvent(data: "a\u{FFFD}\u{FFFD}b")])
    }

    @Test(
        arguments: [
            ("data: a\n\ndata: [1", ServerSentEvent(data: "[1")), ("data: x\n", .init(data: "x")),
            ("event: e\nid: 3\ndata: x\r", .init(name: "e", data: "x", id: "3")), ("data", .init(data: "")),
            ("data: a\n\n", nil), (": comm", nil), ("", nil), ("id: 1", nil),
        ] as [(String, ServerSentEvent?)]
    )
    func `gives up at the end the event that the standard would discard`(
        stream: String,
        expected: ServerSentEvent?
    ) throws {
        var decoder = ServerSentEventDecoder()
        _ = try decoder.feed(Array(stream.utf8))

        #expect(decoder.finish() == expected)
        #expect(decoder.finish() == nil)
    }

    @Test(arguments: [
        "data: 0123456789", ": 0123456789abcdef", "data: 0123\ndata: 456789\n", "0123456789abcdefghi\n",
    ])
    func `refuses an event that does not end within the limit`(stream: String) throws {
        var whole = ServerSentEventDecoder(limit: 12)
        var cut = ServerSentEventDecoder(limit: 12)

        #expect(throws: ServerSentEventError.eventTooLarge(limit: 12)) { try whole.feed(Array(stream.utf8)) }
        #expect(throws: ServerSentEventError.eventTooLarge(limit: 12)) {
            for byte in stream.utf8 { _ = try cut.feed([byte]) }
        }
    }

    @Test(arguments: ["event: 01234\ndata: 01\n", "id: 01234567\n\n\ndata: 0\n", "id: 012\n\nid: 345\ndata: 0\n"])
    func `counts what a name and ids hold`(stream: String) throws {
        var decoder = ServerSentEventDecoder(limit: 12)
        #expect(throws: ServerSentEventError.eventTooLarge(limit: 12)) { try decoder.feed(Array(stream.utf8)) }
    }

    @Test func `counts a name by what it has become where its bytes are not UTF-8`() throws {
        var decoder = ServerSentEventDecoder(limit: 12)
        let stream = Array("event:".utf8) + [UInt8](repeating: 0xFF, count: 6) + Array("\n".utf8)
        #expect(throws: ServerSentEventError.eventTooLarge(limit: 12)) { try decoder.feed(stream) }
    }

    @Test func `counts the limit anew for each event`() throws {
        var decoder = ServerSentEventDecoder(limit: 12)
        let stream = Array(String(repeating: "data: 12345\n\n: comment\n", count: 100).utf8)

        #expect(try decoder.feed(stream).count == 100)
        #expect(try stream.flatMap { try decoder.feed([$0]) }.count == 100)
    }

    @Test func `knows whether anything arrived`() throws {
        var decoder = ServerSentEventDecoder()

        _ = try decoder.feed([])
        #expect(!decoder.hasReceived)
        _ = try decoder.feed(Array(":".utf8))
        #expect(decoder.hasReceived)
    }
}

/// One stream of the table.
struct Row: CustomTestStringConvertible {
    let name: String
    let stream: String
    let events: [ServerSentEvent]
    let id: String
    let retry: Int?

    init(_ name: String, _ stream: String, events: [ServerSentEvent], id: String = "", retry: Int? = nil) {
        self.name = name
        self.stream = stream
        self.events = events
        self.id = id
        self.retry = retry
    }

    init(_ name: String, _ stream: String, _ data: [String], id: String = "", retry: Int? = nil) {
        self.init(name, stream, events: data.map { ServerSentEvent(data: $0) }, id: id, retry: retry)
    }

    var testDescription: String { self.name }
}

/// The standard's algorithm over the whole stream at once, written for being right.
private func slowlyDecoded(_ stream: [UInt8]) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    var data: [[UInt8]] = []
    var name = ""
    var id = ""
    for line in slowlyCutIntoLines(stream) {
        guard !line.isEmpty else {
            if !data.isEmpty {
                let text = String(decoding: Array(data.joined(separator: [0x0A])), as: UTF8.self)
                events.append(ServerSentEvent(name: name.isEmpty ? "message" : name, data: text, id: id))
            }
            data = []
            name = ""
            continue
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        let field = Array(line[..<(colon ?? line.count)])
        var value = colon.map { Array(line[($0 + 1)...]) } ?? []
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch String(decoding: field, as: UTF8.self) {
        case "data": data.append(value)
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        default: break
        }
    }
    return events
}

/// The lines that have an end, after the byte order mark.
private func slowlyCutIntoLines(_ stream: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    var rest = stream.starts(with: [0xEF, 0xBB, 0xBF]) ? stream[3...] : stream[...]
    while let byte = rest.popFirst() {
        if byte == 0x0D && rest.first == 0x0A { rest.removeFirst() }
        if byte == 0x0D || byte == 0x0A {
            lines.append(line)
            line = []
        } else {
            line.append(byte)
        }
    }
    return lines
}

extension [UInt8] {
    /// Pieces of event streams in an order that makes little sense.
    fileprivate static func randomEventStream(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces: [[UInt8]] =
            [
                "data", "data:", "data: x", "data:  y", "event: e", "event:", "id: 1", "id", "id:\0", "retry: 5", ":",
                ": c",
                " ", "\0", "é漢😀", "\u{FEFF}", "unknown: z", "\n", "\n", "\n", "\n", "\r", "\r", "\r\n", "\r\n", "\n\n",
                "\r\n\r\n",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3]]
        return (0..<Int.random(in: 1...120, using: &generator))
            .flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
    }
}
