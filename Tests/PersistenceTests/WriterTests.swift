import Chat
import Observability
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `The writer` {
    private struct Refused: Error {}

    private let folder: TemporaryFolder
    private let metrics = Metrics()
    private var path: String { self.folder.file("a.sqlite") }

    init() throws {
        self.folder = try TemporaryFolder()
        let database = try Database(path: self.folder.file("a.sqlite"), access: .writing)
        try database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT) STRICT")
    }

    private func makeWriter(capacity: Int = 100) -> Writer {
        Writer(path: self.path, capacity: capacity, logger: .silent, metrics: self.metrics, time: .system)
    }

    private func ids() throws -> [Int64] {
        let database = try Database(path: self.path, access: .reading)
        return try database.all("SELECT id FROM item ORDER BY id") { $0.integer(0) }
    }

    /// Keeps the writer's thread busy until the gate opens, so that what comes meanwhile makes one group.
    private func block(_ writer: Writer) async -> Gate {
        let gate = Gate()
        writer.submit({ _ in gate.pass() }, completion: { _ in })
        await gate.reached()
        return gate
    }

    @Test func `answers only when others can see the result`() async throws {
        let writer = self.makeWriter()

        for id in 1...20 {
            try await writer.write { try $0.run("INSERT INTO item (id) VALUES (?1)", id) }
            #expect(try self.ids().last == Int64(id))
        }
        await writer.close()
    }

    @Test func `does everything that waits in one transaction`() async throws {
        let writer = self.makeWriter()
        let gate = await self.block(writer)

        let done = Tally()
        for id in 1...50 {
            writer.submit({ try $0.run("INSERT INTO item (id) VALUES (?1)", id) }, completion: done.count)
        }
        gate.open()
        await writer.close()

        #expect(done.successes == 50)
        #expect(try self.ids().count == 50)
        #expect(self.metrics.exposition().contains("shuren_commit_seconds_count 2\n"))
        #expect(self.metrics.exposition().contains("shuren_committed_operations_total 51\n"))
    }

    @Test func `fails one operation of a group without the others`() async throws {
        let writer = self.makeWriter()
        let gate = await self.block(writer)

        let done = Tally()
        for id in [1, 2, 1, 3] {
            writer.submit({ try $0.run("INSERT INTO item (id) VALUES (?1)", id) }, completion: done.count)
        }
        writer.submit(
            { database in
                try database.run("INSERT INTO item (id) VALUES (4)")
                throw Refused()
            },
            completion: done.count
        )
        gate.open()
        await writer.close()

        #expect(done.successes == 3)
        #expect(done.failures.count == 2)
        #expect(try self.ids() == [1, 2, 3])
    }

    @Test func `refuses what is more than it can hold`() async throws {
        let writer = self.makeWriter(capacity: 3)
        let gate = await self.block(writer)

        let done = Tally()
        for id in 1...5 {
            writer.submit({ try $0.run("INSERT INTO item (id) VALUES (?1)", id) }, completion: done.count)
        }
        #expect(done.failures == [.busy, .busy])
        gate.open()
        await writer.close()

        #expect(try self.ids() == [1, 2, 3])
    }

    @Test func `says that the disk is full, and goes on when there is room`() async throws {
        let writer = self.makeWriter()
        try await writer.write { try $0.setPageLimit(try $0.pageCount + 2) }

        await #expect(throws: StoreError.self) {
            try await writer.write { database in
                for id in 1...1000 { try database.run("INSERT INTO item (id, text) VALUES (?1, ?2)", id, "text text") }
            }
        }
        #expect(try self.ids().isEmpty)

        try await writer.write { try $0.setPageLimit(1_000_000) }
        try await writer.write { try $0.run("INSERT INTO item (id) VALUES (7)") }
        #expect(try self.ids() == [7])
        await writer.close()
    }

    @Test func `saves what is small when something large does not fit`() async throws {
        let writer = self.makeWriter()
        try await writer.write { try $0.setPageLimit(try $0.pageCount + 2) }
        let gate = await self.block(writer)
        let large = String(repeating: "x", count: 100_000)

        let done = Tally()
        writer.submit({ try $0.run("INSERT INTO item (id) VALUES (1)") }, completion: done.count)
        writer.submit({ try $0.run("INSERT INTO item (id, text) VALUES (2, ?1)", large) }, completion: done.count)
        writer.submit({ try $0.run("INSERT INTO item (id) VALUES (3)") }, completion: done.count)
        gate.open()
        await writer.close()

        #expect(try self.ids() == [1, 3])
        #expect(done.successes == 2)
        #expect(done.failures.count == 1)
    }

    @Test func `moves a long log into the file`() async throws {
        let writer = self.makeWriter()
        let text = String(repeating: "x", count: 8000)

        for id in 1...1200 {
            try await writer.write { try $0.run("INSERT INTO item (id, text) VALUES (?1, ?2)", id, text) }
        }

        let logSize = try [UInt8](readingFile: self.path + "-wal").count
        #expect(logSize < 8 << 20)
        await writer.close()
        #expect(try self.ids().count == 1200)
    }

    @Test func `does what waits before it closes`() async throws {
        let writer = self.makeWriter()
        let done = Tally()
        for id in 1...20 {
            writer.submit({ try $0.run("INSERT INTO item (id) VALUES (?1)", id) }, completion: done.count)
        }

        await writer.close()

        #expect(done.successes == 20)
        await #expect(throws: StoreError.busy) { try await writer.write { _ in } }
    }
}

@Suite struct `The health of the writing connection` {
    private func error(_ code: Int32) -> SQLiteError { SQLiteError(code: code, message: "", subject: "") }

    @Test(arguments: [(Int32(5), "keep"), (13, "keep"), (19, "keep"), (778, "reopen"), (8, "reopen"), (14, "reopen")])
    func `follows from the kind of error`(code: Int32, verdict: String) {
        var health = ConnectionHealth()

        #expect("\(health.failed(self.error(code)))" == verdict)
    }

    @Test(arguments: [Int32(11), 267, 26]) func `ends with damage`(code: Int32) {
        var health = ConnectionHealth()

        guard case .giveUp = health.failed(self.error(code)) else { return #expect(Bool(false)) }
    }

    @Test func `survives one failed sync, not two in a row`() {
        var health = ConnectionHealth()

        #expect(health.failed(self.error(1034)) == .reopen)
        health.succeeded()
        #expect(health.failed(self.error(1034)) == .reopen)
        guard case .giveUp = health.failed(self.error(1034)) else { return #expect(Bool(false)) }
    }
}

/// Counts how operations ended.
private final class Tally: Sendable {
    private let state = Mutex((successes: 0, failures: [StoreError]()))

    var successes: Int { self.state.withLock { $0.successes } }
    var failures: [StoreError] { self.state.withLock { $0.failures } }

    func count(_ result: Result<Void, StoreError>) {
        self.state.withLock { state in
            switch result {
            case .success: state.successes += 1
            case .failure(let error): state.failures.append(error)
            }
        }
    }
}

/// Holds a thread until it is opened.
private final class Gate: Sendable {
    private let arrival = Latch()
    private let departure = Signal()

    func pass() {
        self.arrival.open()
        self.departure.wait()
        self.departure.raise()  // a repeated operation goes straight through
    }

    func reached() async { await self.arrival.wait() }

    func open() { self.departure.raise() }
}
