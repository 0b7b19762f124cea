package import Accounts
internal import Chat
package import Observability
internal import SQLite

/// Settings that were changed at run time, and the history of their changes, in SQLite.
package struct StoredSettings: SettingStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func settings() async throws(AccountStoreError) -> [String: String] {
        do throws(StoreError) {
            let pairs = try await self.readers.read { database in
                try database.all("SELECT name, value FROM setting") { (name: $0.text(0), value: $0.text(1)) }
            }
            return Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value) })
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func set(
        _ name: String,
        to value: String?,
        by who: String,
        at time: Timestamp
    ) async throws(AccountStoreError) {
        do throws(StoreError) {
            try await self.writer.write { database in
                try database.run(
                    """
                    INSERT INTO setting_change (name, old, new, changed_by, changed_at)
                    VALUES (?1, (SELECT value FROM setting WHERE name = ?1), ?2, ?3, ?4)
                    """,
                    name,
                    value,
                    who,
                    time.milliseconds
                )
                if let value {
                    try database.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", name, value)
                } else {
                    try database.run("DELETE FROM setting WHERE name = ?1", name)
                }
            }
        } catch {
            throw AccountStoreError(error)
        }
    }
}
