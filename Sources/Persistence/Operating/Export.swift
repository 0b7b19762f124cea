internal import Chat
internal import Identifiers
internal import JSONValue
internal import Observability
internal import SQLite

extension Storage {
    /// Hands over every conversation of a data folder that is not deleted, each as one line of JSON.
    ///
    /// It reads one state of the database, beside a running server as well. Sessions, tokens and keys are not in it.
    /// `person` limits it to one. Returns how many conversations there were.
    package static func export(
        _ settings: Settings,
        person: String?,
        line: ([UInt8]) throws -> Void
    ) throws -> Int {
        let path = DataFolder.databasePath(in: settings.dataFolder)
        return try Self.naming(path) {
            let database = try Database(path: path, access: DataFolder.momentaryAccess(in: settings.dataFolder))
            return try database.snapshot {
                let isKnown = "SELECT 1 FROM person WHERE id = ?1"
                if let person, try database.first(isKnown, person, read: { $0.integer(0) }) == nil {
                    throw UnknownPerson(id: person)
                }
                let sql = "SELECT id, owner FROM conversation WHERE deleted_at IS NULL ORDER BY created_at, id"
                let all = try database.all(sql) { row in (id: row.text(0), owner: row.text(1)) }
                let wanted = all.filter { person == nil || $0.owner == person }
                for (id, _) in wanted { try line(Export.conversation(id, in: database).bytes() + [0x0A]) }
                return wanted.count
            }
        }
    }
}

/// Nobody of this id is known, so that nothing of theirs can be exported.
package struct UnknownPerson: Error, Sendable, Equatable, CustomStringConvertible {
    package let id: String

    package var description: String { "there is no person with the id \(self.id); /api/v1/auth/me tells each theirs" }
}

private enum Export {
    static func conversation(_ id: String, in database: Database) throws -> JSON {
        let sql = "SELECT owner, title, created_at, updated_at FROM conversation WHERE id = ?1"
        let head = try database.first(sql, id) { row in
            (row.text(0), row.text(1), Int(row.integer(2)), Int(row.integer(3)))
        }
        let (owner, title, created, updated) = head ?? ("", "", 0, 0)
        let rows = """
            SELECT id, parent, role, state, agent, error, created_at, parts FROM message
            WHERE conversation = ?1 ORDER BY sequence
            """
        let messages = try database.all(rows, id) { row -> JSON in
            [
                "id": .string(row.text(0)), "parent": .optional(row.optionalText(1)), "role": .string(row.text(2)),
                "state": .string(row.text(3)), "agent": .optional(row.optionalText(4)),
                "error": .optional(row.optionalText(5)), "created_at": .integer(Int(row.integer(6))),
                "parts": try JSON(stored: row.text(7)),
            ]
        }
        return [
            "id": .string(id), "person": .string(owner), "title": .string(title), "created_at": .integer(created),
            "updated_at": .integer(updated), "messages": .array(messages),
        ]
    }
}
