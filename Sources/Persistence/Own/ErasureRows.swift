internal import Chat
internal import Identifiers
internal import JSONValue
internal import Observability
internal import SQLite

/// The rows of the table `erasure`, and what is set aside in them, within a transaction of somebody else.
struct ErasureRows {
    let database: Database

    /// Sets profile and facts aside and throws all conversations into the bin.
    func erase(everythingOf person: PersonID, at time: Timestamp) throws -> Erasure {
        let moment = try CommonMoment(database: self.database).free(of: person, from: time)
        let profile = try self.profile(of: person)
        let facts = try self.facts(of: person)
        try self.database.run(
            "UPDATE conversation SET deleted_at = ?2 WHERE owner = ?1 AND deleted_at IS NULL",
            person.rawValue,
            moment.milliseconds
        )
        let conversations = self.database.changedRows
        if conversations > 0 || profile != nil || facts != Self.nothing {
            try self.database.run(
                // Who erases twice has the more of both: the second time there may be nothing left to set aside.
                """
                INSERT INTO erasure (person, erased_at, profile, facts) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (person) DO UPDATE SET erased_at = excluded.erased_at,
                    profile = coalesce(excluded.profile, profile),
                    facts = CASE WHEN excluded.facts = ?5 THEN facts ELSE excluded.facts END
                """,
                person.rawValue,
                moment.milliseconds,
                profile?.text,
                facts.text,
                Self.nothing.text
            )
        }
        for table in ["profile", "fact", "fact_answer"] {
            try self.database.run("DELETE FROM \(table) WHERE person = ?1", person.rawValue)
        }
        return Erasure(conversations: conversations, erasedAt: moment)
    }

    /// Brings back what was erased last; `false` when nothing is set aside.
    func restore(everythingOf person: PersonID) throws -> Bool {
        let sql = "SELECT erased_at, profile, facts FROM erasure WHERE person = ?1"
        let erased = try self.database.first(sql, person.rawValue) { row in
            (at: row.timestamp(0), profile: row.optionalText(1), facts: row.text(2))
        }
        guard let erased else { return false }
        try self.database.run(
            "UPDATE conversation SET deleted_at = NULL WHERE owner = ?1 AND deleted_at = ?2",
            person.rawValue,
            erased.at.milliseconds
        )
        if let profile = erased.profile { try self.restore(profile: JSON(stored: profile), of: person) }
        try self.restore(facts: JSON(stored: erased.facts), of: person)
        try self.database.run("DELETE FROM erasure WHERE person = ?1", person.rawValue)
        return true
    }

    // MARK: As JSON

    private static let nothing: JSON = ["facts": [], "answers": []]

    private func profile(of person: PersonID) throws -> JSON? {
        let sql = """
            SELECT version, fields, skipped, completed_at, conversation, last_message FROM profile WHERE person = ?1
            """
        return try self.database.first(sql, person.rawValue) { row in
            [
                "version": .integer(Int(row.integer(0))), "fields": .string(row.text(1)),
                "skipped": .string(row.text(2)), "completed_at": .optional(row.optionalInteger(3).map { Int($0) }),
                "conversation": .optional(row.optionalText(4)), "last_message": .optional(row.optionalText(5)),
            ]
        }
    }

    private func facts(of person: PersonID) throws -> JSON {
        let facts = "SELECT id, text, created_at FROM fact WHERE person = ?1 ORDER BY created_at, id"
        let answers = "SELECT id, text, answer FROM fact_answer WHERE person = ?1 ORDER BY id"
        return [
            "facts": .array(
                try self.database.all(facts, person.rawValue) { row in
                    [.string(row.text(0)), .string(row.text(1)), .integer(Int(row.integer(2)))]
                }
            ),
            "answers": .array(
                try self.database.all(answers, person.rawValue) { row in
                    [.string(row.text(0)), .string(row.text(1)), .string(row.text(2))]
                }
            ),
        ]
    }

    /// A profile that was begun meanwhile is newer than the one that was erased, and stays.
    private func restore(profile json: JSON, of person: PersonID) throws {
        try self.database.run(
            """
            INSERT OR IGNORE INTO profile
                (person, version, fields, skipped, completed_at, conversation, last_message)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            person.rawValue,
            try json.need("version", \.int),
            try json.need("fields", \.string),
            try json.need("skipped", \.string),
            try json.may("completed_at", \.int),
            try json.may("conversation", \.string),
            try json.may("last_message", \.string)
        )
    }

    private func restore(facts json: JSON, of person: PersonID) throws {
        for fact in try json.need("facts", \.array) {
            try self.database.run(
                "INSERT OR IGNORE INTO fact (id, person, text, created_at) VALUES (?1, ?2, ?3, ?4)",
                fact[0]?.string,
                person.rawValue,
                fact[1]?.string,
                fact[2]?.int
            )
        }
        for answer in try json.need("answers", \.array) {
            try self.database.run(
                "INSERT OR IGNORE INTO fact_answer (id, person, text, answer) VALUES (?1, ?2, ?3, ?4)",
                answer[0]?.string,
                person.rawValue,
                answer[1]?.string,
                answer[2]?.string
            )
        }
    }
}
