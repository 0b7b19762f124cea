package import Chat
package import Observability
import Synchronization

/// A provider whose calls are measured, under the names of OpenTelemetry's conventions for generative AI (1.41.1, in
/// development): duration, time to the first chunk, tokens.
///
/// Labels come from the configuration: the provider's form, and a model that an operator named.
package final class MeteredProvider: ModelProvider {
    /// `gen_ai.client.operation.duration` and its like: from 10 ms, doubling, to 81.92 s.
    private static let seconds = (0...13).map { 0.01 * Double(1 << $0) }
    /// `gen_ai.client.token.usage`: powers of four.
    private static let tokens = (0...13).map { Double(1 << (2 * $0)) }

    private let provider: any ModelProvider
    private let model: String
    private let time: TimeSource
    private let metrics: Metrics

    /// `model` is the one that is asked where the prompt names none.
    package init(_ provider: any ModelProvider, model: String, time: TimeSource, metrics: Metrics) {
        self.provider = provider
        self.model = model
        self.time = time
        self.metrics = metrics
        metrics.describe("gen_ai_client_operation_duration_seconds", "How long calls of a model took, to their end.")
        metrics.describe("gen_ai_client_operation_time_to_first_chunk_seconds", "How long the first word took to come.")
        metrics.describe("gen_ai_client_token_usage", "Tokens of a call, as the model counted them.")
    }

    package var name: String { self.provider.name }
    package var notice: String? { self.provider.notice }
    package var isModel: Bool { self.provider.isModel }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        let model = prompt.model ?? self.model
        let began = self.time.elapsed()
        let first = Mutex<Duration?>(nil)
        let hasBegun = Listener()
        do throws(ProviderError) {
            let completion = try await self.provider.generate(prompt, on: executor) { [time] event in
                if !hasBegun.hasHeard, event != .sign { first.withLock { $0 = time.elapsed() } }
                hasBegun.hear(event)
                receive(event)
            }
            self.ended(model, after: self.time.elapsed() - began, first: first.withLock { $0 }.map { $0 - began }, nil)
            if let usage = completion.usage { self.count(usage, model) }
            return completion
        } catch {
            self.ended(
                model,
                after: self.time.elapsed() - began,
                first: first.withLock { $0 }.map { $0 - began },
                error
            )
            throw error
        }
    }

    private func ended(_ model: String, after duration: Duration, first: Duration?, _ error: ProviderError?) {
        self.metrics.observe(
            "gen_ai_client_operation_duration_seconds",
            [
                "gen_ai_operation_name": "chat", "gen_ai_provider_name": self.name, "gen_ai_request_model": model,
                "error_type": error?.kind ?? "",
            ],
            duration.inSeconds,
            within: Self.seconds
        )
        guard let first else { return }
        self.metrics.observe(
            "gen_ai_client_operation_time_to_first_chunk_seconds",
            ["gen_ai_operation_name": "chat", "gen_ai_provider_name": self.name, "gen_ai_request_model": model],
            first.inSeconds,
            within: Self.seconds
        )
    }

    private func count(_ usage: Usage, _ model: String) {
        for (type, count) in [("input", usage.inputTokens), ("output", usage.outputTokens)] {
            self.metrics.observe(
                "gen_ai_client_token_usage",
                [
                    "gen_ai_operation_name": "chat", "gen_ai_provider_name": self.name, "gen_ai_request_model": model,
                    "gen_ai_token_type": type,
                ],
                Double(count),
                within: Self.tokens
            )
        }
    }
}

extension ProviderError {
    /// The case alone, for a label.
    fileprivate var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .broken: "broken"
        case .overloaded: "overloaded"
        case .rejected: "rejected"
        case .malformed: "malformed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}
