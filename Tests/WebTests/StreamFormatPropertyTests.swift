import Chat
import JSONValue
import ServerSentEvents
import TestSupport
import Testing
import Web

@Suite struct `The frames of the chat dialect` {
    /// What a model may write: line ends of every kind, what an event stream could take for its own, and all of Unicode.
    private static let pieces = [
        "Hello", " ", "\n", "\r", "\r\n", "\n\n", "data: ", "event: done\n\n", "id: 9", ": ok", "{\"done\": true}",
        "\"", "\\",
        "\u{0}", "\u{1F}", "\u{2028}", "\u{FEFF}", "你好", "👩‍👩‍👧‍👦", "e\u{301}", "\u{10FFFF}", "</script>",
    ]

    @Test(arguments: Seeds.all)
    func `Feature: chat-text-streaming, Property 1: follow the specification, whatever is said`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let texts = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            (0...Int.random(in: 0...3, using: &generator))
                .map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
        }
        let agent = ["general", "workout", "diet"].randomElement(using: &generator) ?? "general"
        let (ending, last) = Self.endings(agent).randomElement(using: &generator) ?? Self.endings(agent)[0]
        let events = texts.map(Event.text) + Self.silent.shuffled(using: &generator) + [ending]

        let bytes = ChatEncoder.plain.replay(events, after: 0)

        var decoder = ServerSentEventDecoder()
        var frames: [ServerSentEvent] = []
        for piece in bytes.cutAtRandom(using: &generator) { frames += try decoder.feed(piece) }
        #expect(decoder.finish() == nil)
        #expect(frames.allSatisfy { $0.name == "message" && $0.id.isEmpty })
        let data = try frames.map { try JSON(parsing: Array($0.data.utf8)) }
        #expect(data == texts.map { ["chunk": .string($0)] } + [last])
        // Byte for byte, as the specification of the page spells a frame: one space and then the object.
        #expect(frames.allSatisfy { $0.data.first == "{" })
        #expect(String(decoding: bytes, as: UTF8.self) == frames.map { "data: \($0.data)\n\n" }.joined())
    }

    /// What a plain client never sees.
    private static let silent: [Event] = [
        .status(.thinking), .reasoning("hm"), .title("T"), .routed(agent: "diet", reason: "routed"),
        .toolCall(ToolCall(id: "1", name: "bmi", arguments: "{}")),
    ]

    private static func endings(_ agent: String) -> [(Event, JSON)] {
        [
            (
                .completed(Completion(finishReason: .stop, usage: nil, agent: agent)),
                ["done": true, "agent_type": .string(agent)]
            ),
            (.failed(.unavailable), ["error": "AI service temporarily unavailable"]),
            (.failed(.timeout), ["error": "The AI service took too long to answer"]),
            (.interrupted, ["error": "The reply was interrupted."]),
        ]
    }
}
