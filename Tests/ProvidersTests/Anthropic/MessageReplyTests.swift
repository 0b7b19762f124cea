import Chat
import HTTPTypes
import JSONValue
import Testing

@testable import Providers

@Suite struct `The answer of the Anthropic API` {
    /// The stream of a thoughtful model that calls a tool, after the API's documentation, with what must be skipped.
    private static let stream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":4,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Grüße "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"zuerst"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB+/=="}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"EmwK/+="}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"你好 "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"👋🏽"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"shimmer_delta","shimmer":1}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: weather
        data: {"type":"weather","sky":"blue"}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_1","name":"bmi","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"kg\\": 7"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"0}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: content_block_start
        data: {"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_2","name":"now","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":4}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":40}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    @Test(arguments: [nil, 1, 2, 3, 7], ["\n", "\r\n"])
    func `is the same however its bytes are cut and its lines end`(cut: Int?, lineEnd: String) {
        let bytes = Array(
            Self.stream.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd).utf8
        )

        let answer = read(bytes, as: MessageReply(), cut: cut)

        #expect(answer.thoughts == ["Grüße ", "zuerst"])
        #expect(answer.texts == ["你好 ", "👋🏽"])
        #expect(
            answer.calls == [
                ToolCall(id: "toolu_1", name: "bmi", arguments: #"{"kg": 70}"#),
                ToolCall(id: "toolu_2", name: "now", arguments: "{}"),
            ]
        )
        #expect(answer.ending?.completion.finishReason == .toolCalls)
        #expect(answer.ending?.completion.usage == Usage(inputTokens: 25, outputTokens: 89))
        #expect(
            answer.ending?.completion.state
                == #"[{"type":"thinking","thinking":"Grüße zuerst","signature":"EqQB+/=="},"#
                + #"{"type":"redacted_thinking","data":"EmwK/+="},{"type":"text","text":"你好 👋🏽"},"#
                + #"{"type":"tool_use","id":"toolu_1","name":"bmi","input":{"kg":70}},"#
                + #"{"type":"tool_use","id":"toolu_2","name":"now","input":{}}]"#
        )
    }

    @Test func `may come whole`() {
        let body = """
            {"type":"message","role":"assistant","stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":5},
             "content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"Yes."},
                        {"type":"tool_use","id":"toolu_1","name":"bmi","input":{"kg":70}}]}
            """

        let answer = read(Array(body.utf8), as: MessageReply(), fields: whole, cut: 5)

        #expect(answer.thoughts == ["hm"])
        #expect(answer.texts == ["Yes."])
        #expect(answer.calls == [ToolCall(id: "toolu_1", name: "bmi", arguments: #"{"kg":70}"#)])
        #expect(answer.ending?.completion.finishReason == .toolCalls)
        #expect(answer.ending?.completion.usage == Usage(inputTokens: 3, outputTokens: 5))
    }

    @Test func `may have its input there from the beginning, repeat it in pieces, or lose its end`() {
        let answer = read(
            events: [
                start(0, #"{"type":"tool_use","id":"a","name":"f","input":{"x":1}}"#),
                start(1, #"{"type":"tool_use","id":"b","name":"f","input":{"x":1}}"#),
                piece(1, #"{"type":"input_json_delta","partial_json":"{\"x\":1}"}"#),
                start(2, #"{"type":"tool_use","id":"c","name":"f","input":{}}"#),
                piece(2, #"{"type":"input_json_delta","partial_json":"{\"x\":"}"#), stop("max_tokens"),
            ],
            as: MessageReply()
        )

        #expect(answer.calls.map(\.arguments) == [#"{"x":1}"#, #"{"x":1}"#, #"{"x":"#])
        #expect(answer.ending?.completion.finishReason == .length)
        #expect(answer.ending?.content.map { $0["input"]?.text } == [#"{"x":1}"#, #"{"x":1}"#, "{}"])
    }

    @Test func `keeps blocks that say nothing here, and no text without any`() {
        let search = #"{"type":"web_search_tool_result","tool_use_id":"s","content":[{"encrypted_content":"e+/"}]}"#
        let citation = #"{"type":"char_location","cited_text":"c"}"#

        let answer = read(
            events: [
                start(0, #"{"type":"text","text":"\n\n"}"#), start(1, search),
                start(2, #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#),
                piece(2, #"{"type":"input_json_delta","partial_json":"{\"query\":\"q\"}"}"#),
                start(3, #"{"type":"text","text":"So"}"#),
                piece(3, #"{"type":"citations_delta","citation":\#(citation)}"#), stop("end_turn"),
            ],
            as: MessageReply()
        )

        #expect(answer.calls.isEmpty)
        #expect(
            answer.ending?.content.map(\.text) == [
                search, #"{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}"#,
                #"{"type":"text","text":"So","citations":[\#(citation)]}"#,
            ]
        )
    }

    @Test(
        arguments: [
            ("end_turn", FinishReason.stop), ("max_tokens", .length), ("model_context_window_exceeded", .length),
            ("refusal", .contentFilter), ("stop_sequence", .other("stop_sequence")), ("new_word", .other("new_word")),
            ("pause_turn", .other("pause_turn")),
        ]
    )
    func `says why it ended, and is complete without its last event`(word: String, reason: FinishReason) {
        let answer = read(events: [start(0, #"{"type":"text","text":"a"}"#), stop(word)], as: MessageReply())

        #expect(answer.ending?.completion.finishReason == reason)
        #expect(answer.ending?.isPaused == (word == "pause_turn"))
        #expect(answer.texts == ["a"])
    }

    @Test(
        arguments: [
            ("overloaded_error", ProviderError.overloaded(status: 529, retryAfter: nil)),
            ("rate_limit_error", .overloaded(status: 429, retryAfter: nil)),
            ("api_error", .rejected(status: 500, message: "api_error: m")),
            ("authentication_error", .rejected(status: 401, message: "authentication_error: m")),
            ("new_error", .failed(message: "new_error: m")),
        ]
    )
    func `may be an error though its status is 200`(type: String, error: ProviderError) {
        let event = #"{"type":"error","error":{"type":"\#(type)","message":"m"}}"#

        #expect(read(events: [#"{"type":"ping"}"#, event], as: MessageReply()).error == error)
        // What had begun was accepted.
        let late = read(events: [start(0, #"{"type":"text","text":"so"}"#), event], as: MessageReply())
        #expect(late.error == .failed(message: "\(type): m"))
        #expect(late.texts == ["so"])
    }

    @Test(
        arguments: [
            (
                401, #"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
                ProviderError.rejected(status: 401, message: "authentication_error: invalid x-api-key")
            ),
            (
                529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                .overloaded(status: 529, retryAfter: .seconds(3))
            ),
            (502, "<html>", .rejected(status: 502, message: "<html>")),
            (200, "<html>", .malformed(reason: "the answer is no JSON")),
            (200, #"{"models":[]}"#, .malformed(reason: "the answer is no message")),
        ] as [(Int, String, ProviderError)]
    )
    func `may be a refusal`(status: Int, body: String, error: ProviderError) {
        let fields: HTTPFields = ["Content-Type": "application/json", "Retry-After": "3"]

        #expect(read(Array(body.utf8), as: MessageReply(), status: status, fields: fields).error == error)
    }

    @Test(
        arguments: [
            ([], ProviderError.broken(reason: "the stream ended in mid-reply, without a stop reason")),
            (["{\"type\""], .malformed(reason: "an event is not JSON: the text ends too early, at byte 7")),
        ]
    )
    func `is broken when it just ends, and malformed when it is no JSON`(events: [String], error: ProviderError) {
        let answer = read(events: [start(0, #"{"type":"text","text":"so"}"#)] + events, as: MessageReply())

        #expect(answer.error == error)
        #expect(answer.texts == ["so"])
    }

    @Test func `takes pings for a sign of life`() {
        #expect(read(events: [#"{"type":"ping"}"#], as: MessageReply()).events == [.sign])
    }
}

private func start(_ index: Int, _ block: String) -> String {
    #"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#
}

private func piece(_ index: Int, _ delta: String) -> String {
    #"{"type":"content_block_delta","index":\#(index),"delta":\#(delta)}"#
}

private func stop(_ reason: String) -> String {
    #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"},"usage":{"output_tokens":2}}"#
}
