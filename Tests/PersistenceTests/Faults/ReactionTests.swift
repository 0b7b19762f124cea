import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

/// What the storage does about each code of SQLite; Docs/Faults.md gives the reasons.
private struct Reaction: Sendable, CustomTestStringConvertible {
    /// What becomes of the connection that writes.
    enum Connection: Sendable {
        case kept
        /// Closed and opened anew, so that nothing is tried again on it.
        case reopened
        /// Nothing is written any more until the next start.
        case givenUp
    }

    let fault: Fault
    let length: Fault.Length
    let kept: Kept
    let connection: Connection
    /// Not where the fault meets what reading needs as well: a lock, a new connection, memory.
    var readersGoOn = true

    var testDescription: String { "\(self.fault) \(self.length)" }

    static let all = [
        Reaction(fault: .busy, length: .forGood, kept: .spooled, connection: .kept, readersGoOn: false),
        Reaction(fault: .full, length: .once, kept: .spooled, connection: .kept),
        Reaction(fault: .full, length: .forGood, kept: .spooled, connection: .kept),
        Reaction(fault: .write, length: .once, kept: .spooled, connection: .reopened),
        Reaction(fault: .write, length: .forGood, kept: .spooled, connection: .reopened),
        Reaction(fault: .sync, length: .once, kept: .spooled, connection: .reopened),
        Reaction(fault: .sync, length: .forGood, kept: .spooled, connection: .givenUp),
        Reaction(fault: .readOnly, length: .once, kept: .spooled, connection: .reopened),
        Reaction(fault: .readOnly, length: .forGood, kept: .spooled, connection: .reopened),
        Reaction(fault: .cannotOpen, length: .once, kept: .committed, connection: .kept, readersGoOn: false),
        Reaction(fault: .corrupt, length: .once, kept: .spooled, connection: .givenUp),
        Reaction(fault: .noDatabase, length: .once, kept: .spooled, connection: .givenUp),
        Reaction(fault: .outOfMemory, length: .once, kept: .spooled, connection: .kept),
        Reaction(fault: .outOfMemory, length: .forGood, kept: .spooled, connection: .kept, readersGoOn: false),
    ]
}

@Suite(.timeLimit(.minutes(20))) struct `What the storage does about an error of the disk` {
    private let folder: TemporaryFolder
    private let disk: FaultyDisk
    private let log = Log()
    private let time = TestTime()
    private let first = GenerationStart.sample("first", in: "talk-first")
    private let second = GenerationStart.sample("second", in: "talk-second")

    init() throws {
        self.folder = try TemporaryFolder()
        self.disk = FaultyDisk(self.folder.path)
    }

    @Test(arguments: Reaction.all)
    private func `follows from its code, and the replies are there in the end`(reaction: Reaction) async throws {
        let storage = try await self.openStorage()
        try await storage.makeGuest(.ada)
        for start in [self.first, self.second] { _ = try await storage.generations.claim(start) }
        _ = try await storage.conversations.conversations(of: .ada, limit: 9)

        self.disk.fail(reaction.fault, at: 1, reaction.length)
        #expect(try await storage.replies.keep(.sample(of: self.first)) {} == reaction.kept)
        let kept = try await storage.replies.keep(.sample(of: self.second)) {}

        #expect(kept == (reaction.length == .forGood || reaction.connection == .givenUp ? .spooled : .committed))
        #expect(self.log.lines.contains { $0.contains("opened anew") } == self.isReopened(reaction))
        #expect(self.log.lines.contains { $0.contains("Nothing is written") } == (reaction.connection == .givenUp))
        #expect((storage.unreadiness == nil) == (reaction.kept == .committed))
        if reaction.readersGoOn {
            #expect(try await storage.conversations.conversations(of: .ada, limit: 9).count == 2)
        }
        self.disk.heal()
        if reaction.connection != .givenUp {
            await storage.saveWhatWaits(self.time)
            #expect(storage.unreadiness == nil)
            try await self.checkReplies(in: storage)
        }
        await storage.close()
        try await self.checkAfterRestart()
    }

    /// One failed sync has the connection opened anew before the second makes an end.
    private func isReopened(_ reaction: Reaction) -> Bool {
        reaction.connection == .reopened || reaction.fault.code == Fault.sync.code
    }

    private func checkAfterRestart() async throws {
        // The lock goes with the last reference to the storage, which the test's own scope may hold a little longer.
        let copy = try TemporaryFolder()
        let later = try await Storage.testing(copying: self.folder, to: copy)
        try await self.checkReplies(in: later)
        await later.close()
    }

    private func checkReplies(in storage: Storage) async throws {
        for start in [self.first, self.second] {
            let found = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)
            #expect(found?.messages.map(\.id) == [start.message.id, start.reply])
            #expect(found?.messages.last?.text == "Hello there")
            #expect(found?.messages.last?.state == .complete)
        }
    }

    private func openStorage() async throws -> Storage {
        try await Storage.testing(self.folder, log: self.log, time: self.time.source)
    }

    /// CONSTRAINT: the row is there already, which is what was wanted.
    @Test func `takes a reply that is there already for saved`() async throws {
        let storage = try await self.openStorage()
        try await storage.makeGuest(.ada)
        _ = try await storage.generations.claim(self.first)

        for _ in 0..<3 { #expect(try await storage.replies.keep(.sample(of: self.first)) {} == .committed) }

        let found = try await storage.conversations.conversation(self.first.conversation, of: .ada, limit: 9)
        #expect(found?.messages.map(\.id) == [self.first.message.id, self.first.reply])
        await storage.close()
    }
}

