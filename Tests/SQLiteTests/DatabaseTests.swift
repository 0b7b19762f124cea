import TestSupport
import Testing

@testable import SQLite

@Suite struct `A database` {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        self.folder = try TemporaryFolder()
        self.database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try self.database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value ANY) STRICT")
    }

    @Test(arguments: [
        ("journal_mode", "wal"), ("synchronous", "2"), ("busy_timeout", "5000"), ("foreign_keys", "1"),
        ("trusted_schema", "0"), ("cell_size_check", "1"), ("journal_size_limit", "67108864"), ("query_only", "0"),
    ])
    func `writes with the settings that durability needs`(name: String, expected: String) throws {
        let setting = try self.database.first("PRAGMA \(name)") { $0.text(0) }

        #expect(setting == expected)
    }

    @Test func `refuses in defensive mode to have its schema edited by hand`() throws {
        #expect(throws: SQLiteError.self) {
            try self.database.execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema")
        }
    }

    @Test func `cannot be written through a reading connection`() throws {
        let reader = try Database(path: self.folder.file("a.sqlite"), access: .reading)

        let error = #expect(throws: SQLiteError.self) { try reader.run("INSERT INTO item (value) VALUES (1)") }
        #expect(error?.isReadOnly == true)
    }

    @Test func `does not make a missing file when it is only read`() throws {
        let error = #expect(throws: SQLiteError.self) {
            _ = try Database(path: self.folder.file("missing.sqlite"), access: .reading)
        }
        #expect(error?.isReadOnly == true)
        #expect(error?.subject == self.folder.file("missing.sqlite"))
    }

    @Test func `says that a file is no database`() throws {
        let path = self.folder.file("text.sqlite")
        try Array("This is no database, whatever its name says. Nobody should write into it.".utf8).write(to: path)

        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: path, access: .writing) }
        #expect(error?.isDamaged == true)
    }

    @Test(arguments: [
        Value.null, .integer(.min), .integer(.max), .real(-0.5), .text(""), .text("naïve 你好 🧑‍🚀 \0 end"), .blob([]),
        .blob([0, 255, 0]),
    ])
    func `gives back what was put in`(value: Value) throws {
        try self.database.run("INSERT INTO item (value) VALUES (?1)", value)

        let found = try self.database.first("SELECT value, typeof(value) FROM item") { row -> Value in
            switch row.text(1) {
            case "integer": .integer(row.integer(0))
            case "real": .real(row.real(0))
            case "text": .text(row.text(0))
            case "blob": .blob(row.blob(0))
            default: .null
            }
        }
        #expect(found == value)
    }

    @Test func `tells a missing value from an empty one`() throws {
        try self.database.run("INSERT INTO item (value) VALUES (?1), (?2)", nil, "")

        let values = try self.database.all("SELECT value FROM item ORDER BY id") { $0.optionalText(0) }
        #expect(values == [nil, ""])
    }

    @Test func `keeps a statement ready and clean for the next`() throws {
        for number in 0..<3 { try self.database.run("INSERT INTO item (value) VALUES (?1)", number) }
        do {
            var abandoned = try self.database.prepare("SELECT value FROM item ORDER BY id")
            _ = try abandoned.step()
        }

        var statement = try self.database.prepare("SELECT value FROM item ORDER BY id")
        _ = try statement.step()
        #expect(statement.integer(0) == 0)
    }

    @Test func `runs the same statement within itself`() throws {
        for number in 0..<3 { try self.database.run("INSERT INTO item (value) VALUES (?1)", number) }

        let pairs = try self.database.all("SELECT value FROM item") { _ in
            try self.database.all("SELECT value FROM item") { $0.integer(0) }.count
        }
        #expect(pairs == [3, 3, 3])
    }

    @Test func `counts the rows it changed`() throws {
        for number in 0..<5 { try self.database.run("INSERT INTO item (value) VALUES (?1)", number) }

        try self.database.run("UPDATE item SET value = 9 WHERE value > ?1", 2)

        #expect(self.database.changedRows == 2)
    }

    @Test func `keeps statements alive that outlast it`() throws {
        var statement = try Database(path: self.folder.file("b.sqlite"), access: .writing).prepare("SELECT 7")

        _ = try statement.step()

        #expect(statement.integer(0) == 7)
    }

    @Test func `can be copied while it is open`() throws {
        for number in 0..<100 { try self.database.run("INSERT INTO item (value) VALUES (?1)", number) }

        try self.database.copy(to: self.folder.file("copy.sqlite"))

        let copy = try Database(path: self.folder.file("copy.sqlite"), access: .reading)
        #expect(try copy.first("SELECT count(*) FROM item") { $0.integer(0) } == 100)
        #expect(try copy.problems(thorough: true) == [])
    }

    @Test func `knows its application and its version`() throws {
        try self.database.setApplicationID(0x5348_5552)
        try self.database.setUserVersion(3)

        let reader = try Database(path: self.folder.file("a.sqlite"), access: .reading)
        #expect(try reader.applicationID == 0x5348_5552)
        #expect(try reader.userVersion == 3)
    }

    @Test func `moves its log into the file`() throws {
        try self.database.run("INSERT INTO item (value) VALUES (1)")

        #expect(try self.database.checkpoint(truncating: true))
        #expect(try Array(readingFile: self.folder.file("a.sqlite-wal")).isEmpty)
    }
}

@Suite struct `An error of SQLite` {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        self.folder = try TemporaryFolder()
        self.database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try self.database.execute("CREATE TABLE item (id TEXT PRIMARY KEY, parent TEXT REFERENCES item(id)) STRICT")
    }

    @Test func `says that a key exists already`() throws {
        try self.database.run("INSERT INTO item (id) VALUES ('a')")

        let error = #expect(throws: SQLiteError.self) { try self.database.run("INSERT INTO item (id) VALUES ('a')") }
        #expect(error?.isAlreadyThere == true)
        #expect(error?.isConstraint == true)
        #expect(error?.subject == "INSERT INTO item (id) VALUES ('a')")
    }

    @Test func `tells a missing parent from a taken key`() throws {
        let error = #expect(throws: SQLiteError.self) {
            try self.database.run("INSERT INTO item (id, parent) VALUES ('a', 'nobody')")
        }
        #expect(error?.isConstraint == true)
        #expect(error?.isAlreadyThere == false)
    }

    @Test func `says that somebody else is writing`() throws {
        let other = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try other.execute("PRAGMA busy_timeout = 0")

        try self.database.transaction {
            let error = #expect(throws: SQLiteError.self) { try other.transaction {} }
            #expect(error?.isBusy == true)
        }
    }

    @Test func `says that there is no room`() throws {
        try self.database.setPageLimit(try self.database.pageCount)

        let error = #expect(throws: SQLiteError.self) {
            try self.database.transaction {
                for number in 0..<1000 { try self.database.run("INSERT INTO item (id) VALUES (?1)", "item \(number)") }
            }
        }
        #expect(error?.isFull == true)
        #expect(!self.database.isInTransaction)
        #expect(try self.database.first("SELECT count(*) FROM item") { $0.integer(0) } == 0)
    }

    @Test func `never shows the values`() throws {
        try self.database.run("INSERT INTO item (id) VALUES (?1)", "secret")

        let error = #expect(throws: SQLiteError.self) {
            try self.database.run("INSERT INTO item (id) VALUES (?1)", "secret")
        }
        #expect(error.map { "\($0)".contains("secret") } == false)
    }
}
