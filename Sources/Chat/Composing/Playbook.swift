internal import Synchronization

/// What the operator's files say about how the assistants behave.
package struct Playbook: Sendable, Equatable {
    package var agents: AgentCatalogue
    package var form: ProfileForm
    package var helpLines: HelpLines

    package init(agents: AgentCatalogue = .builtIn, form: ProfileForm = .empty, helpLines: HelpLines = .builtIn) {
        self.agents = agents
        self.form = form
        self.helpLines = helpLines
    }
}

/// The playbook in force, which an operator may change while the server runs.
package final class PlaybookSwitch: Sendable {
    private let state: Mutex<Playbook>

    package init(_ playbook: Playbook) {
        self.state = Mutex(playbook)
    }

    /// What holds for everything that begins now; a reply that runs keeps its own.
    package var playbook: Playbook { self.state.withLock { $0 } }

    package var agents: AgentCatalogue { self.playbook.agents }

    package func apply(_ playbook: Playbook) { self.state.withLock { $0 = playbook } }
}