@Suite(.timeLimit(.minutes(20))) struct `The writer on a failing disk` {
    private let folder: TemporaryFolder
    private let disk: FaultyDisk
    private let log = Log()
    private var path: String { self.folder.file("a.sqlite") }

    init() throws {
        self.folder = try TemporaryFolder()
        self.disk = FaultyDisk(self.folder.path)
        let database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT) STRICT")
        for id in 0..<1000 { try database.run("INSERT INTO item VALUES (?1, 'text')", id) }
    }

    private func makeWriter() -> Writer {
        Writer(path: self.path, logger: self.log.logger, metrics: Metrics(), time: .system)
    }

    @Test func `looks at the file after the device failed, and writes no more into a damaged one`() async throws {
        let writer = self.makeWriter()
        try await writer.write { try $0.run("INSERT INTO item VALUES (2000, 'text')") }
        self.disk.fail(.write, at: 1, .once)
        await #expect(throws: StoreError.self) { try await writer.write { try $0.run("DELETE FROM item") } }
        #expect(writer.refusalReason == nil)
        var bytes = try [UInt8](readingFile: self.path)
        bytes.replaceSubrange(8192..<8256, with: [UInt8](repeating: 0xA5, count: 64))
        try bytes.write(to: self.path)

        await #expect(throws: StoreError.self) {
            try await writer.write { try $0.run("INSERT INTO item VALUES (2001, 'text')") }
        }

        #expect(writer.refusalReason?.contains("damaged") == true)
        await writer.close()
        #expect(try [UInt8](readingFile: self.path) == bytes)
    }

    @Test func `opens the file anew after a checkpoint that could not sync`() async throws {
        let writer = self.makeWriter()
        // The first commit writes the log's beginning and syncs it for itself.
        try await writer.write { try $0.run("INSERT INTO item VALUES (3000, 'text')") }
        let text = String(repeating: "x", count: 8 << 20)
        // The first sync is the commit's; what follows are those of the checkpoint that so long a log asks for.
        self.disk.fail(.sync, at: 2, .forGood)
        try await writer.write { try $0.run("INSERT INTO item VALUES (3001, ?1)", text) }
        try await writer.write { _ in }
        self.disk.heal()

        #expect(self.log.lines.contains { $0.contains("could not be moved") })
        #expect(self.log.lines.contains { $0.contains("opened anew") })
        try await writer.write { try $0.run("INSERT INTO item VALUES (3002, 'text')") }
        await writer.close()
        let database = try Database(path: self.path, access: .reading)
        #expect(try database.first("SELECT count(*) FROM item") { Int($0.integer(0)) } == 1003)
    }
}
