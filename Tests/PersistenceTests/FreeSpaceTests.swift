import Chat
import Foundation
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `Room in the database's file` {
    private let folder: TemporaryFolder
    private let time = TestTime()

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private var size: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.folder.file("data/chat.sqlite"))
        return attributes?[.size] as? Int ?? 0
    }

    /// Ten thousand messages of a kilobyte in a conversation in the bin, beside one that stays.
    private func fill(_ storage: Storage, messages: Int = 10_000) async throws {
        try await storage.makeGuest(.ada)
        for name in ["old", "kept"] {
            let start = GenerationStart.sample(name, in: "talk-\(name)", text: "knee \(name)")
            _ = try await storage.generations.claim(start)
            _ = try await storage.replies.keep(.sample(of: start)) {}
        }
        let text = String(repeating: "word ", count: 200)
        for batch in 0..<(messages / 500) {
            try await storage.writeDirectly { database in
                let rows = MessageRows(database: database) { _, _ in }
                for index in 0..<500 {
                    let id = Message.ID.named("long-\(batch)-\(index)")
                    let message = Message(id: id, parent: nil, role: .user, parts: [.text(text)], createdAt: .sample)
                    try rows.insert(message, of: .ada, in: .named("talk-old"))
                }
            }
        }
    }

    @Test func `goes back to the disk in small steps after ten thousand messages are gone, while others write`()
        async throws
    {
        let metrics = Metrics()
        var settings = Storage.Settings(dataFolder: self.folder.file("data"))
        settings.spoolSize = 1 << 20
        let storage = try await Storage.open(settings, logger: .silent, metrics: metrics, time: self.time.source)
        try await self.fill(storage)
        try await storage.settleLog()
        let full = self.size
        #expect(full > 10 << 20)
        _ = try await storage.conversations.delete(.named("talk-old"), by: .ada, at: .sample)
        try await storage.conversations.emptyBin(of: .ada)
        #expect(self.size >= full)

        // Somebody goes on writing meanwhile, and is never made to wait for more than a step.
        let tidying = storage.tidying(on: .hurried(self.time))
        let writer = Task {
            for index in 0..<200 {
                let start = GenerationStart.sample("live\(index)", in: "talk-live")
                _ = try await storage.generations.claim(start)
                _ = try await storage.replies.keep(.sample(of: start)) {}
            }
        }
        try await tidying.round()
        try await writer.value
        try await tidying.round()
        try await storage.settleLog()

        let left = try await storage.read { try FreeSpace(of: $0) }
        #expect(left.free <= 2 * left.reserve)
        #expect(self.size < full / 6, "\(self.size) of \(full)")
        #expect(metrics.value(of: "shuren_database_free_bytes") == Double(left.bytes))
        #expect(metrics.counts(of: "shuren_database_given_back_bytes_total").first?.count ?? 0 > 1 << 20)
        #expect(try await storage.read { try $0.problems(thorough: true) } == [])
        let kept = try await storage.conversations.conversation(.named("talk-kept"), of: .ada, limit: 9)
        #expect(kept?.messages.count == 2)
        let live = try await storage.conversations.conversation(.named("talk-live"), of: .ada, limit: 500)
        #expect(live?.messages.count == 400)
        await storage.close()
    }

    /// Two thousand messages that are gone; the server ends after it.
    private func fillAndEmpty(_ settings: Storage.Settings) async throws {
        let storage = try await Storage.testing(self.folder)
        try await self.fill(storage, messages: 2000)
        _ = try await storage.conversations.delete(.named("talk-old"), by: .ada, at: .sample)
        try await storage.conversations.emptyBin(of: .ada)
        try await storage.tidying(on: .hurried(self.time)).round()
        #expect(throws: DataFolder.Failure.self) { _ = try Storage.pack(settings) { _, _ in } }
        await storage.close()
    }

    @Test func `is given back a mebibyte at a time, down to a reserve, and only when there is plenty`() {
        func space(_ pages: Int, _ free: Int, _ isGivable: Bool = true) -> FreeSpace {
            FreeSpace(pages: pages, free: free, pageSize: 4096, isGivable: isGivable)
        }
        #expect(!space(10_000, 1250).isPlenty && space(10_000, 1251).isPlenty)
        #expect(space(10_000, 9000).next == 256 && space(10_000, 700).next == 75 && space(10_000, 625).next == 0)
        #expect(space(100, 99).next == 0)
        #expect(!space(10_000, 9000, false).isPlenty && space(10_000, 9000, false).next == 0)
    }

    @Test func `of a file that cannot give it back is had by making the file anew`() async throws {
        try FileManager.default.createDirectory(atPath: self.folder.file("data"), withIntermediateDirectories: true)
        let path = self.folder.file("data/chat.sqlite")
        do {
            let old = try Database(path: path, access: .writing)
            // As the first versions made it.
            try old.execute("PRAGMA auto_vacuum = NONE; VACUUM")
            try Schema.current.prepare(old)
            #expect(try !old.givesRoomBack)
        }
        let settings = Storage.Settings(dataFolder: self.folder.file("data"))
        try await self.fillAndEmpty(settings)
        let before = self.size

        let packed = try Storage.pack(settings) { _, _ in }

        #expect(packed.before == before && packed.after == self.size && self.size < before / 6)
        #expect(packed.content.messages == 2 && packed.content.conversations == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: self.folder.file("data"))
        #expect(!names.contains { $0.contains("packing") })
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let again = try await Storage.testing(self.folder)
        #expect(again.epoch == 2)
        #expect(try await again.writeDirectly { try $0.givesRoomBack })
        #expect(
            try await again.conversations.conversation(.named("talk-kept"), of: .ada, limit: 9)?.messages.count == 2
        )
        await again.close()
    }

    @Test func `is not touched where there is no database, or one of somebody else`() throws {
        let settings = Storage.Settings(dataFolder: self.folder.file("data"))
        #expect(throws: PackingError.self) { _ = try Storage.pack(settings) { _, _ in } }
        try FileManager.default.createDirectory(atPath: self.folder.file("data"), withIntermediateDirectories: true)
        do {
            try Database(path: self.folder.file("data/chat.sqlite"), access: .writing).execute(
                "CREATE TABLE theirs (a)"
            )
        }
        #expect(throws: Schema.Failure.foreign(applicationID: 0)) { _ = try Storage.pack(settings) { _, _ in } }
    }
}

extension Storage {
    /// Returns when the log is in the file: a step that comes after the wish comes after the deed as well.
    fileprivate func settleLog() async throws {
        try await self.moveLog()
        try await self.writeDirectly { _ in }
    }
}
