package import Chat
package import Observability

package struct BuiltInCoach: ModelProvider {
    package let name = "builtin"
    package let notice: String? = "Built-in coach, no model connected"
    let pace: Duration
    let time: TimeSource
    package init(pace: Duration, time: TimeSource) { self.pace = pace; self.time = time }
    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        for word in ("You said: " + (prompt.turns.last?.text ?? "") + " and here are **many words** to stream to you")
            .split(separator: " ")
        {
            receive(.text(word + " "))
            do { try await self.time.sleep(self.pace) } catch { throw .cancelled }
        }
        return ProviderCompletion(finishReason: .stop, usage: nil)
    }
}
