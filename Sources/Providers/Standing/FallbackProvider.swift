package import Chat
package import Observability

/// Several providers, of which the next one is asked where the one before provably did not accept the call.
///
/// Only before anything was received, so that no reader sees a reply begin twice and nobody pays for two.
package struct FallbackProvider: ModelProvider {
    private let first: any ModelProvider
    private let others: [any ModelProvider]
    private let logger: Logger
    private let metrics: Metrics

    /// The name and the notice are those of the `first` one.
    package init(_ first: any ModelProvider, _ others: [any ModelProvider], logger: Logger, metrics: Metrics) {
        self.first = first
        self.others = others
        self.logger = logger
        self.metrics = metrics
        metrics.describe("shuren_provider_fallbacks_total", "Calls that the next provider was asked to answer.")
    }

    package var name: String { self.first.name }
    package var notice: String? { self.first.notice }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        var provider = self.first
        var rest = self.others[...]
        while true {
            let listener = Listener()
            do throws(ProviderError) {
                return try await provider.generate(prompt, on: executor) { event in
                    listener.hear(event)
                    receive(event)
                }
            } catch {
                guard error.isRetryable, !listener.hasHeard, let next = rest.popFirst() else { throw error }
                self.metrics.count("shuren_provider_fallbacks_total", ["provider": next.name])
                self.logger.warning(
                    "a provider did not accept the call and the next one is asked",
                    ["provider": provider.name, "next": next.name, "error": "\(error)"]
                )
                provider = next
            }
        }
    }
}
