internal import Synchronization

/// The agents in force, which an operator may change while the server runs.
package final class AgentSwitch: Sendable {
    private let state: Mutex<AgentCatalogue>

    package init(_ catalogue: AgentCatalogue) {
        self.state = Mutex(catalogue)
    }

    /// The agents for what begins now; a reply that runs keeps its own.
    package var catalogue: AgentCatalogue { self.state.withLock { $0 } }

    package func apply(_ catalogue: AgentCatalogue) { self.state.withLock { $0 = catalogue } }
}
