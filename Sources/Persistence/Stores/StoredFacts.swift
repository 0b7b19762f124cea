package import Chat
package import Identifiers
internal import Observability
internal import SQLite

/// Facts in SQLite.
package struct StoredFacts: FactStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func memory(of person: PersonID) async throws(StoreError) -> Memory {
        try await self.readers.read { database in
            let facts = "SELECT id, text, created_at FROM fact WHERE person = ?1 ORDER BY created_at, id"
            let answers = "SELECT id, text, answer FROM fact_answer WHERE person = ?1 ORDER BY id"
            return Memory(
                facts: try database.all(facts, person.rawValue) { row in
                    Fact(id: try row.identifier(0), text: row.text(1), createdAt: row.timestamp(2))
                },
                answers: try database.all(answers, person.rawValue) { row in
                    FactProposal(
                        id: row.text(0),
                        text: row.text(1),
                        answer: FactProposal.Answer(rawValue: row.text(2)) ?? .no
                    )
                }
            )
        }
    }

    package func answer(
        _ proposal: FactProposal,
        with fact: Fact?,
        of person: PersonID
    ) async throws(StoreError) {
        try await self.writer.write { database in
            let known = "SELECT 1 FROM fact_answer WHERE person = ?1 AND id = ?2"
            guard try database.first(known, person.rawValue, proposal.id, read: { _ in true }) == nil else { return }
            try database.run(
                "INSERT INTO fact_answer (person, id, text, answer) VALUES (?1, ?2, ?3, ?4)",
                person.rawValue,
                proposal.id,
                proposal.text,
                proposal.answer.rawValue
            )
            guard let fact else { return }
            try database.run(
                "INSERT INTO fact (id, person, text, created_at) VALUES (?1, ?2, ?3, ?4)",
                fact.id.rawValue,
                person.rawValue,
                fact.text,
                fact.createdAt.milliseconds
            )
        }
    }

    package func edit(_ id: Fact.ID, to text: String, of person: PersonID) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            try database.run(
                "UPDATE fact SET text = ?3 WHERE id = ?1 AND person = ?2",
                id.rawValue,
                person.rawValue,
                text
            )
            return database.changedRows > 0
        }
    }

    package func forget(_ id: Fact.ID, of person: PersonID) async throws(StoreError) -> Bool {
        try await self.writer.write { database in
            try database.run("DELETE FROM fact WHERE id = ?1 AND person = ?2", id.rawValue, person.rawValue)
            return database.changedRows > 0
        }
    }

    package func forgetAll(of person: PersonID) async throws(StoreError) {
        try await self.writer.write { database in
            try database.run("DELETE FROM fact WHERE person = ?1", person.rawValue)
            try database.run("DELETE FROM fact_answer WHERE person = ?1", person.rawValue)
        }
    }
}
