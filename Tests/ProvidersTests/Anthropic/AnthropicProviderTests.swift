import Chat
import HTTPClient
import JSONValue
import Observability
import Providers
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The Anthropic provider` {
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test func `asks in the form of the API`() async throws {
        let server = try ScriptedServer { $0.answer(stream: stream("Yes.", "end_turn")) }
        let prompt = Prompt(
            system: "Be kind.",
            turns: [
                .init(role: .assistant, text: "Your age?"), .init(role: .user, text: "30"),
                .init(role: .user, text: "And a half"), .init(role: .assistant, text: " "),
            ],
            temperature: 1.5
        )

        let reply = try await self.ask(server, prompt)

        let request = try #require(server.requests.first)
        #expect(request.line == "POST /v1/messages HTTP/1.1")
        #expect(request["x-api-key"] == "sk-1")
        #expect(request["anthropic-version"] == "2023-06-01")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"m","max_tokens":4096,"system":"Be kind.","temperature":1,"messages":["#
                + #"{"role":"user","content":[{"type":"text","text":"Hello."}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"Your age?"}]},"#
                + #"{"role":"user","content":[{"type":"text","text":"30"},{"type":"text","text":"And a half"}]}],"#
                + #""stream":true}"#
        )
        #expect(reply.texts == ["Yes."])
        #expect(
            reply.completion == ProviderCompletion(finishReason: .stop, usage: Usage(inputTokens: 3, outputTokens: 5))
        )
    }

    @Test func `describes the tools, and gives the model its own messages back as they came`() async throws {
        let server = try ScriptedServer { $0.answer(stream: stream("Yes.", "end_turn")) }
        let kept =
            #"[{"type":"thinking","thinking":"hm","signature":"s+/="},{"type":"redacted_thinking","data":"d"},"#
            + #"{"type":"tool_use","id":"a","name":"bmi","input":{"kg":7.0}}]"#
        let first = ToolRound(
            text: "",
            calls: [ToolCall(id: "a", name: "bmi", arguments: #"{"kg":7.0}"#)],
            results: [.sample("a", .error("No height."))],
            providerState: kept
        )
        // Made by another provider.
        let second = ToolRound(
            text: "So:",
            calls: [ToolCall(id: "b.1", name: "bmi", arguments: #"{"kg":7"#)],
            results: [.sample("b.1", .result("22"))],
            providerState: #"{"reasoning_content":"x"}"#
        )

        _ = try await self.ask(server, .withTool(after: first, second))

        #expect(
            String(decoding: try #require(server.requests.first).body, as: UTF8.self)
                == #"{"model":"m","max_tokens":4096,"messages":["#
                + #"{"role":"user","content":[{"type":"text","text":"My BMI?"}]},"#
                + #"{"role":"assistant","content":\#(kept)},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"No height.","is_error":true}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"So:"},"#
                + #"{"type":"tool_use","id":"b_1","name":"bmi","input":{}}]},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"b_1","content":"22"}]}],"#
                + #""tools":[{"name":"bmi","description":"Computes the body mass index.","#
                + #""input_schema":{"type":"object","properties":{"kg":{"type":"number"}}}}],"stream":true}"#
        )
    }

    @Test func `names the tools of earlier calls also when there are to be no more`() async throws {
        let server = try ScriptedServer { $0.answer(stream: stream("Yes.", "end_turn")) }
        let call = ToolCall(id: "a", name: "bmi", arguments: "{}")
        var prompt = Prompt.withTool(after: ToolRound(text: "", calls: [call], results: [.sample("a", .result("1"))]))
        prompt.tools = []

        _ = try await self.ask(server, prompt)

        let body = try JSON(parsing: try #require(server.requests.first).body)
        #expect(body["tools"] == [["name": "bmi", "input_schema": ["type": "object"]]])
        #expect(body["tool_choice"] == ["type": "none"])
    }

    @Test func `goes on within the same reply where the model paused`() async throws {
        let server = try ScriptedServer { connection in
            let paused = connection.request()?.body.isEmpty == false
            if paused { connection.write(eventStream(stream("Let me look. ", "pause_turn"))) }
        }
        let second = try ScriptedServer { connection in
            guard let request = connection.request(), let body = try? JSON(parsing: request.body) else { return }
            let turns = body["messages"]?.array?.count ?? 0
            connection.write(eventStream(stream("Done.", turns == 1 ? "pause_turn" : "end_turn")))
        }

        let reply = try await self.ask(second, Prompt(system: "", turns: [.init(role: .user, text: "Search!")]))
        let endless = try await self.ask(server, Prompt(system: "", turns: [.init(role: .user, text: "Search!")]))

        #expect(reply.texts == ["Done.", "Done."])
        #expect(reply.completion?.finishReason == .stop)
        #expect(reply.completion?.usage == Usage(inputTokens: 6, outputTokens: 10))
        let sent = try JSON(parsing: try #require(second.requests.last).body)
        #expect(
            sent["messages"]?[1] == ["role": "assistant", "content": [["type": "text", "text": "Done."]]]
        )
        // Four times at most.
        #expect(server.requests.count == 5)
        #expect(endless.completion?.finishReason == .other("pause_turn"))
    }

    @Test func `asks again when the API is overloaded before the message began, and never after`() async throws {
        let overloaded = #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n"
        let early = try ScriptedServer { $0.answer(stream: overloaded) }
        let late = try ScriptedServer { $0.answer(stream: stream("So", nil) + overloaded) }
        let time = TestTime()
        async let reply = self.ask(early, time: time.source)
        for number in 1...2 {
            await time.waited(number)
            time.advance(by: .seconds(5))
        }

        #expect(try await reply.error == .overloaded(status: 529, retryAfter: nil))
        #expect(early.requests.count == 3)
        let other = try await self.ask(late)
        #expect(other.error == .failed(message: "overloaded_error: Overloaded"))
        #expect(other.texts == ["So"])
        #expect(late.requests.count == 1)
    }

    @Test func `tells a refusal with the server's words, and takes a whole answer`() async throws {
        let refusing = try ScriptedServer {
            $0.answer(401, #"{"type":"error","error":{"type":"authentication_error","message":"invalid sk-1"}}"#)
        }
        let whole = try ScriptedServer {
            $0.answer(200, #"{"type":"message","content":[{"type":"text","text":"all"}],"stop_reason":"end_turn"}"#)
        }

        #expect(
            try await self.ask(refusing).error == .rejected(status: 401, message: "authentication_error: invalid (key)")
        )
        #expect(try await self.ask(whole, streams: false).texts == ["all"])
        #expect(try JSON(parsing: try #require(whole.requests.first).body)["stream"] == false)
    }

    // MARK: Steps

    private func ask(
        _ server: ScriptedServer,
        _ prompt: Prompt = .sample,
        streams: Bool = true,
        time: TimeSource = .system
    ) async throws -> ProviderReply {
        var settings = AnthropicProvider.Settings(baseURL: server.url, key: "sk-1", model: "m")
        settings.streams = streams
        let provider = AnthropicProvider(
            settings: settings,
            clients: HTTPClientPool(loops: [self.home.loop]),
            time: time,
            logger: .silent,
            jitter: { 1 }
        )
        return await provider.reply(to: prompt, on: self.home.loop)
    }
}

/// The stream of an answer with one text; it just ends without a `reason`.
private func stream(_ text: String, _ reason: String?) -> String {
    let start = [
        #"{"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#,
    ]
    let end = reason.map {
        [
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"\#($0)"},"usage":{"output_tokens":5}}"#,
            #"{"type":"message_stop"}"#,
        ]
    }
    return (start + (end ?? [])).map { "data: \($0)\n\n" }.joined()
}

private func eventStream(_ text: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + text
}
