import TestSupport
import Testing

@testable import SQLite

@Suite struct `A transaction` {
    private struct Refused: Error {}

    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        self.folder = try TemporaryFolder()
        self.database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try self.database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT) STRICT")
    }

    private func insert(_ id: Int, _ text: String = "") throws {
        try self.database.run("INSERT INTO item (id, text) VALUES (?1, ?2)", id, text)
    }

    /// Does a step that is meant to fail.
    private func attempt(_ step: () throws -> Void) {
        #expect(throws: (any Error).self) { try self.database.savepoint(step) }
    }

    private var ids: [Int64] {
        get throws { try self.database.all("SELECT id FROM item ORDER BY id") { $0.integer(0) } }
    }

    @Test func `keeps everything when it ends well`() throws {
        try self.database.transaction {
            try self.insert(1)
            try self.insert(2)
        }

        #expect(try self.ids == [1, 2])
        #expect(!self.database.isInTransaction)
    }

    @Test func `keeps nothing when it throws`() throws {
        #expect(throws: Refused.self) {
            try self.database.transaction {
                try self.insert(1)
                throw Refused()
            }
        }

        #expect(try self.ids == [])
        #expect(!self.database.isInTransaction)
    }

    @Test func `takes the lock at its start`() throws {
        let other = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try other.execute("PRAGMA busy_timeout = 0")

        try self.database.transaction {
            #expect(throws: SQLiteError.self) { try other.run("INSERT INTO item (id) VALUES (1)") }
        }
    }

    @Test func `goes on after a step that failed`() throws {
        try self.database.transaction {
            try self.database.savepoint { try self.insert(1) }
            self.attempt {
                try self.insert(2)
                throw Refused()
            }
            self.attempt { try self.insert(1) }
            try self.database.savepoint { try self.insert(3) }
        }

        #expect(try self.ids == [1, 3])
    }

    @Test func `is over as a whole when a step fills the disk`() throws {
        try self.database.setPageLimit(try self.database.pageCount)

        #expect(throws: SQLiteError.self) {
            try self.database.transaction {
                try self.database.savepoint { try self.insert(1) }
                try self.database.savepoint { try self.insert(2, String(repeating: "x", count: 100_000)) }
            }
        }

        #expect(try self.ids == [])
        #expect(!self.database.isInTransaction)
    }

    @Test func `lets a snapshot see one state`() throws {
        try self.insert(1)
        let reader = try Database(path: self.folder.file("a.sqlite"), access: .reading)

        let counts = try reader.snapshot {
            let before = try reader.first("SELECT count(*) FROM item") { $0.integer(0) }
            try self.insert(2)
            return [before, try reader.first("SELECT count(*) FROM item") { $0.integer(0) }]
        }

        #expect(counts == [1, 1])
        #expect(try reader.first("SELECT count(*) FROM item") { $0.integer(0) } == 2)
    }
}
