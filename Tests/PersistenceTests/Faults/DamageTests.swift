import Chat
import Foundation
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `A damaged database` {
    private let folder: TemporaryFolder
    private let copy: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
        self.copy = try TemporaryFolder()
    }

    @Test func `is left alone with its log at the start`() async throws {
        do {
            let first = try await Storage.testing(self.folder)
            try await first.makeGuest(.ada)
            for number in 0..<50 { _ = try await first.generations.claim(.sample("n\(number)")) }
            await first.close()
        }
        let storage = try await Storage.testing(self.folder)
        try await storage.writeDirectly { try $0.run("UPDATE conversation SET title = 'in the log'") }
        try FileManager.default.copyItem(atPath: self.folder.file("data"), toPath: self.copy.file("data"))
        await storage.close()
        let path = self.copy.file("data/chat.sqlite")
        var bytes = try [UInt8](readingFile: path)
        for page in stride(from: 8 * 4096, to: bytes.count - 4096, by: 4096) {
            bytes.replaceSubrange(page..<page + 64, with: [UInt8](repeating: 0xA5, count: 64))
        }
        try bytes.write(to: path)
        let log = try [UInt8](readingFile: path + "-wal")

        await #expect(throws: (any Error).self) { _ = try await Storage.testing(self.copy) }

        #expect(try [UInt8](readingFile: path) == bytes)
        #expect(try [UInt8](readingFile: path + "-wal") == log)
        #expect(!log.isEmpty)
    }

    @Test(arguments: [Fault.corrupt, .noDatabase]) func `is left alone with its log while it is used`(
        fault: Fault
    ) async throws {
        let disk = FaultyDisk(self.folder.path)
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        let path = self.folder.file("data/chat.sqlite")
        let bytes = try [UInt8](readingFile: path)
        let log = try [UInt8](readingFile: path + "-wal")
        disk.fail(fault, at: 1, .once)

        await #expect(throws: StoreError.self) { _ = try await storage.generations.claim(.sample()) }
        await storage.close()

        #expect(try [UInt8](readingFile: path) == bytes)
        #expect(try [UInt8](readingFile: path + "-wal") == log)
        #expect(!log.isEmpty)
    }

    @Test func `is not brought to a newer schema`() throws {
        let path = self.folder.file("data/chat.sqlite")
        try FileManager.default.createDirectory(atPath: self.folder.file("data"), withIntermediateDirectories: false)
        do {
            let database = try Database(path: path, access: .writing)
            try Schema(migrations: [Schema.current.migrations[0]]).prepare(database)
            // A run that did not end, so that the next start looks at the file.
            try database.run("INSERT INTO run (epoch, owner, started_at) VALUES (1, 'killed', 1)")
            for number in 0..<500 {
                let name = String(repeating: "name ", count: 50) + "\(number)"
                try database.run("INSERT INTO setting (name, value) VALUES (?1, 'x')", name)
            }
            try database.checkpoint(truncating: true)
        }
        var bytes = try [UInt8](readingFile: path)
        let last = bytes.count / 4096 * 4096 - 4096
        bytes.replaceSubrange(last..<last + 64, with: [UInt8](repeating: 0xA5, count: 64))
        try bytes.write(to: path)

        #expect(throws: Storage.Damage.self) { try self.open() }
        #expect(try [UInt8](readingFile: path) == bytes)
    }

    private func open() throws {
        let folder = try DataFolder(path: self.folder.file("data"))
        _ = try Storage.prepareDatabase(in: folder, at: .sample)
    }
}
