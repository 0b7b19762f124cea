package import Chat
package import Identifiers
package import Observability
internal import SQLite

/// What readers bring along, in SQLite.
package struct StoredImports: ImportStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func add(
        _ conversations: [ArchivedConversation],
        to id: Import.ID,
        from source: Import.Source,
        of person: PersonID,
        at time: Timestamp
    ) async throws -> ImportReport {
        let result = try await self.writer.write { database -> Result<ImportReport, ImportError> in
            let step = ImportStep(database: database, person: person, source: source, id: id, now: time)
            if let error = try step.begin() { return .failure(error) }
            return .success(try step.add(conversations))
        }
        return try result.get()
    }

    package func known(
        _ ids: [String],
        from source: Import.Source,
        of person: PersonID
    ) async throws(StoreError) -> [String] {
        let names = ImportNames(person: person, source: source)
        return try await self.readers.read { database in
            let sql = "SELECT 1 FROM conversation WHERE id IN (?1, ?2) AND owner = ?3 AND deleted_at IS NULL"
            return try ids.filter { id in
                // A name of theirs that is no identifier of ours is nobody's here.
                let kept = Conversation.ID(rawValue: id) ?? names.conversation(id)
                let named = names.conversation(id)
                return try database.first(sql, kept.rawValue, named.rawValue, person.rawValue) { _ in true } ?? false
            }
        }
    }

    package func imports(of person: PersonID) async throws(StoreError) -> [Import] {
        try await self.readers.read { database in
            let sql = """
                SELECT id, source, created_at, undone_at, (
                    SELECT count(*) FROM conversation c WHERE c.owner = import.person AND c.import = import.id
                ) FROM import WHERE person = ?1 ORDER BY created_at DESC, id
                """
            return try database.all(sql, person.rawValue) { row in
                Import(
                    id: try row.identifier(0),
                    source: try row.importSource(1),
                    createdAt: row.timestamp(2),
                    conversations: Int(row.integer(4)),
                    undoneAt: row.optionalTimestamp(3)
                )
            }
        }
    }

    package func undo(_ id: Import.ID, of person: PersonID, at time: Timestamp) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            let sql = "SELECT undone_at FROM import WHERE person = ?1 AND id = ?2"
            let known = try database.first(sql, person.rawValue, id.rawValue) { $0.isNull(0) }
            guard let isInForce = known else { return false }
            guard isInForce else { return true }
            let moment = try CommonMoment(database: database).free(of: person, from: time)
            try database.run(
                "UPDATE conversation SET deleted_at = ?3 WHERE owner = ?1 AND import = ?2 AND deleted_at IS NULL",
                person.rawValue,
                id.rawValue,
                moment.milliseconds
            )
            try database.run(
                "UPDATE import SET undone_at = ?3 WHERE person = ?1 AND id = ?2",
                person.rawValue,
                id.rawValue,
                moment.milliseconds
            )
            return true
        }
    }

    package func restore(_ id: Import.ID, of person: PersonID) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            let sql = "SELECT undone_at FROM import WHERE person = ?1 AND id = ?2"
            let known = try database.first(sql, person.rawValue, id.rawValue) { $0.optionalTimestamp(0) }
            guard let undone = known else { return false }
            guard let undoneAt = undone else { return true }
            try database.run(
                "UPDATE conversation SET deleted_at = NULL WHERE owner = ?1 AND import = ?2 AND deleted_at = ?3",
                person.rawValue,
                id.rawValue,
                undoneAt.milliseconds
            )
            guard database.changedRows > 0 else { return false }
            try database.run(
                "UPDATE import SET undone_at = NULL WHERE person = ?1 AND id = ?2",
                person.rawValue,
                id.rawValue
            )
            return true
        }
    }
}

extension Statement {
    fileprivate func importSource(_ column: Int) throws(StoreError) -> Import.Source {
        guard let source = Import.Source(rawValue: self.text(column)) else {
            throw .damaged(reason: "an import in the database has no known source")
        }
        return source
    }
}
