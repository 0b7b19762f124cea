import Accounts
import Chat
import Foundation
import Glibc
import Identifiers
import SQLite
import TestSupport
import Testing

@testable import Persistence

/// Files that earlier versions wrote, each opened by this one.
@Suite(.timeLimit(.minutes(20))) struct `A database of any released schema` {
    private static let versions = Array(1...Schema.current.version)
    private static let place = URL(filePath: #filePath).deletingLastPathComponent()

    private let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: self.folder.file("data"), withIntermediateDirectories: true)
    }

    private var path: String { self.folder.file("data/chat.sqlite") }

    private static func file(_ version: Int) -> URL { Self.place.appending(path: "version-\(version).sql") }

    /// The text of the version's file; the newest version, which no other has replaced yet, may have none.
    private static func text(_ version: Int) throws -> String {
        let file = Self.file(version)
        if let text = try? String(contentsOf: file, encoding: .utf8) { return text }
        let made = ReleasedRows.dump(version: version)
        if unsafe getenv("RENEW_RELEASED") != nil { try made.write(to: file, atomically: true, encoding: .utf8) }
        return made
    }

    private func make(_ version: Int) throws {
        let database = try Database(path: self.path, access: .writing)
        try database.execute("PRAGMA foreign_keys = OFF")
        try database.execute(try Self.text(version))
        #expect(try database.brokenReferences() == 0)
    }

    @Test func `is kept in a file, but for the newest`() {
        for version in Self.versions.dropLast() {
            #expect(
                FileManager.default.fileExists(atPath: Self.file(version).path),
                "make it: RENEW_RELEASED=1 swift test --filter 'released schema'"
            )
        }
        #expect(ReleasedRows.versions.count >= Schema.current.version - 1, "say which rows the last versions brought")
    }

    @Test(arguments: versions)
    func `becomes one of today's, with every row that was in it, beside a copy of what it was`(version: Int) throws {
        try self.make(version)
        let old = try Database(path: self.path, access: .writing)
        let before = try Rows(of: old)
        #expect(before.tables.count >= 11 && before.tables.values.allSatisfy { !$0.rows.isEmpty })

        try Schema.current.prepare(old, copyBeforeChange: self.path)

        #expect(try old.userVersion == Schema.current.version && old.problems(thorough: true) == [])
        #expect(try old.brokenReferences() == 0)
        let after = try Rows(of: old, like: before)
        for (name, table) in before.tables {
            let left = after.tables[name]?.rows ?? []
            #expect(Set(table.rows).isSubset(of: Set(left)), "\(name) lost rows or changed them")
            // The person who owns what nobody owns came with version 6.
            let more = name == "person" && version < 6 ? 1 : 0
            #expect(left.count == table.rows.count + more, "\(name) has other rows")
        }
        let fresh = try Database(path: self.folder.file("fresh.sqlite"), access: .writing)
        try Schema.current.prepare(fresh)
        #expect(try description(of: old) == description(of: fresh))

        guard version < Schema.current.version else { return }
        let copy = try Database(path: "\(self.path).before-version-\(Schema.current.version)", access: .reading)
        #expect(try copy.userVersion == version)
        #expect(try Rows(of: copy) == before)
    }

    @Test(arguments: versions)
    func `is served: conversations are read, what was cut off ends, words are found, and nothing is damaged`(
        version: Int
    ) async throws {
        try self.make(version)
        let time = TestTime()
        let storage = try await Storage.testing(self.folder, time: time.source)
        try await storage.tidying(on: .hurried(time)).round()

        let ada = PersonID.named("ada-is-a-guest-here")
        let conversation = try await storage.conversations.conversation(
            .named("conversation-of-ada"),
            of: ada,
            limit: 9
        )
        let cut = try await storage.conversations.excerpt(
            Excerpt.Wish(.around(.named("reply-that-is-cut-off")), limit: 9),
            from: .named("conversation-of-ada"),
            of: ada
        )
        #expect(conversation?.conversation.title == "My knee, 我的膝盖")
        #expect(conversation?.messages.first?.text == "Why 膝盖?")
        let ended = cut?.messages.last
        #expect(ended?.state == .interrupted && ended?.text == "Then you rest")
        let hits = try await storage.search.hits(for: SearchQuery("膝盖"), of: ada, behind: nil, limit: 9)
        #expect(hits.hits.contains { $0.message == .named("ada-asks-the-first") })
        let name = SecretHash(rawValue: "hash of the session of ada")
        #expect(try await storage.accounts.session(name)?.person == ada)
        #expect(try await storage.settings.settings()["streaming_rollout_percent"]?.value == "25")
        await storage.close()

        let settings = Storage.Settings(dataFolder: self.folder.file("data"))
        let found = try Storage.inspect(settings, thorough: true)
        #expect(found?.findings == [] && found?.messages == 5 && found?.version == Schema.current.version)
    }
}

/// Every row of every table, as text, by the columns that there are.
private struct Rows: Equatable {
    struct Table: Equatable {
        let columns: [String]
        let rows: [String]
    }

    var tables: [String: Table] = [:]

    /// The rows of all tables that are not the search index's; `like` asks for the tables and columns of another database.
    init(of database: Database, like other: Rows? = nil) throws {
        let sql = """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_words%' AND name NOT LIKE 'sqlite_%'
            """
        for name in try other?.tables.keys.sorted() ?? database.all(sql, read: { $0.text(0) }) {
            let columns =
                try other?.tables[name]?.columns
                ?? database.all("SELECT name FROM pragma_table_info('\(name)')") { $0.text(0) }
            let values = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ', ' || ")
            let rows = try database.all("SELECT \(values) FROM \"\(name)\" ORDER BY 1") { $0.text(0) }
            self.tables[name] = Table(columns: columns, rows: rows)
        }
    }
}

/// Everything that the schema is made of.
private func description(of database: Database) throws -> [String] {
    try database.all(
        "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1"
    ) {
        $0.text(0)
    }
}
