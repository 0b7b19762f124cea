import Accounts
import Chat
import Foundation
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `A restore` {
    private let folder: TemporaryFolder
    private let before = GenerationStart.sample("before", in: "talk-before")
    private let after = GenerationStart.sample("after", in: "talk-after")

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private var backup: String { self.folder.file("backup.sqlite") }

    private var settings: Storage.Settings {
        var settings = Storage.Settings(dataFolder: self.folder.file("data"))
        settings.spoolSize = 1 << 20
        return settings
    }

    /// Makes a backup between two replies.
    private func prepare() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        _ = try await storage.generations.claim(self.before)
        _ = try await storage.replies.keep(.sample(of: self.before)) {}
        _ = try await storage.backup(to: self.backup)
        _ = try await storage.generations.claim(self.after)
        _ = try await storage.replies.keep(.sample(of: self.after)) {}
        await storage.close()
    }

    private func texts(_ start: GenerationStart, in storage: Storage) async throws -> [String]? {
        try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.map(\.text)
    }

    @Test(arguments: [false, true])
    func `brings back what the backup has, and sessions only when asked to`(keepsSessions: Bool) async throws {
        try await self.prepare()

        let restored = try Storage.restore(self.backup, in: self.settings, keepsSessions: keepsSessions)

        #expect(restored.content.messages == 2)
        let storage = try await Storage.testing(self.folder)
        #expect(storage.epoch == 3)
        #expect(try await self.texts(self.before, in: storage) == [self.before.message.text, "Hello there"])
        #expect(try await self.texts(self.after, in: storage) == nil)
        let session = try await storage.accounts.session(.init(rawValue: "session of \(PersonID.ada)"))
        #expect((session != nil) == keepsSessions)
        await storage.close()
        let aside = try #require(restored.aside)
        #expect(try Inspection(of: Database(path: aside, access: .readingUnchanged), thorough: true).messages == 4)
    }

    @Test func `counts on from the larger epoch, whichever file has it`() async throws {
        try await self.prepare()
        for _ in 0..<3 { await (try await Storage.testing(self.folder)).close() }

        _ = try Storage.restore(self.backup, in: self.settings, keepsSessions: true)

        let storage = try await Storage.testing(self.folder)
        #expect(storage.epoch == 6)
        await storage.close()
    }

    @Test func `saves what waits in the spool, though the backup knows nothing of it`() async throws {
        try await self.prepare()
        let spool = Spool(self.settings.spool, random: SystemRandomNumberGenerator())
        let reply = FinishedReply.sample(of: self.after, pieces: ["From the spool"])
        _ = try await spool.append(reply.stored)
        await spool.close()

        _ = try Storage.restore(self.backup, in: self.settings, keepsSessions: false)

        let storage = try await Storage.testing(self.folder)
        #expect(try await self.texts(self.after, in: storage) == ["From the spool"])
        await storage.close()
    }

    @Test func `changes nothing when the backup is damaged, foreign or missing`() async throws {
        try await self.prepare()
        let present = try [UInt8](readingFile: self.folder.file("data/chat.sqlite"))
        let sound = try [UInt8](readingFile: self.backup)
        let text = Array("Hello there".utf8)
        let place = try #require(sound.indices.first { sound[$0...].starts(with: text) })
        var flipped = sound
        flipped[place] ^= 1
        for damaged in [flipped, Array(sound.prefix(sound.count / 2)), Array("no database".utf8), []] {
            try damaged.write(to: self.backup)
            #expect(throws: (any Error).self) {
                try Storage.restore(self.backup, in: self.settings, keepsSessions: false)
            }
        }
        #expect(throws: RestoreError.noSuchFile(path: "/nowhere")) {
            try Storage.restore("/nowhere", in: self.settings, keepsSessions: false)
        }

        #expect(try [UInt8](readingFile: self.folder.file("data/chat.sqlite")) == present)
        #expect(!FileManager.default.fileExists(atPath: self.folder.file("data/chat.sqlite.restoring")))
        let storage = try await Storage.testing(self.folder)
        #expect(try await self.texts(self.after, in: storage) == [self.after.message.text, "Hello there"])
        await storage.close()
    }

    @Test func `waits for no running server`() async throws {
        let storage = try await Storage.testing(self.folder)
        _ = try await storage.backup(to: self.backup)

        #expect(throws: DataFolder.Failure.self) {
            try Storage.restore(self.backup, in: self.settings, keepsSessions: false)
        }
        await storage.close()
    }

    @Test func `takes the place of a database that is damaged beyond opening`() async throws {
        try await self.prepare()
        try Array("no database at all, but long enough to be one".utf8).write(to: self.folder.file("data/chat.sqlite"))

        _ = try Storage.restore(self.backup, in: self.settings, keepsSessions: false)

        let storage = try await Storage.testing(self.folder)
        #expect(try await self.texts(self.before, in: storage) == [self.before.message.text, "Hello there"])
        await storage.close()
    }
}

