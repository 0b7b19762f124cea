package import Chat
package import HTTPClient
import HTTPTypes
import JSONValue
package import Observability

/// Talks to a server that speaks the OpenAI form of chat completions: OpenAI itself, Ollama, llama.cpp, vLLM and others.
///
/// A call goes out once. It is sent again only when it was provably not accepted: no connection came about, or the
/// server answered 429, 503 or 529; then after as long as the server asks for, or with growing pauses.
package struct OpenAIProvider: ModelProvider {
    /// Where the model is and how it is asked.
    package struct Settings: Sendable {
        /// The address up to and without `/chat/completions`.
        package var baseURL: String
        /// Sent as a bearer token; `nil` for a server that wants none.
        package var key: String?
        package var model: String
        /// Whether the server is asked to stream, so that text comes as it is written and not in one piece.
        package var streams = true

        package init(baseURL: String, key: String?, model: String) {
            self.baseURL = baseURL
            self.key = key
            self.model = model
        }
    }

    package let name = "openai"
    package let notice: String? = nil

    /// How often a call is tried in all, and how long a pause may be.
    private static let attempts = 3
    private static let longestPause = Duration.seconds(15)

    private let settings: Settings
    private let clients: HTTPClientPool
    private let time: TimeSource
    private let logger: Logger
    /// A number between 0 and 1, so that servers which were refused together do not come back together.
    private let jitter: @Sendable () -> Double

    package init(
        settings: Settings,
        clients: HTTPClientPool,
        time: TimeSource,
        logger: Logger,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.settings = settings
        self.clients = clients
        self.time = time
        self.logger = logger
        self.jitter = jitter
    }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        guard let client = self.clients.client(on: executor) else {
            preconditionFailure("a generation runs on one of the loops that the provider has a client on")
        }
        let request = self.request(for: prompt)
        var attempt = 1
        while true {
            do throws(ProviderError) {
                return try await self.call(request, with: client, receive: receive)
            } catch {
                guard error.isRetryable, attempt < Self.attempts else { throw error }
                self.logger.notice("a model call was not accepted and is tried again", ["error": "\(error)"])
                try await self.pause(after: error, attempt: attempt)
                attempt += 1
            }
        }
    }

    private func call(
        _ request: HTTPClientRequest,
        with client: HTTPClient,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        let reading = Reading(on: client.loop, receive: receive)
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request) { response, bytes in
                reading.takesMore(bytes, of: response) ? .more : .end(within: .seconds(1))
            }
        } catch {
            throw ProviderError(error)
        }
        return try await reading.finish(response)
    }

    private func request(for prompt: Prompt) -> HTTPClientRequest {
        let system: [JSON] = prompt.system.isEmpty ? [] : [["role": "system", "content": .string(prompt.system)]]
        var body = JSON.Object()
        body["model"] = .string(prompt.model ?? self.settings.model)
        if let temperature = prompt.temperature.flatMap({ JSON.Number($0) }) {
            body["temperature"] = .number(temperature)
        }
        body["messages"] = .array(system + self.messages(of: prompt))
        for option in prompt.relayed.flatMap({ json($0.options).object?.members }) ?? [] {
            body[option.key] = option.value
        }
        body["stream"] = .bool(self.settings.streams)
        if self.settings.streams { body["stream_options"] = ["include_usage": true] }
        var fields: HTTPFields = [
            "Content-Type": "application/json",
            "Accept": self.settings.streams ? "text/event-stream" : "application/json",
            "User-Agent": "shuren",
        ]
        if let key = self.settings.key { fields.append("Authorization", "Bearer \(key)") }
        return HTTPClientRequest(
            method: .post,
            url: self.settings.baseURL + "/chat/completions",
            fields: fields,
            body: JSON.object(body).bytes()
        )
    }

    private func messages(of prompt: Prompt) -> [JSON] {
        prompt.relayed.flatMap { json($0.messages).array }
            ?? prompt.turns.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] }
    }

    private func pause(after error: ProviderError, attempt: Int) async throws(ProviderError) {
        var pause = Duration.milliseconds(Int(500.0 * Double(1 << attempt) * (0.5 + self.jitter() / 2)))
        if case .overloaded(_, let retryAfter?) = error { pause = max(pause, retryAfter) }
        guard pause <= Self.longestPause else { throw error }
        do {
            try await self.time.sleep(pause)
        } catch {
            throw .cancelled
        }
    }
}

/// The reading of one answer, on the loop where its bytes arrive.
private actor Reading {
    private nonisolated let executor: any SerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.executor.asUnownedSerialExecutor() }

    private let receive: @Sendable (ProviderEvent) -> Void
    /// There is none before the first bytes.
    private var reader: ReplyReader?

    init(on executor: any SerialExecutor, receive: @escaping @Sendable (ProviderEvent) -> Void) {
        self.executor = executor
        self.receive = receive
    }

    /// Takes the next bytes, for a callback on the loop; answers whether anything more could matter.
    nonisolated func takesMore(_ bytes: Span<UInt8>, of response: HTTPClientResponse) -> Bool {
        self.assumeIsolated { reading in
            if reading.reader == nil { reading.reader = ReplyReader(response) }
            return reading.reader?.feed(bytes, receive: reading.receive) ?? false
        }
    }

    /// What came of the whole answer.
    func finish(_ response: HTTPClientResponse) throws(ProviderError) -> ProviderCompletion {
        var reader = self.reader.take() ?? ReplyReader(response)
        return try reader.finish(receive: self.receive)
    }
}

/// JSON that this program wrote.
private func json(_ text: String) -> JSON {
    (try? JSON(parsing: text)) ?? .null  // what no program could have sent says nothing
}

extension ProviderError {
    fileprivate init(_ error: HTTPClientError) {
        self =
            switch error {
            case .unusable(let reason), .unreachable(let reason): .unreachable(reason: reason)
            case .forbidden(let address): .unreachable(reason: "\(address) may not be connected to")
            case .broken(let reason): .broken(reason: reason)
            case .aborted: .broken(reason: "the answer was refused")
            case .cancelled: .cancelled
            }
    }
}
