import Chat
import HTTPTypes
import JSONValue
import Testing

@testable import Providers

@Suite struct `The answer of an OpenAI-compatible server` {
    @Test(arguments: [nil, 1, 2, 3, 5])
    func `is the same however its bytes are cut and its lines end`(cut: Int?) {
        let byteOrderMark = "\u{FEFF}"
        let stream =
            byteOrderMark + ": OPENROUTER PROCESSING\r\n\r\n" + "data: " + delta(#""content":"Grüße 👋🏽""#) + "\r\n\r\n"
            + #"data:{"type":"keepalive"}"# + "\r\rdata:\n\ndata: \n\n" + "data: "
            + delta(#""content":"\u00e9\ud83d\ude42""#)
            + "\n\ndata: \(finish("stop"))\n\ndata: [DONE]\n\n" + #"data: {"cost":0.1}"# + "\n\ngarbage"

        let answer = read(Array(stream.utf8), as: ChatReply(), cut: cut)

        #expect(answer.texts == ["Grüße 👋🏽", "é🙂"])
        #expect(answer.ending == ProviderCompletion(finishReason: .stop, usage: nil))
    }

    @Test func `takes keep-alive for a sign of life`() {
        #expect(read(events: [#"{"type":"keepalive"}"#], as: ChatReply()).events == [.sign])
        #expect(read(Array(": keep-alive\n\n".utf8), as: ChatReply()).events == [.sign])
        #expect(read(Array("data:\n\n".utf8), as: ChatReply()).events == [.sign])
    }

    @Test(
        arguments: [
            ("stop", FinishReason.toolCalls), ("tool_calls", .toolCalls), ("function_call", .toolCalls),
            ("length", .length), ("model_length", .length), ("content_filter", .contentFilter),
            ("network_error", .other("network_error")),
        ]
    )
    func `ends with the wish for tools when there were calls, unless it was cut`(word: String, reason: FinishReason) {
        let call = delta(#""tool_calls":[{"index":0,"id":"a","function":{"name":"bmi","arguments":"{\"kg\""}}]"#)

        let answer = read(events: [call, finish(word)], as: ChatReply())

        #expect(answer.ending?.finishReason == reason)
        #expect(answer.calls == [ToolCall(id: "a", name: "bmi", arguments: #"{"kg""#)])
    }

    @Test func `puts thoughts where they belong`() {
        let pieces = [delta(#""content":"<thi""#), delta(#""content":"nk>hm</think>\n\nYes""#), finish("stop")]

        let answer = read(events: pieces, as: ChatReply())

        #expect(answer.thoughts == ["hm"])
        #expect(answer.texts == ["Yes"])
    }

    @Test func `keeps what its server wants to see again, as the whole reply would have had it`() {
        let pieces = [
            delta(#""reasoning_content":"I \"must\"""#), delta(#""reasoning_content":" ask.\n""#),
            delta(
                #""reasoning":"x","reasoning_details":[{"type":"reasoning.text","text":"a","signature":null,"index":0}]"#
            ),
            delta(#""reasoning_details":[{"type":"reasoning.text","text":"b","signature":"s+/=","index":0}]"#),
            delta(#""reasoning_details":[{"type":"reasoning.encrypted","data":"e1","index":1}]"#),
            delta(#""reasoning_details":[{"type":"reasoning.encrypted","data":"e2","index":1}]"#),
            delta(
                #""tool_calls":[{"index":0,"id":"a","function":{"name":"bmi","arguments":"{}"},"extra_content":{"google":{"thought_signature":"g=="}}}]"#
            ),
            finish("tool_calls"),
        ]

        #expect(
            read(events: pieces, as: ChatReply()).ending?.state
                == #"{"reasoning_content":"I \"must\" ask.\n","reasoning_details":[{"type":"reasoning.text","text":"ab","signature":"s+/=","index":0},{"type":"reasoning.encrypted","data":"e1","index":1},{"type":"reasoning.encrypted","data":"e2","index":1}],"extra_content":{"a":{"google":{"thought_signature":"g=="}}}}"#
        )
        // Without calls nothing is ever sent back.
        #expect(read(events: [pieces[0], finish("stop")], as: ChatReply()).ending?.state == nil)
    }

    @Test(
        arguments: [
            // The same refusal as the status, when it comes in the place of a reply.
            (#"{"error":{"message":"slow down","code":429}}"#, ProviderError.overloaded(status: 429, retryAfter: nil)),
            (#"{"error":{"message":"no money","code":402}}"#, .rejected(status: 402, message: "no money")),
            (
                #"{"error":{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}}"#,
                .rejected(status: 400, message: "too long")
            ),
            (
                #"{"object":"error","message":"vLLM says no","code":400}"#,
                .rejected(status: 400, message: "vLLM says no")
            ),
            (#"{"error":"plain words"}"#, .failed(message: "plain words")),
            (finish("error"), .failed(message: "no reason given")),
            (
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"code":502,"message":"upstream"}}]}"#,
                .rejected(status: 502, message: "upstream")
            ),
            (#"{"error":"#, .malformed(reason: "a chunk is not JSON: the text ends too early, at byte 9")),
        ]
    )
    func `may be an error though its status is 200`(event: String, error: ProviderError) {
        #expect(read(events: [event], as: ChatReply()).error == error)
    }

    @Test func `is never a refusal once it began`() {
        for error in [#"{"error":{"message":"m","code":429}}"#, #"{"object":"error","message":"m","code":503}"#] {
            let answer = read(events: [delta(#""content":"so""#), error], as: ChatReply())
            #expect(answer.error == .failed(message: "m"))
            #expect(answer.texts == ["so"])
        }
    }

    @Test(
        arguments: [
            ("\n\n \n{\"choices\":[{\"message\":{\"content\":\"all\"},\"finish_reason\":\"stop\"}]}", ["all"]),
            ("\u{FEFF}{\"choices\":[{\"message\":{\"content\":\"all\"}}]}", ["all"]),
            (#"{"choices":[{"message":{"content":"<think>a</think> b"}}]}"#, ["b"]),
            (#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","function":{"name":"f"}}]}}]}"#, []),
        ]
    )
    func `may come whole`(body: String, texts: [String]) {
        let answer = read(Array(body.utf8), as: ChatReply(), fields: whole, cut: 3)

        #expect(answer.ending != nil)
        #expect(answer.texts == texts)
    }

    @Test(
        arguments: [
            ("<html><body>Welcome to our hotel</body></html>", "the answer is no JSON"), ("", "the answer is no JSON"),
            (#"{"models":[]}"#, "the answer is no chat completion"),
        ]
    )
    func `is malformed when it is somebody's page`(body: String, reason: String) {
        let answer = read(Array(body.utf8), as: ChatReply(), fields: ["Content-Type": "text/html"])

        #expect(answer.error == .malformed(reason: reason))
    }

    @Test(
        arguments: [
            ("7", Duration.seconds(7)), ("-1", .zero), ("Fri, 20 Nov 2026 12:00:09 GMT", .seconds(9)),
            ("Friday, 20-Nov-26 12:00:09 GMT", .seconds(9)), ("Fri Nov 20 12:00:09 2026", .seconds(9)),
            ("Fri, 20 Nov 2026 11:00:00 GMT", .zero), ("soon", nil), ("", nil),
        ] as [(String, Duration?)]
    )
    func `says in seconds or by a date when to come again`(field: String, pause: Duration?) {
        let fields: HTTPFields = ["Retry-After": field]

        #expect(
            read([], as: ChatReply(), status: 503, fields: fields).error == .overloaded(status: 503, retryAfter: pause)
        )
    }

    @Test func `compares a date with the server's own clock`() {
        let fields: HTTPFields = [
            "Date": "Fri, 20 Nov 2020 00:00:00 GMT", "Retry-After": "Fri, 20 Nov 2020 00:00:04 GMT",
        ]

        let answer = read([], as: ChatReply(), status: 429, fields: fields)

        #expect(answer.error == .overloaded(status: 429, retryAfter: .seconds(4)))
    }

    @Test func `gives its calls ids that no earlier call of the reply has`() {
        let call = delta(#""tool_calls":[{"index":0,"id":"call_0","function":{"name":"bmi","arguments":"{}"}}]"#)

        let answer = read(events: [call, finish("tool_calls")], as: ChatReply(known: ["call_0", "call00002"]))

        #expect(answer.calls.map(\.id) == ["call00003"])
    }
}

private func delta(_ fields: String) -> String {
    #"{"choices":[{"index":0,"delta":{\#(fields)},"finish_reason":null}]}"#
}

private func finish(_ reason: String) -> String {
    #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
}
