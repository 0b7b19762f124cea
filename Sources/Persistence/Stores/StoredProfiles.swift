package import Chat
package import Identifiers
internal import JSONValue
internal import Observability
internal import SQLite

/// Profiles in SQLite.
package struct StoredProfiles: ProfileStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func profile(of person: PersonID) async throws(StoreError) -> Profile {
        try await self.readers.read { try Self.profile(of: person, in: $0) }
    }

    package func replace(_ expected: Int, with profile: Profile, of person: PersonID) async throws {
        let current = try await self.writer.write { database -> Profile? in
            let current = try Self.profile(of: person, in: database)
            guard current.version == expected else { return current }
            try Self.set(profile, of: person, in: database)
            return nil
        }
        if let current { throw ProfileConflict(current: current) }
    }

    package func deleteProfile(of person: PersonID) async throws(StoreError) {
        try await self.writer.write { database in
            try database.run("DELETE FROM profile WHERE person = ?1", person.rawValue)
        }
    }

    private static func set(_ profile: Profile, of person: PersonID, in database: Database) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO profile
                (person, version, fields, skipped, completed_at, conversation, last_message)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            person.rawValue,
            profile.version,
            profile.storedValues.text,
            JSON.array(profile.skipped.sorted().map(JSON.string)).text,
            profile.completedAt?.milliseconds,
            profile.conversation?.rawValue,
            profile.lastMessage?.rawValue
        )
    }

    private static func profile(of person: PersonID, in database: Database) throws -> Profile {
        let sql = """
            SELECT version, fields, skipped, completed_at, conversation, last_message FROM profile WHERE person = ?1
            """
        return try database.first(sql, person.rawValue) { row in
            Profile(
                version: Int(row.integer(0)),
                values: try Profile.values(stored: JSON(stored: row.text(1))),
                skipped: Set(try JSON(stored: row.text(2)).array?.compactMap(\.string) ?? []),
                completedAt: row.optionalTimestamp(3),
                conversation: try row.optionalIdentifier(4),
                lastMessage: try row.optionalIdentifier(5)
            )
        } ?? .unknown
    }
}

extension Profile {
    /// The values with their kinds, so that they can be read without the form.
    fileprivate var storedValues: JSON {
        .object(
            JSON.Object(
                self.values.sorted { $0.key < $1.key }.map { JSON.Object.Member(key: $0.key, value: $0.value.stored) }
            )
        )
    }

    fileprivate static func values(stored json: JSON) throws(StoredFormError) -> [String: Value] {
        var values: [String: Value] = [:]
        for member in json.object?.members ?? [] { values[member.key] = try Value(stored: member.value) }
        return values
    }
}

extension Profile.Value {
    fileprivate var stored: JSON {
        switch self {
        case .text: ["text": self.json]
        case .number: ["number": self.json]
        case .choice: ["choice": self.json]
        case .choices: ["choices": self.json]
        }
    }

    fileprivate init(stored json: JSON) throws(StoredFormError) {
        if let text = json["text"]?.string {
            self = .text(text)
        } else if let number = json["number"]?.double {
            self = .number(number)
        } else if let id = json["choice"]?.string {
            self = .choice(id)
        } else if let ids = json["choices"]?.array {
            self = .choices(ids.compactMap(\.string))
        } else {
            throw StoredFormError(expectation: "a known kind of value")
        }
    }
}
