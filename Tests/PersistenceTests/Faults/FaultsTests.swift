import Chat
import Glibc
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(30)), .serialized) struct `A disk that fails at its Nth operation` {
    /// The story of two replies, told for every N until the disk has done all of it without a fault.
    @Test(arguments: Fault.tried, Fault.Length.allCases)
    func `loses and doubles nothing that was promised`(fault: Fault, length: Fault.Length) async throws {
        var number = 1
        var runs = 1
        while try await self.tell(failing: fault, at: number, length) {
            number += Fault.step
            runs += 1
        }

        print("faults: \(fault) \(length): \(runs) runs")
    }

    /// A process of its own tells the story and is killed when it has come so far.
    @Test(arguments: Story.Point.allCases)
    private func `is no worse than a kill at a named point`(point: Story.Point) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, point = point as Story.Point] in
            _ = await Story.told(in: path, untilSaved: false) { if $0 == point { kill(getpid(), SIGKILL) } }
        }

        let storage = try await Storage.later(folder.path)
        try await Story(until: point).check(storage, "killed when \(point)")
        await storage.close()
    }

    /// Tells the story on a new disk and looks at what it left to a new start; `false` when it ended before the fault came.
    private func tell(
        failing fault: Fault,
        at number: Int,
        _ length: Fault.Length
    ) async throws -> Bool {
        let folder = try TemporaryFolder()
        let disk = FaultyDisk(folder.path)
        disk.fail(fault, at: number, length)
        let story = await Story.told(in: folder.path, untilSaved: length == .once)
        let wasHit = disk.failures > 0
        disk.heal()

        let log = Log()
        let storage = try await Storage.later(folder.path, log: log)
        try await story.check(storage, "\(fault) \(length) at \(number)")
        #expect(!log.lines.contains { $0.contains("damaged") }, "\(fault) \(length) at \(number)")
        await storage.close()
        return wasHit
    }
}

/// What was promised to the readers of two replies: one that comes to its end, and one that is cut off.
private struct Story: Sendable {
    /// What was promised about one reply.
    struct Promises: Sendable {
        /// How often its claim said that it is to be begun.
        var begun = 0
        var isCheckpointed = false
        var kept: Kept?
        /// Why it was not kept.
        var refusal: StoreError?

        mutating func checkpoint(_ start: GenerationStart, in storage: Storage) async {
            guard self.begun > 0 else { return }
            let part = ReplyPart(generation: start.reply, first: 1, events: [.text("Hello")])
            self.isCheckpointed = await Story.attempt { try await storage.generations.checkpoint([part]) }
        }
    }

    /// How far the story has come, in its order.
    enum Point: Int, Codable, CaseIterable, Sendable {
        case opened, wholeClaimed, wholeCheckpointed, cutClaimed, cutCheckpointed, kept, closed
    }

    private static let whole = GenerationStart.sample("whole", in: "talk-whole")
    private static let cut = GenerationStart.sample("cut", in: "talk-cut")

    var isOpened = false
    var whole = Promises()
    var cut = Promises()
    /// What the storage says of itself after a fault that is over.
    var unreadiness: String?

    /// Whatever fails is tried once more, as a reader would.
    private static let attempts = 0..<2

    init() {}

    /// What is promised when everything went well up to a point.
    init(until point: Point) {
        func isReached(_ other: Point) -> Bool { other.rawValue <= point.rawValue }
        self.isOpened = true
        self.whole.begun = isReached(.wholeClaimed) ? 1 : 0
        self.whole.isCheckpointed = isReached(.wholeCheckpointed)
        self.whole.kept = isReached(.kept) ? .committed : nil
        self.cut.begun = isReached(.cutClaimed) ? 1 : 0
        self.cut.isCheckpointed = isReached(.cutCheckpointed)
    }

    /// Tells it from the first start of a server to its stop.
    static func told(in folder: String, untilSaved: Bool, reached: (Point) -> Void = { _ in }) async -> Story {
        var story = Story()
        let time = TestTime()
        // An error is an answer; what it must not be is a loss, which the restart shows.
        guard let storage = try? await Storage.small(folder, time: time.source) else { return story }
        story.isOpened = true
        reached(.opened)
        await Self.attempt { try await storage.makeGuest(.ada) }
        story.whole = await Self.claim(Self.whole, in: storage)
        reached(.wholeClaimed)
        await story.whole.checkpoint(Self.whole, in: storage)
        reached(.wholeCheckpointed)
        story.cut = await Self.claim(Self.cut, in: storage)
        reached(.cutClaimed)
        await story.cut.checkpoint(Self.cut, in: storage)
        reached(.cutCheckpointed)
        // Reading goes on, or fails with an error.
        _ = try? await storage.conversations.conversations(of: .ada, limit: 9)
        if story.whole.begun > 0 { await story.keepWhole(in: storage) }
        reached(.kept)
        if untilSaved {
            await storage.saveWhatWaits(time)
            story.unreadiness = storage.unreadiness
        }
        await storage.close()
        reached(.closed)
        return story
    }

