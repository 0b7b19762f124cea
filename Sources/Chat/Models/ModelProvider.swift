/// What a generation gets its text from: a model API, or the built-in coach.
package protocol ModelProvider: Sendable {
    /// A short name for logs and metrics: `openai`, `builtin`.
    var name: String { get }

    /// What the page says about this provider, when there is something the reader should know.
    var notice: String? { get }

    /// Whether it understands whatever it is asked; the built-in coach does not.
    var isModel: Bool { get }

    /// Makes one model call and hands over what comes, in order; returns when the model is done.
    ///
    /// Runs on its caller's executor, the generation's, and `receive` is only called there, so nothing is handed from
    /// thread to thread. Never sends a call a second time unless the first was provably not accepted. Ends at once when
    /// its task is cancelled.
    func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion
}

extension ModelProvider {
    package var isModel: Bool { true }
}

/// Something that a provider reports while it works.
package enum ProviderEvent: Sendable, Equatable {
    /// A piece of the reply; never empty.
    case text(String)
    case reasoning(String)
    /// A tool that the model wants to have run, once it is said whole.
    case toolCall(ToolCall)
    /// The provider is alive without having anything to say: a comment, a ping.
    case sign
    /// Another provider answers in the model's place; the sentence for the reader.
    case standIn(String)
}

/// How a model call ended well.
package struct ProviderCompletion: Sendable, Equatable {
    package let finishReason: FinishReason
    package let usage: Usage?
    /// What the provider wants to see again, unchanged, when the results of its tool calls are sent; in its own form.
    package let state: String?

    package init(finishReason: FinishReason, usage: Usage?, state: String? = nil) {
        self.finishReason = finishReason
        self.usage = usage
        self.state = state
    }
}

/// Why a provider gave no complete reply.
///
/// The reasons are for the log and hold no key and no prompt.
package enum ProviderError: Error, Sendable, Equatable {
    /// No connection came about: nothing was accepted.
    case unreachable(reason: String)
    /// The connection broke after the request may have left.
    case broken(reason: String)
    /// The provider answered, and said no.
    case rejected(status: Int, message: String)
    /// The provider asks for patience; `retryAfter` is its own estimate.
    case overloaded(status: Int, retryAfter: Duration?)
    /// The provider sent bytes that are no reply of its protocol.
    case malformed(reason: String)
    /// The provider said in mid-reply that it failed.
    case failed(message: String)
    case cancelled

    /// Whether the call was provably not accepted, so that it may be sent again (never billed twice).
    package var isRetryable: Bool {
        switch self {
        case .unreachable, .overloaded: true
        case .broken, .rejected, .malformed, .failed, .cancelled: false
        }
    }
}
