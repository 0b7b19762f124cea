package import Chat
package import Identifiers
internal import Observability
internal import SQLite

/// Readers' own wishes, in SQLite.
package struct StoredPreferences: PreferenceStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func standing(of person: PersonID) async throws(StoreError) -> StreamingStanding {
        let known = try await self.readers.read { database in
            try database.first("SELECT streaming, created_at FROM person WHERE id = ?1", person.rawValue) { row in
                StreamingStanding(
                    preference: StreamingPreference(rawValue: row.text(0)) ?? .auto,
                    hereSince: Timestamp(milliseconds: row.integer(1))
                )
            }
        }
        return known ?? StreamingStanding()
    }

    package func setStreaming(_ preference: StreamingPreference, of person: PersonID) async throws(StoreError) {
        try await self.writer.write { database in
            try database.run(
                "UPDATE person SET streaming = ?2 WHERE id = ?1",
                person.rawValue,
                preference.rawValue
            )
        }
    }
}
