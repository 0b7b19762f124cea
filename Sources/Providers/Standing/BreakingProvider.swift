package import Chat
package import Observability
import Synchronization

/// A provider that is not asked for a while when it keeps failing, so that nobody waits for nothing.
///
/// No connection, too much to do, a connection that breaks, an answer of 500 and above and silence until the time-out are
/// failures; any other answer, an unwelcome one too, shows that the provider is there.
package final class BreakingProvider: ModelProvider {
    private let provider: any ModelProvider
    private let limits: GenerationLimits
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics
    private let breaker = Mutex(CircuitBreaker())

    /// The `limits` tell how long a silence is a time-out and not only a reader who left.
    package init(
        _ provider: any ModelProvider,
        limits: GenerationLimits,
        time: TimeSource,
        logger: Logger,
        metrics: Metrics
    ) {
        self.provider = provider
        self.limits = limits
        self.time = time
        self.logger = logger
        self.metrics = metrics
        metrics.describe("shuren_provider_openings_total", "How often a provider was left alone since it kept failing.")
        metrics.describe("shuren_provider_refusals_total", "Calls that were not made to a provider that kept failing.")
    }

    package var name: String { self.provider.name }
    package var notice: String? { self.provider.notice }
    package var isModel: Bool { self.provider.isModel }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        let began = self.time.elapsed()
        let admission = self.breaker.withLock { $0.admit(at: began) }
        if case .refused(let until) = admission { throw self.refusal(for: until - began) }
        let life = Vigil(since: began)
        do throws(ProviderError) {
            let completion = try await self.provider.generate(prompt, on: executor) { [time] event in
                life.note(event, at: time.elapsed())
                receive(event)
            }
            self.ended(.answered, of: admission, error: nil)
            return completion
        } catch {
            self.ended(self.outcome(of: error, life), of: admission, error: error)
            throw error
        }
    }

    private func refusal(for pause: Duration) -> ProviderError {
        self.metrics.count("shuren_provider_refusals_total", ["provider": self.name])
        return .unreachable(reason: "\(self.name) kept failing and is asked again in \(Int(max(0, pause.inSeconds))) s")
    }

    private func outcome(of error: ProviderError, _ life: Vigil) -> CircuitBreaker.Outcome {
        switch error {
        case .unreachable, .overloaded, .broken: .failed
        case .rejected(let status, _): status >= 500 ? .failed : .answered
        case .malformed, .failed: .answered
        case .cancelled: life.isTimedOut(at: self.time.elapsed(), self.limits) ? .failed : .unknown
        }
    }

    private func ended(
        _ outcome: CircuitBreaker.Outcome,
        of admission: CircuitBreaker.Admission,
        error: ProviderError?
    ) {
        let now = self.time.elapsed()
        switch self.breaker.withLock({ $0.ended(outcome, of: admission, at: now) }) {
        case .opened(let pause):
            self.metrics.count("shuren_provider_openings_total", ["provider": self.name])
            self.logger.warning(
                "a provider keeps failing and is left alone for a while",
                [
                    "provider": self.name, "seconds": "\(Int(pause.inSeconds))",
                    "error": error.map { "\($0)" } ?? "",
                ]
            )
        case .closed: self.logger.notice("a provider answers again", ["provider": self.name])
        case nil: break
        }
    }
}

/// The signs of life of one call.
private final class Vigil: Sendable {
    private struct Life {
        var hasSpoken = false
        var last: Duration
    }

    private let began: Duration
    private let life: Mutex<Life>

    init(since began: Duration) {
        self.began = began
        self.life = Mutex(Life(last: began))
    }

    func note(_ event: ProviderEvent, at now: Duration) {
        self.life.withLock { life in
            life.hasSpoken = life.hasSpoken || event != .sign
            life.last = now
        }
    }

    /// Whether the call was silent for as long as generations put up with, so that its cancelling was a time-out.
    func isTimedOut(at now: Duration, _ limits: GenerationLimits) -> Bool {
        let life = self.life.withLock { $0 }
        return life.hasSpoken ? now - life.last >= limits.silence : now - self.began >= limits.firstChunk
    }
}
