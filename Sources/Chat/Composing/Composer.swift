internal import Observability

/// What a generation begins with: who answers, what the model is asked, and what it may have done.
package struct Composition: Sendable {
    package let choice: AgentChoice
    package let prompt: Prompt
    package let tools: Toolbox
    /// What viewers are told before the model is asked.
    package var openingEvents: [Event] = []
    /// Asked before the model, when nothing else says who should answer.
    package var routing: RoutingQuestion?
    /// What the reply is paid from; `nil` where nobody counts.
    package var purse: Purse?
}

/// Decides who answers a message and what the model is asked.
package struct Composer: Sendable {
    private let agents: AgentCatalogue
    private let picked: String?
    private let reader: Reader
    private let toolbox: Toolbox
    private let contextTokens: Int
    private let onboarding: OnboardingMoment?
    private let fixed: Prompt?
    /// What the reply is paid from; `nil` where nobody counts.
    package var purse: Purse?

    /// `picked` is the agent that the reader chose; `fixed` is asked instead of the conversation; with `onboarding` the
    /// message is an answer to its questions.
    package init(
        agents: AgentCatalogue,
        picked: String?,
        reader: Reader,
        toolbox: Toolbox,
        contextTokens: Int,
        onboarding: OnboardingMoment? = nil,
        fixed: Prompt? = nil
    ) {
        self.agents = agents
        self.picked = picked
        self.reader = reader
        self.toolbox = toolbox
        self.contextTokens = contextTokens
        self.onboarding = onboarding
        self.fixed = fixed
    }

    package func compose(_ message: Message, after history: [Message]) -> Composition {
        var composition = self.unpaid(message, after: history)
        composition.purse = self.purse
        return composition
    }

    private func unpaid(_ message: Message, after history: [Message]) -> Composition {
        let previous = history.last { $0.role == .assistant }?.agent
        let choice =
            self.onboarding == nil
            ? self.agents.choose(for: message.text, picked: self.picked, previous: previous)
            : AgentChoice(agent: self.agents.usual, reason: .usual)
        if let fixed = self.fixed {
            return Composition(choice: choice, prompt: fixed, tools: self.toolbox.only([]))
        }
        var composition = self.composition(of: message, after: history, by: choice)
        if choice.reason == .usual, self.onboarding == nil, let model = self.agents.routingModel {
            composition.routing = RoutingQuestion(
                message.text,
                briefing: composition.prompt.briefing,
                among: self.agents,
                model: model
            ) {
                self.composition(of: message, after: history, by: $0)
            }
        }
        return composition
    }

    private func composition(of message: Message, after history: [Message], by choice: AgentChoice) -> Composition {
        let tools = self.toolbox.only(self.onboarding == nil ? choice.agent.tools : OnboardingMoment.tools)
        let briefing = Briefing(agent: choice.agent, reader: self.reader, onboarding: self.onboarding)
        let prompt = Prompt(
            briefing,
            history: history,
            message: message,
            within: self.contextTokens,
            tools: tools.descriptions
        )
        return Composition(
            choice: choice,
            prompt: prompt,
            tools: tools,
            openingEvents: self.onboarding.map { [$0.event] } ?? []
        )
    }
}

/// Who asks whom about what, in values: what a model is told in words, and a provider that is no model reads here.
package struct Briefing: Sendable, Equatable {
    package let agent: Agent
    package let reader: Reader
    package let onboarding: OnboardingMoment?

    package init(agent: Agent, reader: Reader, onboarding: OnboardingMoment? = nil) {
        self.agent = agent
        self.reader = reader
        self.onboarding = onboarding
    }
}
