package import Chat
package import HTTPClient
package import Observability
import Synchronization

/// Talks to a server that speaks the OpenAI form of chat completions: OpenAI itself, Ollama, llama.cpp, vLLM and others.
///
/// A call goes out once; it is sent again only when it was provably not accepted. A model that takes no tools refuses every
/// call that offers some; it is asked without, and the tools are kept from it for a while.
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
    private let withoutTools = ModelsWithoutTools()
    private let time: TimeSource
    private let logger: Logger

    package init(
        settings: Settings,
        clients: HTTPClientPool,
        time: TimeSource,
        logger: Logger,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.settings = settings
        self.time = time
        self.logger = logger
        self.caller = ModelCaller(clients: clients, time: time, logger: logger, jitter: jitter)
    }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        var prompt = prompt
        let model = prompt.model ?? self.settings.model
        if self.withoutTools.includes(model, at: self.time.elapsed()) { prompt.tools = [] }
        do throws(ProviderError) {
            return try await self.call(prompt, on: executor, receive: receive)
        } catch {
            guard error.refusesTools, !prompt.tools.isEmpty, prompt.relayed == nil else { throw error }
            self.logger.notice("a model takes no tools and is asked without", ["model": model, "error": "\(error)"])
            self.withoutTools.note(model, at: self.time.elapsed())
            prompt.tools = []
            return try await self.call(prompt, on: executor, receive: receive)
        }
    }

    private func call(
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

/// The models that refused tools lately.
private final class ModelsWithoutTools: Sendable {
    /// How long a refusal is remembered: an operator may change the model behind a name.
    private static let memory = Duration.seconds(600)

    private let refusals = Mutex<[String: Duration]>([:])

    func includes(_ model: String, at now: Duration) -> Bool {
        self.refusals.withLock { $0[model].map { now - $0 < Self.memory } ?? false }
    }

    func note(_ model: String, at now: Duration) {
        // Every model here was asked for by an agent or a program; only those of the last minutes stay.
        self.refusals.withLock { refusals in
            refusals = refusals.filter { now - $0.value < Self.memory }
            refusals[model] = now
        }
    }
}

extension ProviderError {
    /// Whether the server says that this model, or it itself, takes no tools; Ollama, vLLM, llama.cpp and OpenRouter have
    /// each their own words and statuses for it.
    fileprivate var refusesTools: Bool {
        guard case .rejected(let status, let message) = self, [400, 404, 422, 500, 501].contains(status) else {
            return false
        }
        let words = message.lowercased()
        return words.contains("tool") && (words.contains("support") || words.contains("require"))
    }
}
