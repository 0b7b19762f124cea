package import Accounts
internal import Chat
internal import Observability
internal import SQLite

/// Settings that were changed at run time, and the history of their changes, in SQLite.
package struct StoredSettings: SettingStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func settings() async throws(AccountStoreError) -> [String: KeptSetting] {
        do throws(StoreError) {
            let pairs = try await self.readers.read { database in
                try database.all(
                    """
                    SELECT name, value, (
                        SELECT changed_by FROM setting_change WHERE name = setting.name ORDER BY sequence DESC LIMIT 1
                    ) FROM setting
                    """
                ) { (name: $0.text(0), kept: KeptSetting(value: $0.text(1), by: $0.optionalText(2) ?? "")) }
            }
            return Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.kept) })
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func make(_ changes: [SettingChange]) async throws(AccountStoreError) {
        do throws(StoreError) {
            try await self.writer.write { database in
                for change in changes { try record(change, in: database) }
            }
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func changes(limit: Int) async throws(AccountStoreError) -> [SettingChange] {
        do throws(StoreError) {
            return try await self.readers.read { database in
                try database.all(
                    """
                    SELECT name, new, coalesce(was, old, ''), coalesce(became, new, ''), changed_by, changed_at, why, verdict
                    FROM setting_change ORDER BY sequence DESC LIMIT ?1
                    """,
                    limit
                ) { row in
                    SettingChange(
                        name: row.text(0),
                        value: row.optionalText(1),
                        from: row.text(2),
                        to: row.text(3),
                        by: row.text(4),
                        at: Timestamp(milliseconds: row.integer(5)),
                        why: row.optionalText(6),
                        verdict: row.optionalText(7)
                    )
                }
            }
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func note(_ verdict: String, onNewestChangeOf name: String) async throws(AccountStoreError) {
        do throws(StoreError) {
            try await self.writer.write { database in
                try database.run(
                    """
                    UPDATE setting_change SET verdict = ?2
                    WHERE sequence = (SELECT max(sequence) FROM setting_change WHERE name = ?1)
                    """,
                    name,
                    verdict
                )
            }
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func comparison() async throws(AccountStoreError) -> KeptComparison? {
        do throws(StoreError) {
            return try await self.readers.read { database in
                try database.first("SELECT state, cohort FROM rollout_comparison") { row in
                    KeptComparison(state: row.text(0), cohort: row.text(1))
                }
            }
        } catch {
            throw AccountStoreError(error)
        }
    }

    package func keep(_ comparison: KeptComparison) async throws(AccountStoreError) {
        do throws(StoreError) {
            try await self.writer.write { database in
                try database.run(
                    "INSERT OR REPLACE INTO rollout_comparison (one, state, cohort) VALUES (1, ?1, ?2)",
                    comparison.state,
                    comparison.cohort
                )
            }
        } catch {
            throw AccountStoreError(error)
        }
    }
}

private func record(_ change: SettingChange, in database: Database) throws {
    try database.run(
        """
        INSERT INTO setting_change (name, old, new, changed_by, changed_at, was, became, why, verdict)
        VALUES (?1, (SELECT value FROM setting WHERE name = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """,
        change.name,
        change.value,
        change.by,
        change.at.milliseconds,
        change.from,
        change.to,
        change.why,
        change.verdict
    )
    if let value = change.value {
        try database.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", change.name, value)
    } else {
        try database.run("DELETE FROM setting WHERE name = ?1", change.name)
    }
}
