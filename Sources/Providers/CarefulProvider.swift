package import Chat
import Observability

/// A provider that keeps the rules on health, whatever the one behind it would say.
///
/// A message that calls for help instead of a plan never reaches the model: the fixed answer takes the model's place.
package struct CarefulProvider: ModelProvider {
    private let provider: any ModelProvider
    private let playbook: PlaybookSwitch

    package init(_ provider: any ModelProvider, playbook: PlaybookSwitch) {
        self.provider = provider
        self.playbook = playbook
    }

    package var name: String { self.provider.name }
    package var notice: String? { self.provider.notice }
    package var isModel: Bool { self.provider.isModel }

    package func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion {
        guard let answer = await self.answer(to: prompt) else {
            return try await self.provider.generate(prompt, on: executor, receive: receive)
        }
        // Nobody has to be asked who gives an answer that is fixed.
        if prompt.purpose == .reply { receive(.text(answer)) }
        return ProviderCompletion(finishReason: .stop, usage: nil)
    }

    /// What is answered in the model's place, decided away from the loop that the caller runs on.
    @concurrent
    private func answer(to prompt: Prompt) async -> String? {
        // Programs that bring their own context speak for themselves, but not past the rules.
        let reader = prompt.briefing?.reader ?? Reader(profile: .unknown, form: .empty, now: Timestamp(milliseconds: 0))
        let messages = prompt.turns.filter { $0.role == .user }.map(\.text)
        return SafetyRule.answer(to: messages, from: reader, helpLines: self.playbook.playbook.helpLines)
    }
}
