import Chat
import Foundation
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `A backup` {
    private let folder: TemporaryFolder
    private let storage: Storage

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
    }

    @Test func `opens as a store of its own, with everything that was committed`() async throws {
        let starts = (0..<20).map { GenerationStart.sample("n\($0)", in: "talk-\($0)") }
        for start in starts {
            _ = try await self.storage.generations.claim(start)
            _ = try await self.storage.replies.keep(.sample(of: start)) {}
        }
        let restored = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: restored.file("data"), withIntermediateDirectories: false)

        let copied = try await self.storage.backup(to: restored.file("data/chat.sqlite"))

        #expect(copied.messages == 40 && copied.conversations == 20)

        let later = try await Storage.testing(restored)
        for start in starts {
            let messages = try await later.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages
            #expect(messages?.map(\.text) == [start.message.text, "Hello there"])
        }
        await later.close()
    }

    @Test func `can be made while others write, and is one state`() async throws {
        let storage = self.storage
        let path = self.folder.file("copy.sqlite")

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<200 {
                    let start = GenerationStart.sample("n\(number)", in: "talk-\(number)")
                    _ = try await storage.generations.claim(start)
                }
            }
            group.addTask { for _ in 0..<5 { _ = try await storage.backup(to: path) } }
            try await group.waitForAll()
        }

        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }

    @Test func `leaves nothing behind when it cannot be made`() async throws {
        let path = self.folder.file("missing/copy.sqlite")

        await #expect(throws: BackupError.self) { _ = try await self.storage.backup(to: path) }
    }

    @Test func `is refused when it would take the place of the database itself`() async throws {
        let path = self.storage.path
        let link = self.folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)

        for name in [path, path + "-wal", link] {
            await #expect(throws: BackupError.wouldOverwrite(path: name)) {
                _ = try await self.storage.backup(to: name)
            }
        }
    }
}
