package import Identifiers
package import Observability

/// Makes the composer of each new reply from what is known at that moment.
package struct Composing: Sendable {
    /// What a message is said to.
    package enum Kind: Sendable {
        case chat
        /// What a program asked in its own terms.
        case fixed(Prompt)
        /// An answer to the onboarding, given to that version of the profile, or to whichever there is.
        case onboarding(version: Int?)
    }

    package let playbook: PlaybookSwitch
    package let profiles: any ProfileStore
    package let facts: any FactStore
    private let tools: Toolbox
    /// How many tokens a prompt may have, tools and instructions included.
    private let contextTokens: Int
    private let time: TimeSource

    package init(
        playbook: PlaybookSwitch,
        profiles: any ProfileStore,
        facts: any FactStore,
        tools: Toolbox,
        contextTokens: Int,
        time: TimeSource
    ) {
        self.playbook = playbook
        self.profiles = profiles
        self.facts = facts
        self.tools = tools
        self.contextTokens = contextTokens
        self.time = time
    }

    /// The composer of the reply to a message; throws ``ProfileConflict`` when the onboarding has moved on.
    package func composer(
        for person: PersonID,
        _ message: Message,
        in conversation: Conversation.ID,
        picked: String?,
        at place: Reader.Place,
        _ kind: Kind
    ) async throws -> Composer {
        let playbook = self.playbook.playbook
        var moment: OnboardingMoment?
        var fixed: Prompt?
        let profile: Profile
        var memory = Memory()
        switch kind {
        case .chat:
            profile = try await self.profiles.profile(of: person)
            memory = try await self.facts.memory(of: person)
        case .fixed(let prompt):
            (profile, fixed) = (.unknown, prompt)
        case .onboarding(let version):
            let onboarding = Onboarding(form: playbook.form, profiles: self.profiles, time: self.time)
            let understood = try await onboarding.understand(
                message,
                of: person,
                in: conversation,
                expecting: version,
                place
            )
            (profile, moment) = (understood.profile, understood)
        }
        return Composer(
            agents: playbook.agents,
            picked: picked,
            reader: Reader(
                profile: profile,
                form: playbook.form,
                facts: memory.facts,
                place: place,
                now: self.time.now()
            ),
            toolbox: self.tools,
            contextTokens: self.contextTokens,
            onboarding: moment,
            fixed: fixed
        )
    }
}
