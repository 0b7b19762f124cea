package import Chat
package import Observability

/// Answers without any model: rules instead of a network, so that a new installation can be tried at once.
///
/// It is a provider like the others and honest about being no model: it asks for tools as a model does, and says what they
/// gave. The same conversation always gets the same answer, word by word at a pace that tests and benchmarks set to zero.
package struct BuiltInCoach: ModelProvider {
    package let name = "builtin"
    package let notice: String? = "Built-in coach, no model connected"
    package let isModel = false

    private let pace: Duration
    private let time: TimeSource

    /// Waits `pace` before each word.
    package init(pace: Duration, time: TimeSource) {
        self.pace = pace
        self.time = time
    }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        let step = await CoachStep.next(for: prompt)
        for piece in words(of: step.text) {
            try await self.wait()
            receive(.text(piece))
        }
        for call in step.calls { receive(.toolCall(call)) }
        return ProviderCompletion(finishReason: step.calls.isEmpty ? .stop : .toolCalls, usage: nil)
    }

    private func wait() async throws(ProviderError) {
        guard self.pace > .zero else { return }
        do {
            try await self.time.sleep(self.pace)
        } catch {
            throw .cancelled
        }
    }
}

/// The text in pieces of one word each, every piece with the white space that follows the word.
func words(of text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in text {
        if let last = piece.last, last.isWhitespace, !character.isWhitespace {
            pieces.append(piece)
            piece = ""
        }
        piece.append(character)
    }
    return piece.isEmpty ? pieces : pieces + [piece]
}
