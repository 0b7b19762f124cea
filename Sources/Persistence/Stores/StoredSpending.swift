package import Chat
internal import SQLite

/// What was spent on models, in SQLite.
///
/// The sums of everybody are kept for good; addresses until something is spent two days later.
package struct StoredSpending: SpendingStore {
    private let writer: Writer
    private let readers: Readers

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func add(_ spent: Spent, by address: String, onDay day: Int) async throws(StoreError) {
        try await self.writer.write { database in
            try database.run("DELETE FROM spending WHERE day < ?1 AND address <> ''", day - 1)
            try database.run(
                """
                INSERT INTO spending (day, address, messages, input_tokens, output_tokens) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (day, address) DO UPDATE SET messages = messages + excluded.messages,
                    input_tokens = input_tokens + excluded.input_tokens,
                    output_tokens = output_tokens + excluded.output_tokens
                """,
                day,
                address,
                spent.messages,
                spent.inputTokens,
                spent.outputTokens
            )
        }
    }

    package func spent(onDay day: Int) async throws(StoreError) -> [String: Spent] {
        let rows = try await self.readers.read { database in
            let sql = "SELECT address, messages, input_tokens, output_tokens FROM spending WHERE day = ?1"
            return try database.all(sql, day) { row in
                (
                    address: row.text(0),
                    spent: Spent(
                        messages: Int(row.integer(1)),
                        inputTokens: Int(row.integer(2)),
                        outputTokens: Int(row.integer(3))
                    )
                )
            }
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.address, $0.spent) })
    }
}
