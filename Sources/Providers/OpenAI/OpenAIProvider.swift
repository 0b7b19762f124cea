package import Chat
package import HTTPClient
package import Observability

/// Talks to a server that speaks the OpenAI form of chat completions: OpenAI itself, Ollama, llama.cpp, vLLM and others.
///
/// A call goes out once; it is sent again only when it was provably not accepted.
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

    private let settings: Settings
    private let caller: ModelCaller

    package init(
        settings: Settings,
        clients: HTTPClientPool,
        time: TimeSource,
        logger: Logger,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.settings = settings
        self.caller = ModelCaller(clients: clients, time: time, logger: logger, jitter: jitter)
    }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        try await self.caller.call(
            ChatRequest(for: prompt, self.settings).request,
            on: executor,
            reading: ChatReply(known: prompt.rounds.flatMap { $0.calls.map(\.id) }),
            without: Confidential(key: self.settings.key, prompt: prompt),
            receive: receive
        )
    }
}
