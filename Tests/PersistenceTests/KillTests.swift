import Chat
import Foundation
import Glibc
import Identifiers
import Observability
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20)), .serialized) struct `A killed process` {
    /// A process of its own saves replies as fast as it can and is killed in the middle of it.
    @Test(arguments: [1, 7, 40, 120, 300])
    func `loses nothing that it acknowledged, and doubles nothing`(replies: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path

        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, replies = replies as Int] in
            try await saveUntilKilled(in: path, after: replies)
        }

        let acknowledged = Set(
            String(decoding: try [UInt8](readingFile: path + "/acks"), as: UTF8.self).split(separator: "\n")
        )
        let log = Log()
        let storage = try await Storage.testing(folder, log: log)
        let states = try await storage.states()
        #expect(acknowledged.count >= replies)
        #expect(storage.epoch == 2)
        for name in acknowledged {
            let conversation = Conversation.ID.named("talk-\(name)")
            let messages = try await storage.conversations.conversation(conversation, of: .ada, limit: 9)?.messages
            #expect(messages?.map(\.text) == ["Question \(name)?", "Answer \(name)"])
            #expect(messages?.last?.state == .complete)
        }
        #expect(Set(states.keys).isSubset(of: ["complete", "interrupted"]))
        #expect(states["complete", default: 0] >= acknowledged.count)
        await storage.close()
    }

    @Test func `keeps a second one out only while it lives`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let first = try await Storage.testing(folder)

        await #expect(processExitsWith: .success) { [path = path as String] in
            do {
                _ = try DataFolder(path: path + "/data")
                exit(EXIT_FAILURE)
            } catch DataFolder.Failure.inUse {
                exit(EXIT_SUCCESS)
            }
        }
        await first.close()
    }
}

/// Saves replies in four tasks at once, writing down each that was acknowledged; dies in the middle of it.
private func saveUntilKilled(in path: String, after replies: Int) async throws {
    var settings = Storage.Settings(dataFolder: path + "/data")
    settings.spoolSize = 1 << 20
    let storage = try await Storage.open(settings, logger: .silent, metrics: Metrics())
    try await storage.makeGuest(.ada)
    let acks = unsafe open(path + "/acks", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let countdown = Countdown(replies)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
            group.addTask {
                for number in 0... {
                    let name = "\(worker)-\(number)"
                    let start = GenerationStart.sample(name, in: "talk-\(name)")
                    _ = try await storage.generations.claim(start)
                    _ = try await storage.replies.keep(.sample(of: start, pieces: ["Answer \(name)"])) {}
                    let line = Array("\(name)\n".utf8)
                    _ = unsafe write(acks, line, line.count)
                    if countdown.isOver() { kill(getpid(), SIGKILL) }
                }
            }
        }
        try await group.waitForAll()
    }
}

extension Storage {
    /// How many generations are in which state.
    fileprivate func states() async throws -> [String: Int] {
        let readers = Readers(path: self.path, count: 1)
        let pairs = try await readers.read { database in
            try database.all("SELECT state, count(*) FROM generation GROUP BY state") { row in
                (state: row.text(0), count: Int(row.integer(1)))
            }
        }
        await readers.close()
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0.state, $0.count) })
    }
}

/// Says once that so many have passed.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        self.left = Mutex(count)
    }

    func isOver() -> Bool {
        self.left.withLock { left in
            left -= 1
            return left == 0
        }
    }
}
