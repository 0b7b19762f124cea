package import Chat
package import Identifiers
internal import Observability
internal import SQLite

/// The search over messages and titles in SQLite.
package struct StoredSearch: MessageSearch {
    private let readers: Readers

    init(readers: Readers) {
        self.readers = readers
    }

    package func hits(
        for query: SearchQuery,
        of person: PersonID,
        behind place: Int?,
        limit: Int
    ) async throws(StoreError) -> SearchPage {
        guard !query.isEmpty else { return .empty }
        return try await self.readers.read { database in
            let step = SearchStep(database: database, query: query, person: person)
            let found = try step.messages(behind: place, limit: limit + 1)
            let kept = Array(found.prefix(limit))
            let titles = try place == nil ? step.titles() : []
            return SearchPage(
                hits: (titles + kept.map(\.hit)).sorted { $0.createdAt > $1.createdAt },
                next: found.count > limit ? kept.last?.sequence : nil
            )
        }
    }
}

/// One search within a transaction of somebody else.
private struct SearchStep {
    let database: Database
    let query: SearchQuery
    let person: PersonID

    /// How many titles are looked through, the last touched, and how many of them are shown at most.
    private static let titleCount = 1000
    private static let titleHits = 10

    func messages(behind place: Int?, limit: Int) throws -> [(sequence: Int, hit: SearchHit)] {
        let sql = """
            SELECT m.sequence, m.id, m.role, m.created_at, m.parts, c.id, c.title, c.archived_at
            FROM message_words JOIN message m ON m.sequence = message_words.rowid
            JOIN conversation c ON c.id = m.conversation
            WHERE message_words MATCH ?1 AND message_words.rowid < ?2 AND m.person = ?3 AND c.deleted_at IS NULL
            ORDER BY message_words.rowid DESC LIMIT ?4
            """
        let expression = "person : \(WordRows.word(for: self.person)) AND words : (\(self.query.expression))"
        let found = try self.database.all(sql, expression, place ?? Int.max, self.person.rawValue, limit) { row in
            // A damaged text is shown by nobody; that the message is here stays true.
            (
                sequence: Int(row.integer(0)), text: (try? [Part](stored: row.text(4)))?.text ?? "",
                hit: try self.hit(in: row)
            )
        }
        let marker = try Marker(found.map(\.text), query: self.query)
        return try found.enumerated().map { index, found in
            var hit = found.hit
            if let snippet = try marker.snippet(index) { hit.snippet = snippet }
            return (found.sequence, hit)
        }
    }

    private func hit(in row: borrowing Statement) throws -> SearchHit {
        SearchHit(
            conversation: try row.identifier(5),
            title: row.text(6),
            isArchived: !row.isNull(7),
            message: try row.identifier(1),
            role: Message.Role(rawValue: row.text(2)),
            createdAt: row.timestamp(3),
            snippet: Snippet(marked: "")
        )
    }

    func titles() throws -> [SearchHit] {
        let sql = """
            SELECT \(ConversationRows.columns) FROM conversation WHERE owner = ?1 AND deleted_at IS NULL
            ORDER BY updated_at DESC LIMIT ?2
            """
        let all = try self.database.all(sql, self.person.rawValue, Self.titleCount) { row in
            try ConversationRows.conversation(in: row)
        }
        let marker = try Marker(all.map(\.title), query: self.query)
        return try marker.found(limit: Self.titleHits).map { index, snippet in
            SearchHit(
                conversation: all[index].id,
                title: all[index].title,
                isArchived: all[index].isArchived,
                message: nil,
                role: nil,
                createdAt: all[index].updatedAt,
                snippet: snippet
            )
        }
    }
}

/// Marks what was found in a few texts, by the same rules as the index that found them: it is an index of its own, in memory.
private struct Marker {
    private let database: Database
    private let expression: String

    /// How many words a snippet has.
    private static let length = 24

    init(_ texts: [String], query: SearchQuery) throws {
        self.database = try Database(path: ":memory:", access: .writing)
        self.expression = query.expression
        try self.database.execute(
            #"CREATE VIRTUAL TABLE text USING fts5 (words, tokenize = "unicode61 remove_diacritics 2")"#
        )
        try self.database.transaction {
            for (index, text) in texts.enumerated() {
                let sql = "INSERT INTO text (rowid, words) VALUES (?1, ?2)"
                try self.database.run(sql, index + 1, SearchWords.seamed(text))
            }
        }
    }

    /// The piece of a text where it was found; `nil` when it was not.
    func snippet(_ index: Int) throws -> Snippet? {
        let sql = """
            SELECT snippet(text, 0, char(1), char(2), '…', \(Self.length)) FROM text WHERE text MATCH ?1 AND rowid = ?2
            """
        return try self.database.first(sql, self.expression, index + 1) { Snippet(marked: $0.text(0)) }
    }

    /// The texts that hold the query, in their order.
    func found(limit: Int) throws -> [(Int, Snippet)] {
        let sql = """
            SELECT rowid, snippet(text, 0, char(1), char(2), '…', \(Self.length)) FROM text WHERE text MATCH ?1
            ORDER BY rowid LIMIT ?2
            """
        return try self.database.all(sql, self.expression, limit) { row in
            (Int(row.integer(0)) - 1, Snippet(marked: row.text(1)))
        }
    }
}
