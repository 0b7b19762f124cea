import Chat
import Identifiers
import Observability
import Synchronization
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `The save queue` {
    private let folder: TemporaryFolder
    private let table = FlakyTable()
    private let time = TestTime()
    private let log = Log()
    private let spool: Spool
    private let commits = Counter()

    init() throws {
        self.folder = try TemporaryFolder()
        self.spool = Self.makeSpool(self.folder)
    }

    private static func makeSpool(_ folder: TemporaryFolder) -> Spool {
        let place = Spool.Place(folder: folder.file("spool"), segmentCount: 2, segmentSize: 64 << 10)
        return Spool(place, random: SystemRandomNumberGenerator())
    }

    /// A spool that takes nothing of any length.
    private func makeTinySpool() -> Spool {
        let place = Spool.Place(folder: self.folder.file("tiny"), segmentCount: 1, segmentSize: 2048)
        return Spool(place, random: SystemRandomNumberGenerator())
    }

    private func makeQueue(spool: Spool? = nil, logsText: Bool = true) -> SaveQueue {
        SaveQueue(
            table: self.table,
            spool: spool ?? self.spool,
            time: self.time.source,
            random: SeededGenerator(seed: 1),
            logger: self.log.logger,
            metrics: Metrics(),
            logsText: logsText
        )
    }

    private func reply(_ name: String = "one", text: String = "Hello") -> FinishedReply {
        .sample(of: .sample(name), pieces: [text])
    }

    /// Lets the queue run, moving time on as fast as it asks for it, until everything is saved.
    private func work(off queue: SaveQueue) async throws {
        queue.finish()
        let time = self.time
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await queue.run() }
            let pusher = Task {
                while !Task.isCancelled {
                    time.advance(by: .seconds(30))
                    await Task.yield()
                }
            }
            try await group.waitForAll()
            pusher.cancel()
        }
    }

    @Test func `asks nothing of the spool while the database works`() async throws {
        let queue = self.makeQueue()

        #expect(try await queue.keep(self.reply(), whenCommitted: self.commits.count) == .committed)

        #expect(self.table.saved == [self.reply()])
        #expect(queue.waitingCount == 0)
        #expect(try await self.spool.findings().tickets.isEmpty)
        #expect(self.commits.value == 0)
    }

    @Test(arguments: [1, 2, 5, 20])
    func `saves what it was given, however often the database refuses first`(failures: Int) async throws {
        self.table.failNext(failures)
        let queue = self.makeQueue()
        let start = self.time.source.now()

        #expect(try await queue.keep(self.reply(), whenCommitted: self.commits.count) == .spooled)
        try await self.work(off: queue)

        #expect(self.table.saved == [self.reply().spooled(at: start)])
        #expect(self.commits.value == 1)
        #expect(queue.waitingCount == 0)
    }

    @Test func `waits twice as long each time, up to half a minute`() async throws {
        self.table.failNext(13)
        let queue = self.makeQueue()
        _ = try await queue.keep(self.reply(), whenCommitted: {})
        let attempts = self.time.waits.count

        try await self.work(off: queue)

        let waits = self.time.waits.dropFirst(attempts)
        let bounds = (0..<13).map { min(.milliseconds(50) * (1 << $0), .seconds(30)) as Duration }
        #expect(waits.count == bounds.count)
        for (wait, bound) in zip(waits, bounds) { #expect(wait <= bound && wait >= bound / 2) }
        #expect(Set(zip(waits, bounds).map { $0 / $1 }).count > 6)
    }

    @Test func `goes to the spool when no commit comes within two seconds`() async throws {
        self.table.hold()
        let queue = self.makeQueue()
        let start = self.time.source.now()

        async let kept = queue.keep(self.reply(), whenCommitted: self.commits.count)
        await self.time.waited(1)
        #expect(self.time.waits == [.seconds(2)])
        self.time.advance(by: .seconds(2))
        #expect(try await kept == .spooled)

        self.table.release()
        try await self.work(off: queue)
        #expect(self.table.saved == [self.reply().spooled(at: start + .seconds(2))])
        #expect(self.commits.value == 1)
    }

    @Test func `goes to the spool at once when its caller is cancelled`() async throws {
        self.table.hold()
        let queue = self.makeQueue()
        let reply = self.reply()

        let task = Task { try await queue.keep(reply, whenCommitted: {}) }
        await self.time.waited(1)
        task.cancel()

        #expect(try await task.value == .spooled)
        self.table.release()
    }

    @Test func `keeps the order and the text of many`() async throws {
        self.table.failNext(100)
        let queue = self.makeQueue()
        let replies = (0..<100).map { self.reply("n\($0)", text: "Text \($0) 你好") }
        for reply in replies { _ = try await queue.keep(reply, whenCommitted: self.commits.count) }

        try await self.work(off: queue)

        #expect(Set(self.table.saved.map(\.id)) == Set(replies.map(\.id)))
        #expect(
            self.table.saved.sorted { $0.id.rawValue < $1.id.rawValue }.map(\.parts)
                == replies.sorted { $0.id.rawValue < $1.id.rawValue }.map(\.parts)
        )
        #expect(self.commits.value == 100)
    }

    @Test func `is not held up by one that the database never takes`() async throws {
        self.table.refuseForEver(self.reply("bad").id)
        self.table.failNext(1)
        let queue = self.makeQueue()
        _ = try await queue.keep(self.reply("bad"), whenCommitted: {})
        self.table.failNext(1)
        _ = try await queue.keep(self.reply("good"), whenCommitted: {})

        let running = Task { try await queue.run() }
        while queue.waitingCount > 1 {
            self.time.advance(by: .seconds(1))
            await Task.yield()
        }
        running.cancel()

        #expect(self.table.saved.map(\.id) == [self.reply("good").id])
        #expect(queue.waitingCount == 1)
    }

    @Test func `finds after a restart what it could not save before`() async throws {
        self.table.failNext(2)
        let queue = self.makeQueue()
        _ = try await queue.keep(self.reply("one"), whenCommitted: {})
        _ = try await queue.keep(self.reply("two"), whenCommitted: {})
        await self.spool.close()

        let spool = Self.makeSpool(self.folder)
        let later = self.makeQueue(spool: spool)
        let left = await later.replay(try await spool.findings().tickets)

        #expect(left == 0)
        #expect(Set(self.table.saved.map(\.id)) == [self.reply("one").id, self.reply("two").id])
        await spool.close()
        let last = Self.makeSpool(self.folder)
        #expect(try await last.findings().tickets.isEmpty)
    }

    @Test func `goes on trying after a restart on a database that still refuses`() async throws {
        self.table.failNext(2)
        let start = self.time.source.now()
        _ = try await self.makeQueue().keep(self.reply(), whenCommitted: {})
        await self.spool.close()

        let spool = Self.makeSpool(self.folder)
        let later = self.makeQueue(spool: spool)
        #expect(await later.replay(try await spool.findings().tickets) == 1)
        try await self.work(off: later)

        #expect(self.table.saved == [self.reply().spooled(at: start)])
    }

    @Test func `says so when neither place takes a reply, and still holds it`() async throws {
        self.table.failNext(1)
        let small = self.makeTinySpool()
        let large = self.reply(text: String(repeating: "x", count: 5000))
        let queue = self.makeQueue(spool: small)

        await #expect(throws: StoreError.self) { try await queue.keep(large, whenCommitted: self.commits.count) }
        try await self.work(off: queue)

        #expect(self.table.saved == [large])
        #expect(self.commits.value == 1)
    }

    @Test func `holds no more in memory than it says`() async throws {
        self.table.failNext(1000)
        let small = self.makeTinySpool()
        let queue = self.makeQueue(spool: small)

        for number in 0..<100 {
            let large = self.reply("n\(number)", text: String(repeating: "x", count: 5000))
            // That it throws is what another test claims.
            _ = try? await queue.keep(large, whenCommitted: {})
        }

        #expect(queue.waitingCount == 64)
    }

    @Test(arguments: [true, false]) func `logs the ids of what failed, and its text when told to`(
        logsText: Bool
    ) async throws {
        self.table.failNext(1)
        let queue = self.makeQueue(logsText: logsText)

        _ = try await queue.keep(self.reply(text: "A private answer"), whenCommitted: {})

        let line = try #require(self.log.lines.first)
        #expect(line.contains(self.reply().id.rawValue))
        #expect(line.contains(PersonID.ada.rawValue))
        #expect(line.contains("A private answer") == logsText)
    }
}