    private static func claim(_ start: GenerationStart, in storage: Storage) async -> Promises {
        var promises = Promises()
        for _ in 0..<3 {
            if case .new = try? await storage.generations.claim(start) { promises.begun += 1 }
        }
        return promises
    }

    private mutating func keepWhole(in storage: Storage) async {
        let checkpointed = self.whole.isCheckpointed ? 1 : 0
        do throws(StoreError) {
            self.whole.kept = try await storage.replies.keep(.sample(of: Self.whole, checkpointed: checkpointed)) {}
        } catch {
            self.whole.refusal = error
        }
    }

    @discardableResult
    private static func attempt(_ step: () async throws -> Void) async -> Bool {
        for _ in Self.attempts where (try? await step()) != nil { return true }
        return false
    }

    /// Compares what was promised with what a later process finds.
    func check(_ storage: Storage, _ fault: Comment) async throws {
        #expect(self.unreadiness == nil, fault)
        #expect(self.whole.refusal == nil, fault)
        #expect(self.whole.begun <= 1 && self.cut.begun <= 1, fault)
        let reply = try await Self.reply(to: Self.whole, in: storage, fault)
        if self.whole.kept != nil {
            let end = FinishedReply.sample(of: Self.whole)
            let events = try await storage.generations.events(of: Self.whole.reply, from: 1)
            #expect(reply?.state == .complete, fault)
            #expect(reply?.text == "Hello there", fault)
            #expect(events == end.rest.events, fault)
        } else {
            try await Self.checkCut(self.whole, reply, fault)
        }
        try await Self.checkCut(self.cut, try await Self.reply(to: Self.cut, in: storage, fault), fault)
        try await Self.checkAgain(Self.whole, self.whole, in: storage, fault)
        try await Self.checkAgain(Self.cut, self.cut, in: storage, fault)
        try await Self.checkRows(of: storage, fault)
    }

    private static func checkCut(_ promises: Promises, _ reply: Message?, _ fault: Comment) async throws {
        if promises.begun > 0 { #expect(reply != nil, fault) }
        guard let reply else { return }
        #expect(reply.state == .interrupted, fault)
        // A checkpoint that failed may have come to the disk all the same.
        #expect(reply.text == "Hello" || (reply.text.isEmpty && !promises.isCheckpointed), fault)
    }

    /// The reply after its question, each there once, or nothing of both.
    private static func reply(to start: GenerationStart, in storage: Storage, _ fault: Comment) async throws -> Message?
    {
        let found = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)
        guard let messages = found?.messages else { return nil }
        #expect(messages.map(\.id) == [start.message.id, start.reply], fault)
        #expect(messages.first?.text == start.message.text, fault)
        return messages.last
    }

    /// A message that was answered, or begun to be, is never answered again.
    private static func checkAgain(
        _ start: GenerationStart,
        _ promises: Promises,
        in storage: Storage,
        _ fault: Comment
    ) async throws {
        guard promises.begun > 0 else { return }
        guard case .existing = try await storage.generations.claim(start) else { return #expect(Bool(false), fault) }
    }

    private static func checkRows(of storage: Storage, _ fault: Comment) async throws {
        let (problems, broken, running) = try await storage.read { database in
            (
                try database.problems(thorough: true), try database.brokenReferences(),
                try database.all("SELECT id FROM generation WHERE ended_at IS NULL") { $0.text(0) }
            )
        }
        #expect(problems.isEmpty && broken == 0, fault)
        #expect(running.isEmpty, fault)
    }
}

extension Storage {
    /// A store with a spool so small that making it takes no time.
    fileprivate static func small(
        _ folder: String,
        log: Log = Log(),
        time: TimeSource = .system
    ) async throws -> Storage {
        var settings = Storage.Settings(dataFolder: folder + "/data")
        settings.spoolSize = 64 << 10
        return try await Storage.open(settings, logger: log.logger, metrics: Metrics(), time: time)
    }

    /// The same over files that were another one's.
    ///
    /// A process that another test is just starting has that one's lock with all open files, until it becomes itself.
    fileprivate static func later(_ folder: String, log: Log = Log()) async throws -> Storage {
        for _ in 0..<1000 {
            do {
                return try await Self.small(folder, log: log)
            } catch DataFolder.Failure.inUse {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        return try await Self.small(folder, log: log)
    }

    /// Lets the background work, moving time on as fast as it asks for it, until nothing waits.
    func saveWhatWaits(_ time: TestTime) async {
        let service = Task { try await self.run() }
        while self.replies.waitingCount > 0 {
            time.advance(by: .seconds(30))
            await Task.yield()
        }
        service.cancel()
        // It ends with the cancellation; until then it holds the folder.
        _ = await service.result
    }
}
