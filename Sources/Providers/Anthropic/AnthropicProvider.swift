package import Chat
package import HTTPClient
import JSONValue
package import Observability

/// Talks to a server that speaks Anthropic's Messages API.
///
/// A call goes out once; it is sent again only when it was provably not accepted. A model that pauses to work with tools
/// of its provider's own side is asked to go on, a few times, within the same reply.
package struct AnthropicProvider: ModelProvider {
    /// Where the model is and how it is asked.
    package struct Settings: Sendable {
        /// The address up to and without `/v1/messages`.
        package var baseURL: String
        /// Sent as `x-api-key`; `nil` for a server that wants none.
        package var key: String?
        package var model: String
        /// How much one answer may be; the API has no default of its own.
        package var maximumTokens = 4096
        /// Whether the server is asked to stream, so that text comes as it is written and not in one piece.
        package var streams = true

        package init(baseURL: String, key: String?, model: String) {
            self.baseURL = baseURL
            self.key = key
            self.model = model
        }
    }

    package let name = "anthropic"
    package let notice: String? = nil

    /// How often one reply may pause.
    private static let mostPauses = 4

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
        var written: [JSON] = []
        var usage: Usage?
        var pauses = 0
        while true {
            let ending = try await self.caller.call(
                MessageRequest(for: prompt, self.settings, written: written).request,
                on: executor,
                reading: MessageReply(),
                without: Confidential(key: self.settings.key, prompt: prompt),
                receive: receive
            )
            written += ending.content
            usage = sum(usage, ending.completion.usage)
            guard ending.isPaused, pauses < Self.mostPauses, !ending.content.isEmpty else {
                return ProviderCompletion(
                    finishReason: ending.completion.finishReason,
                    usage: usage,
                    state: ending.completion.state.map { _ in JSON.array(written).text }
                )
            }
            pauses += 1
        }
    }
}

/// What two calls cost together.
private func sum(_ left: Usage?, _ right: Usage?) -> Usage? {
    guard let left, let right else { return left ?? right }
    return Usage(
        inputTokens: left.inputTokens + right.inputTokens,
        outputTokens: left.outputTokens + right.outputTokens
    )
}
