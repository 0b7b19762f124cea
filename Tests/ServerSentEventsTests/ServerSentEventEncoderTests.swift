import ServerSentEvents
import TestSupport
import Testing

@Suite struct `The event stream encoder` {
    @Test(
        arguments: [
            (nil, "hi", nil, "data: hi\n\n"), (nil, "", nil, "data: \n\n"),
            ("beat", "3", "3", "id: 3\nevent: beat\ndata: 3\n\n"),
            (nil, "a\nb", nil, "data: a\ndata: b\n\n"), (nil, "a\rb", nil, "data: a\ndata: b\n\n"),
            (nil, "a\r\nb", nil, "data: a\ndata: b\n\n"), (nil, "a\n\rb", nil, "data: a\ndata: \ndata: b\n\n"),
            (nil, "\r\n", nil, "data: \ndata: \n\n"),
            (nil, "a\r\n\r\nb\n", nil, "data: a\ndata: \ndata: b\ndata: \n\n"),
            (nil, "\u{2028}\u{85}", nil, "data: \u{2028}\u{85}\n\n"), (nil, " a", nil, "data:  a\n\n"),
            ("a\ndata: x", "y", "1\r\n\0\ndata: z", "id: 1data: z\nevent: adata: x\ndata: y\n\n"),
        ] as [(String?, String, String?, String)]
    )
    func `writes one data line for each line of the data`(event: String?, data: String, id: String?, expected: String) {
        var bytes: [UInt8] = []

        ServerSentEventEncoder.append(event: event, data: data, id: id, to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func `writes comments and how long to wait`() {
        var bytes: [UInt8] = []

        ServerSentEventEncoder.append(comment: "ok\ndata: x", to: &bytes)
        ServerSentEventEncoder.append(retry: .seconds(2), to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == ": okdata: x\n\nretry: 2000\n\n")
    }

    @Test(arguments: Seeds.all)
    func `is read back, with every line end as a line feed`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["a", " ", ":", "data: x", "\n", "\r", "\r\n", "\0", "é", "😀", "\u{FEFF}", "id: 1"]
        let events = (0..<10).map { number in
            let data = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            return ServerSentEvent(name: "e\(number % 3)", data: data, id: String(number))
        }

        var bytes: [UInt8] = []
        for event in events {
            ServerSentEventEncoder.append(event: event.name, data: event.data, id: event.id, to: &bytes)
        }
        var decoder = ServerSentEventDecoder()
        let found = try decoder.feed(bytes)

        #expect(found.map(\.name) == events.map(\.name))
        #expect(found.map(\.id) == events.map(\.id))
        #expect(found.map { Array($0.data.utf8) } == events.map { Array($0.data.withLineFeeds.utf8) })
    }
}

extension String {
    /// This text with CRLF and CR as LF.
    fileprivate var withLineFeeds: String {
        var scalars = String.UnicodeScalarView()
        var wasCarriageReturn = false
        for scalar in self.unicodeScalars {
            if !(scalar == "\n" && wasCarriageReturn) { scalars.append(scalar == "\r" ? "\n" : scalar) }
            wasCarriageReturn = scalar == "\r"
        }
        return String(scalars)
    }
}
