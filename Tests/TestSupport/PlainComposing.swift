package import Chat
package import Observability

extension Composer {
    /// Composes for a reader of whom nothing is known, with these tools.
    package static func plain(_ time: TimeSource, tools: Toolbox? = nil, agents: AgentCatalogue = .builtIn) -> Composer
    {
        Composer(
            agents: agents,
            picked: nil,
            reader: Reader(profile: .unknown, form: .empty, now: time.now()),
            toolbox: tools ?? .empty(time: time),
            contextTokens: 16_000
        )
    }
}

extension Composing {
    /// Composes with what is built in.
    package static func plain(
        _ profiles: any ProfileStore,
        _ time: TimeSource,
        facts: any FactStore = MemoryFacts()
    ) -> Composing {
        Composing(
            playbook: PlaybookSwitch(Playbook()),
            profiles: profiles,
            facts: facts,
            tools: .empty(time: time),
            contextTokens: 16_000,
            time: time
        )
    }
}
