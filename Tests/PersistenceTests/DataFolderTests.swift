import Foundation
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite struct `A data folder` {
    private let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func `is made when it is missing, for its owner alone`() throws {
        let data = try DataFolder(path: self.folder.file("a/b/data"))

        let mode = try FileManager.default.attributesOfItem(atPath: data.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func `refuses a second owner and names the first`() throws {
        let first = try DataFolder(path: self.folder.path)

        let error = #expect(throws: DataFolder.Failure.self) { _ = try DataFolder(path: self.folder.path) }
        #expect(error == .inUse(path: self.folder.path, process: "\(ProcessInfo.processInfo.processIdentifier)"))
        #expect(error?.description.contains("in use by process") == true)
        withExtendedLifetime(first) {}
    }

    @Test func `is free again when its owner is gone`() throws {
        do { _ = try DataFolder(path: self.folder.path) }

        _ = try DataFolder(path: self.folder.path)
    }

    @Test func `refuses a second process`() throws {
        let first = try DataFolder(path: self.folder.path)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        other.arguments = ["--nonblock", "--conflict-exit-code", "9", self.folder.file("lock"), "true"]

        try other.run()
        other.waitUntilExit()

        #expect(other.terminationStatus == 9)
        withExtendedLifetime(first) {}
    }

    @Test func `says why it cannot be made`() throws {
        try [UInt8]("no folder".utf8).write(to: self.folder.file("file"))

        let error = #expect(throws: DataFolder.Failure.self) {
            _ = try DataFolder(path: self.folder.file("file/data"))
        }
        #expect(error?.description.contains("DATA_DIR") == true)
    }
}

@Suite struct `The schema` {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        self.folder = try TemporaryFolder()
        self.database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
    }

    @Test func `is made in an empty file, and once`() throws {
        try Schema.current.prepare(self.database)
        try Schema.current.prepare(self.database)

        #expect(try self.database.applicationID == Schema.applicationID)
        #expect(try self.database.userVersion == Schema.current.version)
        #expect(try self.database.problems(thorough: true) == [])
    }

    @Test func `refuses a newer file and leaves it alone`() throws {
        try Schema.current.prepare(self.database)
        try self.database.setUserVersion(Schema.current.version + 3)
        let before = try [UInt8](readingFile: self.folder.file("a.sqlite"))

        let error = #expect(throws: Schema.Failure.self) { try Schema.current.prepare(self.database) }

        #expect(error == .newer(found: Schema.current.version + 3, known: Schema.current.version))
        #expect(error?.description.contains("newer Shuren") == true)
        #expect(try [UInt8](readingFile: self.folder.file("a.sqlite")) == before)
    }

    @Test func `refuses another program's file`() throws {
        try self.database.setApplicationID(17)

        let error = #expect(throws: Schema.Failure.self) { try Schema.current.prepare(self.database) }
        #expect(error == .foreign(applicationID: 17))
    }

    @Test func `refuses a file with tables that are not ours`() throws {
        try self.database.execute("CREATE TABLE theirs (a)")

        #expect(throws: Schema.Failure.self) { try Schema.current.prepare(self.database) }
    }

    @Test func `changes an older file as a whole or not at all, and lays a copy beside it`() throws {
        let first = Schema(migrations: ["CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)"])
        try first.prepare(self.database)
        let broken = Schema(migrations: first.migrations + ["CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (y)"])
        let path = self.folder.file("a.sqlite")

        #expect(throws: SQLiteError.self) { try broken.prepare(self.database, copyBeforeChange: path) }

        #expect(try self.database.userVersion == 1)
        #expect(try self.database.all("SELECT name FROM sqlite_schema") { $0.text(0) } == ["a"])
        let copy = try Database(path: path + ".before-version-2", access: .reading)
        #expect(try copy.first("SELECT x FROM a") { $0.integer(0) } == 1)
    }

    @Test func `turns down a migration that leaves loose ends`() throws {
        let schema = Schema(migrations: [
            """
            CREATE TABLE a (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED) STRICT;
            INSERT INTO a VALUES (1, 2);
            """
        ])

        let error = #expect(throws: Schema.Failure.self) { try schema.prepare(self.database) }
        #expect(error == .broken(version: 1))
        #expect(try self.database.userVersion == 0)
    }
}
