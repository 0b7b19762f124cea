import Accounts
import Chat
import Checkup
import Foundation
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `A proof of a restore` {
    private let folder: TemporaryFolder
    private let start = GenerationStart.sample("before", in: "talk-before")

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private var settings: Storage.Settings {
        var settings = Storage.Settings(dataFolder: self.folder.file("data"))
        settings.spoolSize = 1 << 20
        return settings
    }

    private var database: String { self.folder.file("data") + "/chat.sqlite" }

    /// A folder with a reply in it, and its server.
    private func prepare() async throws -> Storage {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        _ = try await storage.generations.claim(self.start)
        _ = try await storage.replies.keep(.sample(of: self.start)) {}
        return storage
    }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: self.folder.file("data")))
    }

    @Test func `compares everything beside a running server, keeps that it did, and leaves nothing behind`()
        async throws
    {
        let storage = try await self.prepare()
        let before = try self.names()
        var steps: [ProofProgress.Step] = []

        let proved = try Storage.proveRestore(self.settings) { progress in
            #expect((0...1).contains(progress.share))
            if steps.last != progress.step { steps.append(progress.step) }
        }

        #expect(proved.conversations == 1 && proved.messages == 2)
        #expect(proved.tables > 15 && proved.rows > 6 && proved.bytes > 0)
        #expect(steps == ProofProgress.Step.allCases)
        #expect(try self.names().subtracting(before) == ["proved-restore.json"])
        let last = try #require(ProvedRestores(inFolder: self.settings.dataFolder).last)
        #expect(last.at == proved.at && last.messages == 2 && last.rows == proved.rows)
        // Nobody's data has anything more in it, and the server goes on.
        #expect(try Storage.inspect(self.settings, thorough: true)?.conversations == 1)
        _ = try await storage.generations.claim(.sample("after", in: "talk-before"))
        await storage.close()
    }

    @Test func `works where no server runs, and again over what a cut-off one left behind`() async throws {
        await (try await self.prepare()).close()
        let left = self.settings.dataFolder + "/proof/restored"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        for name in ["/proof/backup.sqlite", "/proof/restored/chat.sqlite", "/proof/restored/chat.sqlite-wal"] {
            try Data("left".utf8).write(to: URL(filePath: self.settings.dataFolder + name))
        }

        let proved = try Storage.proveRestore(self.settings)

        #expect(proved.messages == 2)
        #expect(!FileManager.default.fileExists(atPath: self.settings.dataFolder + "/proof"))
    }

    @Test func `runs once at a time`() async throws {
        await (try await self.prepare()).close()
        try Folder.make(self.settings.dataFolder + "/proof")
        let lock = try File(path: self.settings.dataFolder + "/proof/lock")
        #expect(try lock.tryLock())
        #expect(throws: ProofError.inProgress) { try Storage.proveRestore(self.settings) }
        #expect(ProvedRestores(inFolder: self.settings.dataFolder).last == nil)
    }

    @Test func `says what it cannot prove`() async throws {
        #expect(throws: ProofError.noDatabase(path: self.database)) { try Storage.proveRestore(self.settings) }
        await (try await self.prepare()).close()
        do {
            // As if a bit had flipped in a text, which SQLite itself does not see.
            let database = try Database(path: self.database, access: .writing)
            try database.run("UPDATE message SET parts = replace(parts, 'Hello', 'Jello')")
        }
        let error = #expect(throws: ProofError.self) { try Storage.proveRestore(self.settings) }
        #expect(error?.description.contains("1 messages is not what was written") == true)
        #expect(ProvedRestores(inFolder: self.settings.dataFolder).last == nil)
        #expect(!FileManager.default.fileExists(atPath: self.settings.dataFolder + "/proof/backup.sqlite"))
    }

    /// A digest is the same for the same rows, and another for any other rows.
    @Test(arguments: Seeds.all)
    func `sees any difference between two tables`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let values: [Value] = [
            .null, .integer(1), .real(1), .text("1"), .blob([0x31]), .text(""), .blob([]), .integer(-1), .text("a b"),
        ]
        func row() -> [Value] {
            [values.randomElement(using: &generator) ?? .null, values.randomElement(using: &generator) ?? .null]
        }
        var rows = (0..<Int.random(in: 1...20, using: &generator)).map { _ in row() }
        func digest(_ rows: [[Value]], _ name: String) throws -> TableDigest? {
            let path = self.folder.file(name)
            let database = try Database(path: path, access: .writing)
            try database.execute("CREATE TABLE some (a, b)")
            for row in rows { try database.run("INSERT INTO some VALUES (?1, ?2)", row[0], row[1]) }
            return try TableDigest.all(in: database) { _ in }["some"]
        }
        let first = try digest(rows, "one.sqlite")
        #expect(try digest(rows, "same.sqlite") == first)
        let (place, column) = (
            rows.indices.randomElement(using: &generator) ?? 0, Int.random(in: 0...1, using: &generator)
        )
        let other = values.filter { $0 != rows[place][column] }.randomElement(using: &generator) ?? .null
        rows[place][column] = other
        #expect(try digest(rows, "other.sqlite") != first)
    }
}
