import Accounts
import Chat
import Foundation
import Identifiers
import Observability
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `The storage` {
    private let folder: TemporaryFolder
    private let copy: TemporaryFolder
    private let log = Log()
    /// More than fits into what is free within the pages of a small database.
    private static let long = String(repeating: "word ", count: 4000)

    init() throws {
        self.folder = try TemporaryFolder()
        self.copy = try TemporaryFolder()
    }

    private func kill(_ storage: Storage) async throws -> Storage {
        // The files as they are now, without the end that a close would write.
        try await Storage.testing(copying: self.folder, to: self.copy, log: self.log)
    }

    @Test func `shows a conversation although what is noted about a reply is damaged`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample("one")
        _ = try await storage.generations.claim(start)
        _ = try await storage.replies.keep(.sample(of: start)) {}
        try await storage.writeDirectly { try $0.run("UPDATE generation SET prompt = '{'") }

        let reply = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.last

        #expect(reply?.state == .complete)
        #expect(reply?.provenance?.facts == [] && reply?.provenance?.finishReason == .stop)
        await storage.close()
    }

    @Test func `counts its runs`() async throws {
        for epoch in 1...3 {
            let storage = try await Storage.testing(self.folder)
            #expect(storage.epoch == epoch)
            await storage.close()
        }
    }

    @Test func `belongs to one owner`() async throws {
        let first = try await Storage.testing(self.folder)

        await #expect(throws: DataFolder.Failure.self) { _ = try await Storage.testing(self.folder) }
        await first.close()
    }

    @Test func `is readable by its owner alone`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        _ = try await storage.accounts.session(.init(rawValue: ""))
        try await storage.waitForSpool()

        for name in ["chat.sqlite", "chat.sqlite-wal", "chat.sqlite-shm", "lock", "spool/spool-0", "spool/spool-3"] {
            let path = self.folder.file("data/\(name)")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        await storage.close()
    }

    @Test func `ends as interrupted, with its checkpointed text, what a crash cut off`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let cut = GenerationStart.sample("cut", in: "talk-cut")
        let silent = GenerationStart.sample("silent", in: "talk-silent")
        let done = GenerationStart.sample("done", in: "talk-done")
        for start in [cut, silent, done] { _ = try await storage.generations.claim(start) }
        try await storage.generations.checkpoint([
            ReplyPart(generation: cut.reply, first: 1, events: [.text("Half a "), .text("sent")])
        ])
        _ = try await storage.replies.keep(.sample(of: done)) {}

        let later = try await self.kill(storage)

        func reply(_ start: GenerationStart) async throws -> Message? {
            try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.last
        }
        #expect(try await reply(cut)?.state == .interrupted)
        #expect(try await reply(cut)?.text == "Half a sent")
        #expect(try await reply(silent)?.state == .interrupted)
        #expect(try await reply(silent)?.text == "")
        #expect(try await reply(done)?.state == .complete)
        #expect(try await later.generations.events(of: cut.reply, from: 2) == [.text("sent"), .interrupted])
        #expect(try await later.generations.events(of: silent.reply, from: 1) == [.interrupted])
        #expect(try await later.generations.generation(answering: cut.message.id, of: .ada)?.lastEvent == 3)
        #expect(try await later.conversations.conversations(of: .ada, limit: 9).allSatisfy { !$0.isRunning })
        #expect(self.log.lines.contains { $0.contains("cut off") && $0.contains("\"2\"") })
        await later.close()
        await storage.close()
    }

    @Test func `starts over a checkpoint that is damaged, with what came before it`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample()
        _ = try await storage.generations.claim(start)
        for (index, text) in ["One ", "two ", "three"].enumerated() {
            let part = ReplyPart(generation: start.reply, first: index + 1, events: [.text(text)])
            try await storage.generations.checkpoint([part])
        }
        try await storage.writeDirectly { try $0.run("UPDATE reply_part SET events = '[\"tw' WHERE first = 2") }

        let later = try await self.kill(storage)

        let reply = try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.last
        #expect(reply?.text == "One ")
        #expect(reply?.state == .interrupted)
        #expect(try await later.generations.events(of: start.reply, from: 1) == [.text("One "), .interrupted])
        await later.close()
    }

    @Test func `takes what the spool holds before it calls anything interrupted`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample()
        _ = try await storage.generations.claim(start)
        try await storage.refuseWrites()
        let notCommitted = Mutex(true)
        let kept = try await storage.replies.keep(.sample(of: start, pieces: [Self.long])) {
            notCommitted.withLock { $0 = false }
        }
        #expect(kept == .spooled)

        let later = try await self.kill(storage)

        let messages = try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages
        #expect(messages?.last?.text == Self.long)
        #expect(messages?.last?.state == .complete)
        #expect(messages?.count == 2)
        #expect(later.replies.waitingCount == 0)
        #expect(notCommitted.withLock { $0 })
        await later.close()
    }

    @Test func `replaces an interrupted reply with the whole one when the spool comes back late`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample()
        _ = try await storage.generations.claim(start)
        try await storage.generations.checkpoint([
            ReplyPart(generation: start.reply, first: 1, events: [.text("Hel")])
        ])
        let later = try await self.kill(storage)

        #expect(
            try await later.replies.keep(.sample(of: start, pieces: ["Hel", "lo"], checkpointed: 1)) {} == .committed
        )

        let reply = try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.last
        #expect(reply?.text == "Hello")
        #expect(reply?.state == .complete)
        #expect(
            try await later.generations.events(of: start.reply, from: 1) == [
                .text("Hel"), .text("lo"), .last(of: .complete),
            ]
        )
        await later.close()
    }

    @Test func `saves from the background once the database takes writes again`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample()
        _ = try await storage.generations.claim(start)
        try await storage.refuseWrites()
        let committed = Latch()
        let reply = FinishedReply.sample(of: start, pieces: [Self.long])
        try #require(try await storage.replies.keep(reply, whenCommitted: committed.open) == .spooled)

        let service = Task { try await storage.run() }
        try await storage.allowWrites()
        await committed.wait()

        let saved = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages.last
        #expect(saved?.text == Self.long)
        service.cancel()
        await storage.close()
    }

    @Test func `refuses a damaged database after a crash, and leaves it alone`() async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        for number in 0..<50 { _ = try await storage.generations.claim(.sample("n\(number)")) }
        let path = self.folder.file("data/chat.sqlite")
        await storage.close()
        do {
            let database = try Database(path: path, access: .writing)
            try database.run("UPDATE run SET ended_at = NULL")
        }
        var bytes = try [UInt8](readingFile: path)
        for page in stride(from: 8 * 4096, to: bytes.count - 4096, by: 4096) {
            bytes.replaceSubrange(page..<page + 64, with: [UInt8](repeating: 0xA5, count: 64))
        }
        try bytes.write(to: path)

        await #expect(throws: (any Error).self) { _ = try await Storage.testing(self.folder) }
        #expect(try [UInt8](readingFile: path) == bytes)
    }

    @Test func `says that the spool shares the database's device`() async throws {
        let storage = try await Storage.testing(self.folder, log: self.log)

        #expect(self.log.lines.contains { $0.contains("same device") && $0.contains("SPOOL_DIR") })
        await storage.close()
    }
}

