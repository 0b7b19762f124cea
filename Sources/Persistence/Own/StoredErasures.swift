package import Chat
package import Identifiers
package import Observability
internal import SQLite

/// Everything of a person deleted and brought back, in SQLite.
package struct StoredErasures: ErasureStore {
    private let writer: Writer

    init(writer: Writer) {
        self.writer = writer
    }

    package func erase(everythingOf person: PersonID, at time: Timestamp) async throws(StoreError) -> Erasure {
        try await self.writer.write { try ErasureRows(database: $0).erase(everythingOf: person, at: time) }
    }

    package func restore(everythingOf person: PersonID) async throws(StoreError) -> Bool {
        try await self.writer.write { try ErasureRows(database: $0).restore(everythingOf: person) }
    }
}
