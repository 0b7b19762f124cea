internal import Crypto
internal import SQLite

/// What a table holds, as a number of rows and a hash over all of them.
struct TableDigest: Sendable, Equatable {
    let rows: Int
    let hash: Digest

    /// How many bytes are gathered before they are hashed.
    private static let batch = 64 * 1024

    /// The digests of all tables of a database by their names, the search index's own included.
    ///
    /// Read row by row, so the memory does not grow with the table. `looked` hears how many rows were read so far.
    static func all(in database: Database, looked: (Int) throws -> Void) throws -> [String: TableDigest] {
        var digests: [String: TableDigest] = [:]
        var count = 0
        for table in try Self.tables(in: database) {
            let digest = try Self.digest(of: table, in: database) { try looked(count + $0) }
            count += digest.rows
            digests[table.name] = digest
        }
        return digests
    }

    private struct Table {
        let name: String
        let hasRowID: Bool
    }

    private static func tables(in database: Database) throws -> [Table] {
        // schema, name, type, ncol, wr, strict (https://sqlite.org/pragma.html#pragma_table_list)
        try database.all("PRAGMA main.table_list") { row -> Table? in
            let isKept = ["table", "shadow"].contains(row.text(2)) && !row.text(1).hasPrefix("sqlite_schema")
            return isKept ? Table(name: row.text(1), hasRowID: row.integer(4) == 0) : nil
        }.compactMap { $0 }
    }

    private static func digest(
        of table: Table,
        in database: Database,
        looked: (Int) throws -> Void
    ) throws -> TableDigest {
        let columns = try database.all("PRAGMA table_info(\(quoted(table.name)))") { row in
            (name: row.text(1), key: Int(row.integer(5)))
        }
        let names = columns.map { quoted($0.name) }
        let key = columns.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map { quoted($0.name) }
        let order = table.hasRowID ? ["rowid"] : key
        let values = names.flatMap { ["typeof(\($0))", $0] }.joined(separator: ", ")
        var statement = try database.prepare(
            "SELECT \(values) FROM \(quoted(table.name)) ORDER BY \(order.joined(separator: ", "))"
        )
        var (rows, hash, gathered) = (0, SHA256.digest(of: table.name), [UInt8]())
        while try statement.step() {
            for column in names.indices {
                let value = statement.blob(column * 2 + 1)
                // Its type and its length before it, so that no two rows look alike.
                gathered += Array("\(statement.text(column * 2)) \(value.count) ".utf8) + value
            }
            rows += 1
            if gathered.count >= Self.batch {
                hash = SHA256.digest(of: hash.bytes + gathered)
                gathered.removeAll(keepingCapacity: true)
            }
            if rows % 1024 == 0 { try looked(rows) }
        }
        return TableDigest(rows: rows, hash: SHA256.digest(of: hash.bytes + gathered))
    }
}

/// A name as SQL writes it, whatever is in it.
private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
