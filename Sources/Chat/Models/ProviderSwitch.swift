internal import Synchronization

/// The provider in force, which an operator may change while the server runs.
package final class ProviderSwitch: Sendable {
    private let state: Mutex<any ModelProvider>

    package init(_ provider: any ModelProvider) {
        self.state = Mutex(provider)
    }

    /// What every reply asks that begins now; a reply that runs keeps its own.
    package var provider: any ModelProvider { self.state.withLock { $0 } }

    package func apply(_ provider: any ModelProvider) { self.state.withLock { $0 = provider } }
}
