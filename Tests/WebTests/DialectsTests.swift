import Chat
import Identifiers
import JSONValue
import Observability
import ServerSentEvents
import TestSupport
import Testing

@testable import Web

/// Every dialect writes the same recorded generations; what they must look like comes from the forms' own descriptions.
@Suite struct `The dialects` {
    static let all: [Dialect] = [
        ChatEncoder.plain, ChatEncoder.extended, SessionEncoder.dialect(), SessionEncoder.dialect(chunkWords: 3),
        AgentEncoder.dialect(), AgentEncoder.dialect(accumulates: true), RFCEncoder.dialect,
        CompletionChunkEncoder.dialect(.plain), CompletionChunkEncoder.dialect(.withUsage), UIMessageEncoder.dialect,
    ]

    // MARK: The table of endings

    struct Ending: Sendable, CustomTestStringConvertible {
        let dialect: Dialect
        let event: Event
        let bytes: String

        var testDescription: String { "\(self.dialect.name): \(self.event)" }
    }

    static let endings: [Ending] = [
        // chat
        Ending(ChatEncoder.plain, .done, #"data: {"done": true, "agent_type": "diet"}"#),
        Ending(ChatEncoder.plain, .cut, #"data: {"done": true, "agent_type": "diet"}"#),
        Ending(ChatEncoder.plain, .stopped, #"data: {"done": true, "agent_type": "diet"}"#),
        Ending(ChatEncoder.plain, .late, #"data: {"error": "The AI service took too long to answer"}"#),
        Ending(ChatEncoder.plain, .interrupted, #"data: {"error": "The reply was interrupted."}"#),
        // extended
        Ending(ChatEncoder.extended, .done, "id: 2\n" + #"data: {"done": true, "agent_type": "diet"}"#),
        Ending(
            ChatEncoder.extended,
            .cut,
            "event: notice\n"
                + #"data: {"code": "length", "text": "This reply reached its length limit and ends here."}"#,
            "id: 2\n" + #"data: {"done": true, "agent_type": "diet"}"#
        ),
        Ending(
            ChatEncoder.extended,
            .stopped,
            "event: notice\n" + #"data: {"code": "stopped", "text": "The reply was stopped."}"#,
            "id: 2\n" + #"data: {"done": true, "agent_type": "diet"}"#
        ),
        Ending(
            ChatEncoder.extended,
            .late,
            "id: 2\n" + #"data: {"error": "The AI service took too long to answer", "kind": "timeout"}"#
        ),
        Ending(
            ChatEncoder.extended,
            .interrupted,
            "event: notice\n" + #"data: {"code": "interrupted", "text": "The reply was interrupted."}"#,
            "id: 2\n" + #"data: {"error": "The reply was interrupted.", "kind": "interrupted"}"#
        ),
        // session
        Ending(SessionEncoder.dialect(), .done, #"data: {"type": "end", "messageId": "reply-1234567890"}"#),
        Ending(SessionEncoder.dialect(), .stopped, #"data: {"type": "end", "messageId": "reply-1234567890"}"#),
        Ending(
            SessionEncoder.dialect(),
            .late,
            #"data: {"type": "error", "error": "The AI service took too long to answer"}"#
        ),
        Ending(
            SessionEncoder.dialect(),
            .interrupted,
            #"data: {"type": "error", "error": "The reply was interrupted."}"#
        ),
        // agent
        Ending(
            AgentEncoder.dialect(),
            .done,
            "id: message-12345678/2\nevent: completed\n" + #"data: {"message_id": "reply-1234567890", "#
                + #""agent": "diet", "finish_reason": "stop", "length": 0}"#
        ),
        Ending(
            AgentEncoder.dialect(),
            .stopped,
            "id: message-12345678/2\nevent: completed\n" + #"data: {"message_id": "reply-1234567890", "#
                + #""agent": "diet", "finish_reason": "stop", "length": 0, "stopped": true}"#
        ),
        Ending(
            AgentEncoder.dialect(),
            .late,
            "id: message-12345678/2\nevent: error\n"
                + #"data: {"type": "timeout", "message": "The AI service took too long to answer"}"#
        ),
        Ending(
            AgentEncoder.dialect(),
            .interrupted,
            "id: message-12345678/2\nevent: error\n"
                + #"data: {"type": "interrupted", "message": "The reply was interrupted."}"#
        ),
        // rfc
        Ending(
            RFCEncoder.dialect,
            .done,
            "id: message-12345678/2\nevent: complete\n"
                + #"data: {"finish_reason": "stop", "stream_id": "message-12345678"}"#
        ),
        Ending(
            RFCEncoder.dialect,
            .stopped,
            "id: message-12345678/2\nevent: complete\n"
                + #"data: {"finish_reason": "stop", "cancelled": true, "stream_id": "message-12345678"}"#
        ),
        Ending(
            RFCEncoder.dialect,
            .late,
            "id: message-12345678/2\nevent: error\n" + #"data: {"error": {"type": "llm", "#
                + #""message": "The AI service took too long to answer", "attempt": 1}}"#
        ),
        Ending(
            RFCEncoder.dialect,
            .failed(Failure(kind: .server, message: "The reply could not be saved.")),
            "id: message-12345678/2\nevent: error\n" + #"data: {"error": {"type": "server", "#
                + #""message": "The reply could not be saved.", "attempt": 1}}"#
        ),
        Ending(
            RFCEncoder.dialect,
            .interrupted,
            "id: message-12345678/2\nevent: error\n" + #"data: {"error": {"type": "server", "#
                + #""message": "The reply was interrupted.", "attempt": 1}}"#
        ),
        // openai: the API reference for chat.completion.chunk, as of 2025
        Ending(
            CompletionChunkEncoder.dialect(.plain),
            .done,
            "data: " + #"{"id":"chatcmpl-reply-1234567890","object":"chat.completion.chunk","created":1795176000,"#
                + #""model":"diet","system_fingerprint":null,"choices":[{"index":0,"delta":{},"logprobs":null,"#
                + #""finish_reason":"stop"}]}"#,
            "data: [DONE]"
        ),
        Ending(
            CompletionChunkEncoder.dialect(.withUsage),
            .done,
            "data: " + #"{"id":"chatcmpl-reply-1234567890","object":"chat.completion.chunk","created":1795176000,"#
                + #""model":"diet","system_fingerprint":null,"choices":[{"index":0,"delta":{},"logprobs":null,"#
                + #""finish_reason":"stop"}],"usage":null}"#,
            "data: " + #"{"id":"chatcmpl-reply-1234567890","object":"chat.completion.chunk","created":1795176000,"#
                + #""model":"diet","system_fingerprint":null,"choices":[],"usage":{"prompt_tokens":3,"#
                + #""completion_tokens":5,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":0},"#
                + #""completion_tokens_details":{"reasoning_tokens":0}}}"#,
            "data: [DONE]"
        ),
        Ending(
            CompletionChunkEncoder.dialect(.plain),
            .stopped,
            "data: " + #"{"id":"chatcmpl-reply-1234567890","object":"chat.completion.chunk","created":1795176000,"#
                + #""model":"diet","system_fingerprint":null,"choices":[{"index":0,"delta":{},"logprobs":null,"#
                + #""finish_reason":"stop"}]}"#,
            "data: [DONE]"
        ),
        Ending(
            CompletionChunkEncoder.dialect(.plain),
            .late,
            #"data: {"error":{"message":"The AI service took too long to answer","type":"server_error","param":null,"#
                + #""code":"timeout"}}"#,
            "data: [DONE]"
        ),
        Ending(
            CompletionChunkEncoder.dialect(.plain),
            .interrupted,
            #"data: {"error":{"message":"The reply was interrupted.","type":"server_error","param":null,"#
                + #""code":"interrupted"}}"#,
            "data: [DONE]"
        ),
        // ui-message: the AI SDK 5 UI message stream protocol, version 1
        Ending(
            UIMessageEncoder.dialect,
            .done,
            #"data: {"type":"finish-step"}"#,
            #"data: {"type":"finish","finishReason":"stop"}"#,
            "data: [DONE]"
        ),
        Ending(
            UIMessageEncoder.dialect,
            .stopped,
            #"data: {"type":"abort","reason":"stopped by the reader"}"#,
            "data: [DONE]"
        ),
        Ending(
            UIMessageEncoder.dialect,
            .late,
            #"data: {"type":"error","errorText":"The AI service took too long to answer"}"#,
            "data: [DONE]"
        ),
        Ending(
            UIMessageEncoder.dialect,
            .interrupted,
            #"data: {"type":"error","errorText":"The reply was interrupted."}"#,
            "data: [DONE]"
        ),
    ]

    @Test(arguments: endings) func `end as the table says`(ending: Ending) {
        let bytes = ending.dialect.replay([.accepted(.sample), ending.event], after: 1)
        #expect(String(decoding: bytes, as: UTF8.self) == ending.bytes)
    }

    // MARK: Recorded generations

    /// With tools, reasoning, sources, and texts that are hard to carry.
    static let everything: [Event] = [
        .accepted(.sample), .title("A \"title\"\r\n"), .status(.thinking), .reasoning("Hm"), .reasoning(" …"),
        .toolCall(ToolCall(id: "c1", name: "bmi", arguments: #"{"kg":70}"#)),
        .toolCall(ToolCall(id: "c2", name: "bmi", arguments: "no JSON")),
        .toolResult(ToolResult(id: "c1", name: "bmi", outcome: .result(#"{"bmi":22.5}"#), duration: .zero)),
        .toolResult(ToolResult(id: "c2", name: "bmi", outcome: .error("No height."), duration: .zero)),
        .status(.writing), .text("a\rb\nc\r\nd\u{0}\u{2028}e"), .text("data: x\n\nid: 1\n"), .text("👩"),
        .text("\u{200D}🚀 \""),
        .onboarding(step: "age", fields: "{}", progress: 0.5), .source(url: "https://example.org/", title: "E"),
        .file(type: "image/png", reference: "f"), .text(" See https://example.org/a. "), .text("```swift\nlet a"),
        .text(" = 1\n```\nDone."), .done,
    ]

    static let plainText = Event.text(of: everything)

    @Test(arguments: all) func `carry the whole text, whatever is in it`(dialect: Dialect) throws {
        #expect(try Parsed(dialect.replay(Self.everything, after: 0)).text == Self.plainText)
    }

    @Test(arguments: all) func `give in two parts what they give in one, wherever the line breaks`(
        dialect: Dialect
    ) throws {
        let whole = dialect.replay(Self.everything, after: 0)
        for cut in 0...Self.everything.count {
            // The first viewer was served live up to event `cut`; the second one attaches then.
            var encoder = dialect.makeEncoder()
            var first: [UInt8] = []
            for (index, event) in Self.everything.prefix(cut).enumerated() {
                first += encoder.encode(event, number: index + 1)
            }
            let second = dialect.replay(Self.everything, after: cut)
            #expect(try Parsed(first + second) == Parsed(whole), "cut after event \(cut)")
        }
    }

    @Test(arguments: [AgentEncoder.dialect(), RFCEncoder.dialect])
    func `tell in every id how to go on behind it`(dialect: Dialect) throws {
        let whole = dialect.replay(Self.everything, after: 0)
        let frames = split(whole)
        for (index, frame) in frames.enumerated() {
            let id = try #require(frame.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4))
            let position = try #require(ReplyPosition(String(id)))
            let rest = droppingFrames(
                position.frames,
                from: dialect.replay(Self.everything, after: position.event)[...]
            )
            #expect(split(Array(rest)) == Array(frames[(index + 1)...]), "after \(id)")
        }
    }

    @Test(arguments: [
        "", "message-12345678", "message-12345678/", "message-12345678/x", "short/1", "message-12345678/1.0",
        "message-12345678/0.1", "message-12345678/1.2.3", "message-12345678/-1", "message-12345678/1/2", "/1",
    ])
    func `take no id that none of them wrote`(text: String) {
        #expect(ReplyPosition(text) == nil)
    }

    // MARK: Each one's own

    @Test func `cut tokens into as many words as a session's client wants`() throws {
        let events: [Event] = [
            .accepted(.sample), .text("One two thr"), .text("ee  four\n"), .text("five six"), .text(" seven"), .done,
        ]
        let tokens = try Parsed(SessionEncoder.dialect(chunkWords: 3).replay(events, after: 0)).texts
        #expect(tokens == ["One two three  ", "four\nfive six ", "seven"])
    }

    @Test func `show an agent's text so far, and its length in Unicode scalars`() throws {
        let events: [Event] = [.accepted(.sample), .text("né"), .text("🙂"), .done]
        let tokens = try Parsed(AgentEncoder.dialect(accumulates: true).replay(events, after: 0)).data

        #expect(tokens[0] == ["content": "né", "length": 2, "accumulated": "né"])
        #expect(tokens[1] == ["content": "🙂", "length": 3, "accumulated": "né🙂"])
    }

    @Test func `write a tool call as the OpenAI form has it`() throws {
        let chunks = try Parsed(CompletionChunkEncoder.dialect(.plain).replay(Self.everything, after: 0)).data
        let calls = chunks.compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0] }

        #expect(
            calls == [
                [
                    "id": "c1", "type": "function", "function": ["name": "bmi", "arguments": #"{"kg":70}"#], "index": 0,
                ], ["id": "c2", "type": "function", "function": ["name": "bmi", "arguments": "no JSON"], "index": 1],
            ]
        )
        #expect(chunks.first?["choices"]?[0]?["delta"] == ["role": "assistant", "content": ""])
    }

    @Test func `write ui messages in the order that their strict client wants`() throws {
        let types = try Parsed(UIMessageEncoder.dialect.replay(Self.everything, after: 0)).data.compactMap {
            $0["type"]?.string
        }

        #expect(
            types == [
                "start", "start-step", "data-title", "data-status", "reasoning-start", "reasoning-delta",
                "reasoning-delta",
                "reasoning-end", "tool-input-available", "tool-input-available", "tool-output-available",
                "tool-output-error", "data-status", "finish-step", "start-step", "text-start", "text-delta",
                "text-delta",
                "text-delta", "text-delta", "data-onboarding", "source-url", "text-end", "file", "text-start",
                "text-delta",
                "text-delta", "text-delta", "text-end", "finish-step", "finish",
            ]
        )
    }

    @Test(arguments: Seeds.all)
    func `keep every delta of a ui message within an open part, for any order of events`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let middle = Array(Self.everything.dropFirst().dropLast()).shuffled(using: &random)
        let events =
            [.accepted(.sample)] + middle + [[Event.done, .stopped, .late].randomElement(using: &random) ?? .done]
        var open: Set<String> = []
        for object in try Parsed(UIMessageEncoder.dialect.replay(events, after: 0)).data {
            guard let id = object["id"]?.string, let type = object["type"]?.string else { continue }
            if type.hasSuffix("-start") { #expect(open.insert(id).inserted) }
            if type.hasSuffix("-delta") { #expect(open.contains(id), "\(type)") }
            if type.hasSuffix("-end") { #expect(open.remove(id) != nil) }
        }
        #expect(open.isEmpty)
    }
}

// MARK: Reading them back

/// What a client makes of a stream, read by the rules of event streams and not by any code of the encoders.
private struct Parsed: Equatable {
    var data: [JSON] = []
    var isDone = false

    init(_ bytes: [UInt8]) throws {
        var decoder = ServerSentEventDecoder()
        for event in try decoder.feed(bytes) {
            if event.data == "[DONE]" { self.isDone = true } else { self.data.append(try JSON(parsing: event.data)) }
        }
    }

    /// The pieces of the reply's text, wherever the dialect puts them.
    var texts: [String] {
        self.data.compactMap { data in
            if let chunk = data["chunk"]?.string { return chunk }
            if let type = data["type"]?.string {
                return type == "token" ? data["content"]?.string : type == "text-delta" ? data["delta"]?.string : nil
            }
            if let choices = data["choices"] { return choices[0]?["delta"]?["content"]?.string }
            return data["content"]?.string
        }
    }

    var text: String { self.texts.joined() }
}

private func split(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map(String.init)
}

extension `The dialects`.Ending {
    init(_ dialect: Dialect, _ event: Event, _ frames: String...) {
        self.init(dialect: dialect, event: event, bytes: frames.map { $0 + "\n\n" }.joined())
    }
}

extension Event {
    fileprivate static let done = Event.completed(
        Completion(finishReason: .stop, usage: Usage(inputTokens: 3, outputTokens: 5), agent: "diet")
    )
    fileprivate static let cut = Event.completed(Completion(finishReason: .length, usage: nil, agent: "diet"))
    fileprivate static let late = Event.failed(.timeout)

    fileprivate static func text(of events: [Event]) -> String {
        events.map { event in if case .text(let piece) = event { piece } else { "" } }.joined()
    }
}

extension CompletionChunkEncoder.Request {
    fileprivate static let plain = Self(
        model: "diet",
        createdAt: Timestamp(milliseconds: 1_795_176_000_123),
        includesUsage: false
    )
    fileprivate static let withUsage = Self(
        model: "diet",
        createdAt: Timestamp(milliseconds: 1_795_176_000_123),
        includesUsage: true
    )
}

extension Acceptance {
    fileprivate static var sample: Acceptance {
        guard let conversation = Conversation.ID(rawValue: "conversation-1234"),
            let message = Message.ID(rawValue: "message-12345678"), let reply = Message.ID(rawValue: "reply-1234567890")
        else { preconditionFailure("these are identifiers") }
        return Acceptance(agent: "diet", conversation: conversation, message: message, reply: reply)
    }
}