@Suite(.timeLimit(.minutes(20)), .serialized) struct `A full disk` {
    private let folder: TemporaryFolder
    private let spool: TemporaryFolder
    private let log = Log()
    private static let long = String(repeating: "word ", count: 2000)

    init() throws {
        self.folder = try TemporaryFolder()
        self.spool = try TemporaryFolder()
    }

    /// On a file system of its own that is really full, with 32 replies that end meanwhile.
    @Test func `sends replies to the spool elsewhere, and they are all there afterwards`() async throws {
        guard let disk = try SmallDisk(at: self.folder.file("data"), megabytes: 12) else {
            return print("skipped: this process may not mount a tmpfs")
        }
        let storage = try await Storage.testing(self.folder, log: self.log, spoolFolder: self.spool.path)
        try await storage.makeGuest(.ada)
        let starts = (0..<32).map { GenerationStart.sample("n\($0)", in: "talk-\($0)") }
        for start in starts { _ = try await storage.generations.claim(start) }
        try disk.fill()

        let text = Self.long
        var kept: [Kept] = []
        let commits = Mutex(0)
        for start in starts {
            kept.append(
                try await storage.replies.keep(.sample(of: start, pieces: [text])) { commits.withLock { $0 += 1 } }
            )
        }

        #expect(kept.contains(.spooled))
        #expect(self.log.lines.contains { $0.contains("full") })
        await #expect(throws: StoreError.self) {
            for number in 0..<200 {
                _ = try await storage.generations.claim(.sample("late\(number)", text: text))
            }
        }
        #expect(try await storage.conversations.conversations(of: .ada, limit: 99).count >= 32)

        try disk.makeRoom()
        let service = Task { try await storage.run() }
        while storage.replies.waitingCount > 0 { try await Task.sleep(for: .milliseconds(20)) }
        service.cancel()

        for start in starts {
            let messages = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)?
                .messages
            #expect(messages?.map(\.text) == [start.message.text, text])
            #expect(messages?.last?.state == .complete)
        }
        #expect(commits.withLock { $0 } == kept.count { $0 == .spooled })
        await storage.close()
        withExtendedLifetime(disk) {}
    }

    @Test func `is survived by a killed process, too`() async throws {
        let storage = try await Storage.testing(self.folder, log: self.log, spoolFolder: self.spool.path)
        try await storage.makeGuest(.ada)
        let starts = (0..<8).map { GenerationStart.sample("n\($0)", in: "talk-\($0)") }
        for start in starts { _ = try await storage.generations.claim(start) }
        try await storage.refuseWrites()
        for start in starts {
            #expect(try await storage.replies.keep(.sample(of: start, pieces: [Self.long])) {} == .spooled)
        }

        let copy = try TemporaryFolder()
        let later = try await Storage.testing(copying: self.folder, to: copy, spoolFolder: self.spool.path)

        for start in starts {
            let messages = try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages
            #expect(messages?.map(\.text) == [start.message.text, Self.long])
        }
        await later.close()
    }
}

