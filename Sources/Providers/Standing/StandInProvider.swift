package import Chat
package import Observability

/// A provider in whose place another one answers while it is out of order, and says so.
///
/// It steps in before the first word of a reply only, and then stays to the reply's end: the rounds of tools are its own,
/// marked in what the domain keeps of them. A program that speaks for itself expects the model that it named, or an error.
package struct StandInProvider: ModelProvider {
    /// What the reader is told.
    private static let sentence = "The model is out of reach right now. The built-in coach answers in its place."
    /// What the state of the stand-in's rounds begins with; no model API's state does.
    private static let mark = "stand-in:"

    private let provider: any ModelProvider
    private let standIn: any ModelProvider
    private let logger: Logger
    private let metrics: Metrics

    package init(_ provider: any ModelProvider, standIn: any ModelProvider, logger: Logger, metrics: Metrics) {
        self.provider = provider
        self.standIn = standIn
        self.logger = logger
        self.metrics = metrics
        metrics.describe("shuren_provider_stand_ins_total", "Replies that another provider gave in the model's place.")
    }

    package var name: String { self.provider.name }
    package var notice: String? { self.provider.notice }
    package var isModel: Bool { self.provider.isModel }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        if prompt.rounds.contains(where: isMarked) {
            return try await self.standIn(prompt, on: executor, receive: receive)
        }
        let listener = Listener()
        do throws(ProviderError) {
            return try await self.provider.generate(prompt, on: executor) { event in
                listener.hear(event)
                receive(event)
            }
        } catch {
            guard error.isOutage, !listener.hasHeard, prompt.mayBeAnsweredByAnother else { throw error }
            self.metrics.count("shuren_provider_stand_ins_total", ["provider": self.name])
            self.logger.warning(
                "another provider answers in the place of one that is out of order",
                ["provider": self.name, "stand_in": self.standIn.name, "error": "\(error)"]
            )
            receive(.standIn(Self.sentence))
            return try await self.standIn(prompt, on: executor, receive: receive)
        }
    }

    /// Asks the stand-in, which knows nothing of what the model has had done before.
    private func standIn(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        var prompt = prompt
        prompt.rounds = prompt.rounds.filter(isMarked).map { round in
            let state = round.providerState.map { String($0.dropFirst(Self.mark.count)) } ?? ""
            return ToolRound(
                text: round.text,
                calls: round.calls,
                results: round.results,
                providerState: state.isEmpty ? nil : state
            )
        }
        let completion = try await self.standIn.generate(prompt, on: executor, receive: receive)
        return ProviderCompletion(
            finishReason: completion.finishReason,
            usage: completion.usage,
            state: Self.mark + (completion.state ?? "")
        )
    }

    private func isMarked(_ round: ToolRound) -> Bool { round.providerState?.hasPrefix(Self.mark) ?? false }
}

extension Prompt {
    /// Whether nothing that a model wrote for this reply has been shown, and the reader is a person of ours.
    fileprivate var mayBeAnsweredByAnother: Bool {
        self.purpose == .reply && self.relayed == nil && self.rounds.allSatisfy(\.text.isEmpty)
    }
}

extension ProviderError {
    /// Whether the provider, and not the question, is what is wrong.
    fileprivate var isOutage: Bool {
        switch self {
        case .unreachable, .overloaded: true
        case .rejected(let status, _): [401, 402, 403].contains(status) || status >= 500
        case .broken, .malformed, .failed, .cancelled: false
        }
    }
}
