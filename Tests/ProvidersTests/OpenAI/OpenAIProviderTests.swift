import Chat
import EventLoop
import HTTPClient
import JSONValue
import Observability
import Providers
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The OpenAI provider` {
    private let home: TestLoop

    init() throws {
        self.home = try TestLoop()
    }

    @Test(arguments: [nil, 1, 7])
    func `hands over text as it comes, however the bytes are cut`(cut: Int?) async throws {
        let text = "data: \(delta("Hel"))\n\n: keep-alive\n\ndata:\(delta("lo 你好 👋"))\r\n\r\n\(end)data: [DONE]\n\n"
        let server = try ScriptedServer { $0.answer(stream: text, cut: cut) }

        let reply = try await self.ask(server)

        #expect(reply.texts == ["Hel", "lo 你好 👋"])
        #expect(
            reply.completion == ProviderCompletion(finishReason: .stop, usage: Usage(inputTokens: 3, outputTokens: 5))
        )
    }

    @Test func `asks in the form that every such server reads`() async throws {
        let server = try ScriptedServer { $0.answer(stream: "\(end)data: [DONE]\n\n") }

        _ = try await self.ask(server, key: "sk-1")

        let request = try #require(server.requests.first)
        #expect(request.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(request["Authorization"] == "Bearer sk-1")
        #expect(request["Content-Type"] == "application/json")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"m","messages":[{"role":"system","content":"Be kind."},"#
                + #"{"role":"user","content":"Hi \"you\""},{"role":"assistant","content":"Hello"},"#
                + #"{"role":"user","content":"More"}],"stream":true,"stream_options":{"include_usage":true}}"#
        )
    }

    @Test(arguments: [
        // A finish reason without [DONE], [DONE] without one, a reason that only this server knows.
        ("data: \(delta("a"))\n\n\(end)", ["a"], FinishReason.stop),
        ("data: \(delta("a"))\n\ndata: [DONE]\n\n", ["a"], .stop),
        (
            #"data: {"choices":[{"delta":{"content":"a"},"finish_reason":"model_length"}]}"# + "\n\n", ["a"],
            .other("model_length")
        ),
        // The last event without its empty line; nothing that matters after the end.
        ("data: \(delta("a"))\n\ndata: [DONE]\n\ndata: \(delta("late"))\n\n", ["a"], .stop),
        (#"data: {"choices":[],"prompt_filter_results":[]}"# + "\n\ndata: \(delta("a"))\n\n\(end)", ["a"], .stop),
        ("data: \(delta("a"))\n\n" + #"data: {"choices":[{"delta":{},"finish_reason":"length"}]}"#, ["a"], .length),
    ])
    func `copes with how servers end and begin`(stream: String, texts: [String], reason: FinishReason) async throws {
        let server = try ScriptedServer { $0.answer(stream: stream) }

        let reply = try await self.ask(server)

        #expect(reply.texts == texts)
        #expect(reply.completion?.finishReason == reason)
    }

    @Test func `takes a whole reply where it asked for a stream, and where it asked for none`() async throws {
        let body = #" {"choices":[{"message":{"role":"assistant","content":"all"},"finish_reason":"stop"}]}"#
        let server = try ScriptedServer { $0.answer(200, body) }

        #expect(try await self.ask(server).texts == ["all"])
        #expect(try await self.ask(server, streams: false).texts == ["all"])
        let sent = try JSON(parsing: try #require(server.requests.last).body)
        #expect(sent["stream"] == false && sent["stream_options"] == nil)
    }

    @Test(arguments: [
        (
            "data: \(delta("so"))\n\n",
            ProviderError.broken(reason: "the stream ended in mid-reply, without a finish reason")
        ),
        ("data: \(delta("so"))\n\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n", .failed(message: "overloaded")),
        ("data: \(delta("so"))\n\ndata: {\"choices\"\n\n", nil),
    ])
    func `keeps what came before a failure in mid-stream, and never asks again`(
        stream: String,
        expected: ProviderError?
    ) async throws {
        let server = try ScriptedServer { $0.answer(stream: stream) }

        let reply = try await self.ask(server)

        #expect(reply.texts == ["so"])
        #expect(reply.error != nil && reply.error?.isRetryable == false)
        if let expected { #expect(reply.error == expected) }
        #expect(server.requests.count == 1)
    }

    @Test func `never asks again when the connection broke after the request`() async throws {
        let server = try ScriptedServer { connection in
            connection.request()
            connection.reset()
        }

        let reply = try await self.ask(server)

        guard case .broken = reply.error else { throw Unexpected() }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [(401, "bad key"), (404, "no such model"), (500, "oops")])
    func `tells a refusal with the server's words`(status: Int, message: String) async throws {
        let server = try ScriptedServer { $0.answer(status, #"{"error":{"message":"\#(message)"}}"#) }

        let reply = try await self.ask(server)

        #expect(reply.error == .rejected(status: status, message: message))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [429, 503, 529])
    func `waits as long as a busy server asks for, and tries three times in all`(status: Int) async throws {
        let server = try ScriptedServer { $0.answer(status, "{}", fields: "Retry-After: 7\r\n") }
        let time = TestTime()
        async let reply = self.ask(server, time: time.source)
        for number in 1...2 {
            await time.waited(number)
            time.advance(by: .seconds(7))
        }

        #expect(try await reply.error == .overloaded(status: status, retryAfter: .seconds(7)))
        #expect(time.waits == [.seconds(7), .seconds(7)])
        #expect(server.requests.count == 3)
    }

    @Test func `gives up at once where a server asks for more patience than a reader has`() async throws {
        let server = try ScriptedServer { $0.answer(429, "{}", fields: "Retry-After: 600\r\n") }

        let reply = try await self.ask(server)

        #expect(reply.error == .overloaded(status: 429, retryAfter: .seconds(600)))
        #expect(server.requests.count == 1)
    }

    @Test func `says that nobody is there`() async throws {
        let port = try ScriptedServer { _ in }.port
        let time = TestTime()
        async let reply = self.ask(url: "http://127.0.0.1:\(port)/v1", time: time.source)
        for number in 1...2 {
            await time.waited(number)
            time.advance(by: .seconds(5))
        }

        guard case .unreachable = try await reply.error else { throw Unexpected() }
    }

    @Test func `ends the call when it is cancelled`() async throws {
        let gone = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: \(delta("a"))\n\n")
            connection.waitForClose()
            gone.continuation.yield()
        }
        let call = Task { try await self.ask(server) }
        while server.requests.isEmpty { await Task.yield() }

        call.cancel()

        for await _ in gone.stream { break }
        #expect(try await call.value.error == .cancelled)
    }

    @Test func `describes the tools, and tells what they gave, with all that the server wants to see again`()
        async throws
    {
        let server = try ScriptedServer { $0.answer(stream: "\(end)data: [DONE]\n\n") }
        let first = ToolRound(
            text: "Let me see.",
            calls: [
                ToolCall(id: "a", name: "bmi", arguments: #"{"kg":70}"#),
                ToolCall(id: "b", name: "bmi", arguments: "{"),
            ],
            results: [.sample("a", .result(#"{"bmi":22}"#)), .sample("b", .error("No height."))],
            providerState:
                #"{"reasoning_content":"I \"must\"","reasoning_details":[{"data":"+/="}],"extra_content":{"a":{"google":{"s":"g"}}}}"#
        )
        let second = ToolRound(
            text: "",
            calls: [ToolCall(id: "c", name: "bmi", arguments: "{}")],
            results: [.sample("c", .result("1"))],
            providerState: #"[{"type":"text","text":"of another API"}]"#
        )

        _ = try await self.ask(server, .withTool(after: first, second))

        #expect(
            String(decoding: try #require(server.requests.first).body, as: UTF8.self)
                == #"{"model":"m","messages":[{"role":"user","content":"My BMI?"},"#
                + #"{"role":"assistant","content":"Let me see.","reasoning_content":"I \"must\"","#
                + #""reasoning_details":[{"data":"+/="}],"tool_calls":["#
                + #"{"id":"a","type":"function","function":{"name":"bmi","arguments":"{\"kg\":70}"},"#
                + #""extra_content":{"google":{"s":"g"}}},"#
                + #"{"id":"b","type":"function","function":{"name":"bmi","arguments":"{}"}}]},"#
                + #"{"role":"tool","tool_call_id":"a","content":"{\"bmi\":22}"},"#
                + #"{"role":"tool","tool_call_id":"b","content":"{\"error\":\"No height.\"}"},"#
                + #"{"role":"assistant","content":null,"tool_calls":["#
                + #"{"id":"c","type":"function","function":{"name":"bmi","arguments":"{}"}}]},"#
                + #"{"role":"tool","tool_call_id":"c","content":"1"}],"#
                + #""tools":[{"type":"function","function":{"name":"bmi","description":"Computes the body mass index.","#
                + #""parameters":{"type":"object","properties":{"kg":{"type":"number"}}}}}],"#
                + #""stream":true,"stream_options":{"include_usage":true}}"#
        )
    }

    @Test func `leaves the tools to a program that speaks for itself`() async throws {
        let server = try ScriptedServer { $0.answer(stream: "\(end)data: [DONE]\n\n") }
        let prompt = Prompt(
            system: "",
            turns: [],
            relayed: .init(messages: #"[{"role":"user","content":"Hi"}]"#, options: #"{"tools":["theirs"]}"#),
            tools: Prompt.withTool().tools
        )

        _ = try await self.ask(server, prompt)

        let body = try JSON(parsing: try #require(server.requests.first).body)
        #expect(body["tools"] == ["theirs"])
        #expect(body["messages"] == [["role": "user", "content": "Hi"]])
    }

    @Test(
        arguments: [
            // Ollama, vLLM, OpenRouter, llama.cpp.
            (400, "registry.ollama.ai/library/gemma:2b does not support tools"),
            (400, #"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"#),
            (404, "No endpoints found that support tool use."), (500, "tools param requires --jinja flag"),
        ]
    )
    func `keeps the tools from a model that takes none, for ten minutes`(status: Int, words: String) async throws {
        let server = try ScriptedServer { connection in
            guard let request = connection.request(), let body = try? JSON(parsing: request.body) else { return }
            let refusal = #"{"error":{"message":"\#(words)"}}"#
            connection.write(
                body["tools"] == nil
                    ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\(end)"
                    : "HTTP/1.1 \(status) X\r\nConnection: close\r\nContent-Length: \(refusal.utf8.count)\r\n\r\n\(refusal)"
            )
        }
        let time = TestTime()
        let provider = self.provider(url: server.url + "/v1", time: time.source)

        for (minutes, calls) in [(0, 2), (1, 3), (10, 5)] {
            time.advance(by: .seconds(60 * minutes))
            let reply = await provider.reply(to: .withTool(), on: self.home.loop)
            #expect(reply.completion?.finishReason == .stop)
            #expect(server.requests.count == calls)
        }
    }

    @Test func `is content with a connection that breaks when everything was said`() async throws {
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            let text = "data: \(delta("all"))\n\n\(end)"
            connection.write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
        }

        let reply = try await self.ask(server)

        #expect(reply.texts == ["all"])
        #expect(reply.completion?.usage == Usage(inputTokens: 3, outputTokens: 5))
    }

    @Test func `tells neither the key nor the prompt when the server quotes them`() async throws {
        let log = Log()
        let server = try ScriptedServer { $0.answer(401, #"{"error":{"message":"no key sk-canary here"}}"#) }
        let quoting = try ScriptedServer { $0.answer(400, #"{"error":{"message":"cannot read: Be kind."}}"#) }

        let reply = try await self.ask(server, key: "sk-canary", logger: log.logger)
        let other = try await self.ask(quoting, key: "sk-canary", logger: log.logger)

        #expect(reply.error == .rejected(status: 401, message: "no key (key) here"))
        #expect(other.error == .rejected(status: 400, message: "(not shown, since it quotes the prompt)"))
        #expect(!log.text.contains("canary"))
    }

    // MARK: Steps

    private func ask(
        _ server: ScriptedServer,
        _ prompt: Prompt = .sample,
        key: String? = nil,
        streams: Bool = true,
        time: TimeSource = .system,
        logger: Logger = .silent
    ) async throws -> ProviderReply {
        try await self.ask(url: server.url + "/v1", prompt, key: key, streams: streams, time: time, logger: logger)
    }

    private func ask(
        url: String,
        _ prompt: Prompt = .sample,
        key: String? = nil,
        streams: Bool = true,
        time: TimeSource = .system,
        logger: Logger = .silent
    ) async throws -> ProviderReply {
        await self.provider(url: url, key: key, streams: streams, time: time, logger: logger)
            .reply(to: prompt, on: self.home.loop)
    }

    private func provider(
        url: String,
        key: String? = nil,
        streams: Bool = true,
        time: TimeSource = .system,
        logger: Logger = .silent
    ) -> OpenAIProvider {
        var settings = OpenAIProvider.Settings(baseURL: url, key: key, model: "m")
        settings.streams = streams
        return OpenAIProvider(
            settings: settings,
            clients: HTTPClientPool(loops: [self.home.loop]),
            time: time,
            logger: logger,
            jitter: { 1 }
        )
    }
}

/// One piece of text as a server sends it.
private func delta(_ text: String) -> String {
    #"{"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}]}"#
}

/// The finish reason and the usage, as OpenAI sends them.
private let end =
    #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    + #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"# + "\n\n"
