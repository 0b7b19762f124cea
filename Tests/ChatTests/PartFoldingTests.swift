import Chat
import TestSupport
import Testing

@Suite struct `The parts of a reply` {
    @Test(arguments: Seeds.all)
    func `are the same however its text was cut into pieces`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = randomText(using: &generator)
        let pieces = Array(text.unicodeScalars).cutAtRandom(using: &generator)
            .map { piece in String(String.UnicodeScalarView(piece)) }

        let parts = [Part](folding: [.status(.thinking)] + pieces.map(Event.text) + [.stopped])

        #expect(parts == (text.isEmpty ? [] : [.text(text)]))
    }

    @Test func `keep what is of another kind apart, in its order`() {
        let call = ToolCall(id: "1", name: "bmi", arguments: "{}")
        let result = ToolResult(id: "1", name: "bmi", outcome: .result("22"), duration: .seconds(1))

        let parts = [Part](folding: [
            .reasoning("let "), .reasoning("me see"), .text("a"), .toolCall(call), .text("b"), .toolResult(result),
            .text("c"),
        ])

        #expect(parts == [.reasoning("let me see"), .text("a"), .tool(call: call, result: result), .text("bc")])
    }

    @Test(arguments: Seeds.all) func `are the same when some events were folded before the others`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let call = ToolCall(id: "1", name: "bmi", arguments: "{}")
        let kinds: [Event] = [
            .text("a"), .text("b"), .reasoning("r"), .status(.thinking), .toolCall(call), .reset(step: 1),
            .toolResult(ToolResult(id: "1", name: "bmi", outcome: .result("22"), duration: .zero)),
            .source(url: "u", title: "t"),
        ]
        let events = (0..<20).compactMap { _ in kinds.randomElement(using: &generator) }
        for cut in 0...events.count {
            let head = [Part](folding: events.prefix(cut))
            #expect([Part](folding: events.dropFirst(cut), onto: head) == [Part](folding: events), "cut at \(cut)")
        }
    }

    @Test func `forget what was written before a reset`() {
        #expect([Part](folding: [.text("wrong"), .reset(step: 1), .text("right")]) == [.text("right")])
    }
}

private func randomText(using generator: inout SeededGenerator) -> String {
    let alphabet: [Character] = ["a", "é", "你", "👩‍👩‍👧", "\u{301}", "\r\n", "\0", " ", "\u{2028}"]
    return String(
        (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
    )
}