@Suite(.timeLimit(.minutes(20))) struct `An inspection` {
    private let folder: TemporaryFolder
    private let settings: Storage.Settings

    init() throws {
        self.folder = try TemporaryFolder()
        var settings = Storage.Settings(dataFolder: self.folder.file("data"))
        settings.spoolSize = 1 << 20
        self.settings = settings
    }

    @Test func `finds nothing where nothing is, and makes nothing`() throws {
        #expect(try Storage.inspect(self.settings, thorough: true) == nil)
        #expect(try Storage.inspectSpool(self.settings) == nil)
        #expect(!FileManager.default.fileExists(atPath: self.settings.dataFolder))
    }

    @Test func `changes no byte of a folder that rests, and sees a flipped one in a text`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        _ = try await storage.generations.claim(.sample())
        _ = try await storage.replies.keep(.sample(of: .sample())) {}
        await storage.close()
        func everything() throws -> [String: [UInt8]] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: self.settings.dataFolder)
            return try names.reduce(into: [:]) { files, name in
                let path = self.settings.dataFolder + "/" + name
                let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
                if type == .typeRegular { files[name] = try [UInt8](readingFile: path) }
            }
        }
        let before = try everything()

        let found = try #require(try Storage.inspect(self.settings, thorough: true))
        #expect(found.findings.isEmpty && found.messages == 2 && found.version == Schema.current.version)
        #expect(try Storage.inspectSpool(self.settings) == SpoolInspection(waiting: 0, damagedStretches: 0))
        #expect(try everything() == before)

        var bytes = try #require(before["chat.sqlite"])
        let text = Array("Hello there".utf8)
        bytes[try #require(bytes.indices.first { bytes[$0...].starts(with: text) })] ^= 1
        try bytes.write(to: self.settings.dataFolder + "/chat.sqlite")
        #expect(try Storage.inspect(self.settings, thorough: true)?.findings.count == 1)
    }

    @Test func `looks beside a server that runs`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        _ = try await storage.generations.claim(.sample())

        #expect(try Storage.inspect(self.settings, thorough: false)?.messages == 2)
        await storage.close()
    }

    @Test func `reports what the slow round finds`() async throws {
        let log = Log()
        let storage = try await Storage.testing(self.folder, log: log)
        try await storage.makeGuest(.ada)
        for number in 0..<100 { _ = try await storage.generations.claim(.sample("n\(number)", in: "talk-\(number)")) }
        try await storage.writeDirectly { try $0.run("UPDATE message SET parts = '[]' WHERE id = 'ask-n42---------'") }
        let time = TestTime()
        let round = Task { await storage.scrub(on: time.source).round() }
        // 200 messages are four batches with three pauses between them.
        for waits in 1...3 {
            await time.waited(waits)
            time.advance(by: Scrub.pause)
        }
        await round.value

        #expect(log.lines.count { $0.contains("ask-n42") } == 1)
        await storage.close()
    }
}
