import Chat
import Identifiers

/// Decides for each caller whether replies are streamed.
struct StreamingRule: Sendable {
    let streaming: StreamingSwitch
    let preferences: any PreferenceStore

    /// Rollout and wishes concern the page's readers; programs get streams unless they are off for everybody.
    func decision(for caller: Caller) async throws -> StreamingDecision {
        let policy = self.streaming.policy
        switch caller {
        case .program, .bearer:
            return policy.decisionForPrograms
        case .reader(let person, _):
            let standing = try await self.preferences.standing(of: person)
            return policy.decide(for: person, wishing: standing.preference, hereSince: standing.hereSince)
        case .stranger:
            return policy.decide(for: nil)
        }
    }

    /// What the caller wishes.
    func preference(of caller: Caller) async throws -> StreamingPreference {
        guard case .reader(let person, _) = caller else { return .auto }
        return try await self.preferences.standing(of: person).preference
    }
}
