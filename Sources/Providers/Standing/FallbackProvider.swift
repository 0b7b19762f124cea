package import Chat
package import Observability

/// Several providers, of which the next one is asked where the one before provably did not accept the call.
///
/// Only before anything was received, so that no reader sees a reply begin twice and nobody pays for two. A reply whose
/// first round of tools another one gave stays with that one first: its state means nothing to the rest, which are asked
/// without it. An agent's own model is one of the first provider's; the others are asked for theirs.
package struct FallbackProvider: ModelProvider {
    private let providers: [any ModelProvider]
    private let logger: Logger
    private let metrics: Metrics

    /// The name and the notice are those of the `first` one.
    package init(_ first: any ModelProvider, _ others: [any ModelProvider], logger: Logger, metrics: Metrics) {
        self.providers = [first] + others
        self.logger = logger
        self.metrics = metrics
        metrics.describe("shuren_provider_fallbacks_total", "Calls that the next provider was asked to answer.")
    }

    package var name: String { self.providers[0].name }
    package var notice: String? { self.providers[0].notice }
    package var isModel: Bool { self.providers[0].isModel }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        var index = prompt.rounds.last.flatMap(giver) ?? 0
        while true {
            let provider = self.providers[index]
            let listener = Listener()
            do throws(ProviderError) {
                let completion = try await provider.generate(self.prompt(prompt, for: index), on: executor) { event in
                    listener.hear(event)
                    receive(event)
                }
                return completion.marked(index)
            } catch {
                guard error.isRetryable, !listener.hasHeard, index + 1 < self.providers.count else { throw error }
                index += 1
                self.metrics.count("shuren_provider_fallbacks_total", ["provider": self.providers[index].name])
                self.logger.warning(
                    "a provider did not accept the call and the next one is asked",
                    ["provider": provider.name, "next": self.providers[index].name, "error": "\(error)"]
                )
            }
        }
    }

    /// The prompt as one of the providers understands it.
    private func prompt(_ prompt: Prompt, for index: Int) -> Prompt {
        var prompt = prompt
        if index > 0 { prompt.model = nil }
        prompt.rounds = prompt.rounds.map { round in
            ToolRound(
                text: round.text,
                calls: round.calls,
                results: round.results,
                providerState: giver(of: round) == index ? round.providerState.flatMap(withoutMark) : nil
            )
        }
        return prompt
    }
}

extension ProviderCompletion {
    /// The same with a state that tells which of the providers gave it.
    fileprivate func marked(_ index: Int) -> ProviderCompletion {
        ProviderCompletion(
            finishReason: self.finishReason,
            usage: self.usage,
            state: self.state.map { "\(index):" + $0 } ?? "\(index)"
        )
    }
}

/// Which of the providers gave the round; `nil` for one that none of them gave.
private func giver(of round: ToolRound) -> Int? {
    round.providerState.flatMap { Int($0.prefix { $0 != ":" }) }
}

/// What the provider itself said; `nil` where it said nothing.
private func withoutMark(_ state: String) -> String? {
    state.firstIndex(of: ":").map { String(state[state.index(after: $0)...]) }
}
