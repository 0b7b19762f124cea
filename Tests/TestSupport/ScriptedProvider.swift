package import Chat
import Synchronization

/// A model that says what the test tells it to say, when it tells it, and counts how often it was called.
package final class ScriptedProvider: ModelProvider {
    /// What the model does next.
    package enum Step: Sendable {
        case text(String)
        case reasoning(String)
        case toolCall(ToolCall)
        case sign
        case standIn(String)
        case end(FinishReason)
        case fail(ProviderError)
    }

    package let name = "scripted"
    package let notice: String? = nil

    private let steps = AsyncStream<Step>.makeStream(bufferingPolicy: .unbounded)
    private let seen = Mutex<[Prompt]>([])

    /// Says `steps` and then waits for ``then(_:)``.
    package init(_ steps: [Step] = []) {
        for step in steps { self.steps.continuation.yield(step) }
    }

    /// The prompts of all calls so far.
    package var prompts: [Prompt] { self.seen.withLock { $0 } }

    /// Goes on with these steps.
    package func then(_ steps: Step...) {
        for step in steps { self.steps.continuation.yield(step) }
    }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        self.seen.withLock { $0.append(prompt) }
        var steps = self.steps.stream.makeAsyncIterator()
        while let step = await steps.next() {
            switch step {
            case .text(let piece): receive(.text(piece))
            case .reasoning(let piece): receive(.reasoning(piece))
            case .toolCall(let call): receive(.toolCall(call))
            case .sign: receive(.sign)
            case .standIn(let sentence): receive(.standIn(sentence))
            case .end(let reason): return ProviderCompletion(finishReason: reason, usage: nil)
            case .fail(let error): throw error
            }
        }
        throw .cancelled
    }
}