@Suite struct `A backoff` {
    @Test(arguments: Seeds.all) func `stays between 25 ms and half a minute`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var backoff = Backoff()

        let waits = (0..<40).map { _ in backoff.wait(using: &random) }

        #expect(waits.allSatisfy { $0 >= .milliseconds(25) && $0 <= .seconds(30) })
        #expect(waits[0] <= .milliseconds(50))
        #expect(waits[39] >= .seconds(15))
    }
}

/// A table that refuses, or keeps its callers waiting, as often as it is told to.
private final class FlakyTable: ReplyTable {
    private struct State {
        var rows: [Message.ID: FinishedReply] = [:]
        var order: [Message.ID] = []
        var failures = 0
        var refused: Set<Message.ID> = []
        var isHolding = false
        var held: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// What it has, each once, in the order of the first save.
    var saved: [FinishedReply] { self.state.withLock { state in state.order.compactMap { state.rows[$0] } } }

    func failNext(_ count: Int) {
        self.state.withLock { $0.failures = count }
    }

    func refuseForEver(_ id: Message.ID) {
        _ = self.state.withLock { $0.refused.insert(id) }
    }

    func hold() {
        self.state.withLock { $0.isHolding = true }
    }

    func release() {
        let held = self.state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for report in held { report() }
    }

    func save(_ reply: FinishedReply, completion: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        let report = self.state.withLock { state -> (@Sendable () -> Void)? in
            if state.failures > 0 || state.refused.contains(reply.id) {
                state.failures = max(0, state.failures - 1)
                return { completion(.failure(.unavailable(reason: "told to fail"))) }
            }
            if state.rows[reply.id] == nil { state.order.append(reply.id) }
            state.rows[reply.id] = reply
            guard state.isHolding else { return { completion(.success(())) } }
            state.held.append { completion(.success(())) }
            return nil
        }
        report?()
    }
}

/// Counts calls.
private final class Counter: Sendable {
    private let calls = Mutex(0)

    var value: Int { self.calls.withLock { $0 } }

    func count() {
        self.calls.withLock { $0 += 1 }
    }
}
