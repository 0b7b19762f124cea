package import Chat
import Observability
import Synchronization

/// The connection that an operator made, without a disk.
package final class MemoryConnection: ConnectionStore {
    private let state: Mutex<ModelConnection?>

    package init(_ connection: ModelConnection? = nil) {
        self.state = Mutex(connection)
    }

    package func connection() async throws(StoreError) -> ModelConnection? { self.state.withLock { $0 } }

    package func keep(_ connection: ModelConnection?) async throws(StoreError) {
        // A disk takes its time, and others come first meanwhile.
        await Task.yield()
        self.state.withLock { $0 = connection }
    }
}