extension Storage {
    /// Makes every write fail as on a full disk.
    func refuseWrites() async throws {
        try await self.writeDirectly { database in
            try database.run("CREATE TABLE IF NOT EXISTS filler (bytes BLOB)")
            // The limit never goes below what the file has; what is free within that is taken away, too.
            try database.setPageLimit(1)
        }
        var size = 1 << 16
        while size >= 1 {
            let bytes = [UInt8](repeating: 1, count: size)
            // It is meant to fail in the end.
            let fits = (try? await self.writeDirectly { try $0.run("INSERT INTO filler VALUES (?1)", bytes) }) != nil
            if !fits { size /= 2 }
        }
    }

    func allowWrites() async throws {
        try await self.writeDirectly { try $0.setPageLimit(1_000_000) }
    }

    func waitForSpool() async throws {
        let spool = self.spoolFolderForTests
        while !FileManager.default.fileExists(atPath: spool + "/spool-3") {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private var spoolFolderForTests: String {
        URL(fileURLWithPath: self.path).deletingLastPathComponent().path + "/spool"
    }
}

/// A small file system in memory that can be filled to its last byte.
private final class SmallDisk {
    private let path: String

    /// Mounts it; `nil` when this process may not.
    init?(at path: String, megabytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = "size=\(megabytes)m,mode=0700"
        guard try Self.run("/usr/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", path) else { return nil }
    }

    func fill() throws {
        try [UInt8]().write(to: self.path + "/filler")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: self.path + "/filler"))
        let block = Data(repeating: 1, count: 4096)
        // Ends when the disk is full, which is what it is for.
        while (try? file.write(contentsOf: block)) != nil {}
        try file.close()
    }

    func makeRoom() throws {
        try FileManager.default.removeItem(atPath: self.path + "/filler")
    }

    deinit {
        // Lazily, since a failed test leaves files open; there is nobody to tell when it does not work.
        _ = try? Self.run("/usr/bin/umount", "--lazy", self.path)
    }

    private static func run(_ command: String, _ arguments: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
