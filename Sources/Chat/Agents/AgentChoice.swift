/// Who answers a message, and why.
package struct AgentChoice: Sendable, Equatable {
    /// Why an agent was chosen; in the order in which reasons win.
    package enum Reason: Sendable, Equatable {
        /// The message names it: `@workout`.
        case mentioned
        /// The reader picked it.
        case picked
        /// It answered in this conversation before.
        case kept
        /// These words of the message speak for it.
        case keywords([String])
        /// A model was asked who should answer.
        case routed
        /// Nothing speaks for another.
        case usual
    }

    package let agent: Agent
    package let reason: Reason

    package init(agent: Agent, reason: Reason) {
        self.agent = agent
        self.reason = reason
    }
}

extension AgentChoice.Reason {
    /// The reason as one word and, for keywords, what they were.
    package var text: String {
        switch self {
        case .mentioned: "mentioned"
        case .picked: "picked"
        case .kept: "kept"
        case .keywords(let words): "keywords: " + words.joined(separator: ", ")
        case .routed: "routed"
        case .usual: "usual"
        }
    }
}

extension AgentCatalogue {
    /// Chooses who answers `message`.
    ///
    /// `picked` is what the reader chose, `previous` who answered last in the conversation. The usual agent is not kept: a
    /// conversation that began with small talk may still turn to what another knows. Of several that words speak for, the
    /// one with the most different words wins, and of equals the first in the catalogue.
    package func choose(for message: String, picked: String?, previous: String?) -> AgentChoice {
        if let mentioned = self.mentioned(in: message) { return AgentChoice(agent: mentioned, reason: .mentioned) }
        if let picked, let agent = self[picked] { return AgentChoice(agent: agent, reason: .picked) }
        if let previous, previous != self.usual.id, let agent = self[previous] {
            return AgentChoice(agent: agent, reason: .kept)
        }
        let words = Set(Self.words(of: message))
        let scored = self.agents.map { agent in (agent, words: agent.keywords.filter(words.contains)) }
        let most = scored.map(\.words.count).max() ?? 0
        guard most > 0, let best = scored.first(where: { $0.words.count == most }) else {
            return AgentChoice(agent: self.usual, reason: .usual)
        }
        return AgentChoice(agent: best.0, reason: .keywords(best.words))
    }

    /// The agent that the message calls first.
    private func mentioned(in message: String) -> Agent? {
        let calls = message.split(whereSeparator: \.isWhitespace).filter { $0.first == "@" }
        return calls.lazy.compactMap { self[String($0.dropFirst().lowercased().prefix { Self.isOfIdentifier($0) })] }
            .first
    }

    private static func words(of message: String) -> [String] {
        message.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
    }
}
