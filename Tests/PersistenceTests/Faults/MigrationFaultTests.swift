import Glibc
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(30)), .serialized) struct `A migration that fails or is killed` {
    private static let older = Schema(migrations: [firstMigration])
    private static let newer = Schema(migrations: [firstMigration, secondMigration])

    private static let firstMigration = """
        CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
        CREATE TABLE note (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item (id)) STRICT;
        """
    private static let secondMigration = """
        ALTER TABLE item ADD COLUMN length INTEGER NOT NULL DEFAULT 0;
        UPDATE item SET length = length(text);
        CREATE INDEX item_length ON item (length);
        """
    private static let rows = 200

    /// `any` for good leaves the files as a kill before that operation does.
    private static let faults = Fault.isLong ? Fault.tried : Fault.tried + [.any]

    @Test(arguments: faults, Fault.Length.allCases)
    func `leaves the file at the old or at the new version, whole`(fault: Fault, length: Fault.Length) async throws {
        let older = try Self.makeOlder()
        var number = 1
        var runs = 1
        while try Self.migrate(older, failing: fault, at: number, length) {
            number += Fault.step
            runs += 1
            await Task.yield()  // the other tests have the same threads
        }

        print("migrations: \(fault) \(length): \(runs) runs")
    }

    private static func migrate(
        _ older: [UInt8],
        failing fault: Fault,
        at number: Int,
        _ length: Fault.Length
    ) throws -> Bool {
        let folder = try TemporaryFolder()
        let path = folder.file("a.sqlite")
        try older.write(to: path)
        let disk = FaultyDisk(folder.path)
        disk.fail(fault, at: number, length)
        var isThrough = false
        do {
            let database = try Database(path: path, access: .writing)
            try Self.newer.prepare(database, copyBeforeChange: path)
            isThrough = true
        } catch {
            #expect(error is SQLiteError, "\(fault) \(length) at \(number)")
        }
        let wasHit = disk.failures > 0
        disk.heal()
        try Self.check(path, mustBeNew: isThrough, "\(fault) \(length) at \(number)")
        return wasHit
    }

    /// A process of its own is killed before its Nth operation on the file.
    @Test func `is survived when its process is killed at any step`() async throws {
        let step = Fault.isLong ? 1 : 40
        var number = 1
        var runs = 0
        while try await Self.migrateInOtherProcess(killedAt: number) {
            number += step
            runs += 1
        }

        print("migrations: KILL: \(runs) runs")
    }

    private static func migrateInOtherProcess(killedAt number: Int) async throws -> Bool {
        let folder = try TemporaryFolder()
        let path = folder.file("a.sqlite")
        try Self.makeOlder().write(to: path)
        let result = await #expect(processExitsWith: .failure) { [path = path as String, number = number as Int] in
            let disk = FaultyDisk(path)
            disk.fail(.kill, at: number, .once)
            let database = try Database(path: path, access: .writing)
            try Self.newer.prepare(database, copyBeforeChange: path)
            // Not killed, so there was no Nth operation; a failure to the one who waits, told apart by its number.
            exit(3)
        }
        let isKilled = result?.exitStatus == .signal(SIGKILL)
        #expect(isKilled || result?.exitStatus == .exitCode(3))
        try Self.check(path, mustBeNew: !isKilled, "killed at \(number)")
        return isKilled
    }

    /// A file of the older version with rows in it.
    private static func makeOlder() throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = folder.file("a.sqlite")
        do {
            let database = try Database(path: path, access: .writing)
            try Self.older.prepare(database)
            try database.transaction {
                for id in 0..<Self.rows {
                    try database.run("INSERT INTO item VALUES (?1, ?2)", id, String(repeating: "x", count: id))
                    try database.run("INSERT INTO note VALUES (?1, ?1)", id)
                }
            }
        }
        return try [UInt8](readingFile: path)
    }

    /// The file is whole at either version, and the next try brings it to the new one.
    private static func check(_ path: String, mustBeNew: Bool, _ fault: Comment) throws {
        let database = try Database(path: path, access: .writing)
        let version = try database.userVersion
        let columns = try database.all("PRAGMA table_info(item)") { $0.text(1) }
        #expect(version == 2 || (version == 1 && !mustBeNew), fault)
        #expect(columns == (version == 2 ? ["id", "text", "length"] : ["id", "text"]), fault)

        try Self.newer.prepare(database, copyBeforeChange: path)

        let sum = try database.first("SELECT sum(length), count(*) FROM item") { [$0.integer(0), $0.integer(1)] }
        #expect(try database.userVersion == 2, fault)
        #expect(sum == [Int64(Self.rows * (Self.rows - 1) / 2), Int64(Self.rows)], fault)
        #expect(try database.problems(thorough: true).isEmpty, fault)
        #expect(try database.brokenReferences() == 0, fault)
    }
}
