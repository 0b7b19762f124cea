package import Chat
package import Observability
package import SQLite
internal import Synchronization

/// The one connection that writes, on a thread of its own, committing in groups.
///
/// Whatever waits when the thread comes round is done in one transaction, so that a hundred replies cost one sync. Each
/// operation has its own savepoint: one that fails takes nothing else with it. Callers hear of their result only after
/// COMMIT returned, with `synchronous=FULL` thus only when it is on disk.
///
/// At most `capacity` operations wait; beyond that they are refused with ``StoreError/busy``. The thread also does all
/// checkpoints, after the callers went on.
package final class Writer: Sendable {
    /// One operation, its result's type forgotten.
    private struct Job: Sendable {
        /// Does the work and returns how to report that it held.
        ///
        /// Repeatable, since a failed group is tried one by one.
        let perform: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (StoreError) -> Void
    }

    private let path: String
    private let logger: Logger
    private let metrics: Metrics
    let time: TimeSource
    private let queue: BlockingQueue<Job>
    private let whenReopened: @Sendable () -> Void
    private let whenEnded = Latch()
    private let refusal: Mutex<String?>
    /// Whether the last commit failed for want of room on the disk.
    private let lacksRoom = Mutex(false)
    /// Whether the log is to be moved into the file after the next commit, however short it is.
    private let movesLog = Mutex(false)

    /// How many operations one transaction takes at most, so that the first of them does not wait for thousands.
    private static let groupLimit = 512
    /// The log's length, in pages of 4 KiB, from which it is moved into the file; SQLite's own default.
    private static let logLimit = 1000

    /// Starts the thread on a database that ``Schema/prepare(_:)`` has seen.
    ///
    /// `whenReopened` hears that connections are not to be trusted any more. With a reason for `refusing` it writes nothing
    /// from the start and opens no file.
    package init(
        path: String,
        refusing reason: String? = nil,
        capacity: Int = 4096,
        logger: Logger,
        metrics: Metrics,
        time: TimeSource,
        whenReopened: @escaping @Sendable () -> Void = {}
    ) {
        self.path = path
        self.refusal = Mutex(reason)
        self.logger = logger
        self.metrics = metrics
        self.time = time
        self.queue = BlockingQueue(capacity: capacity)
        self.whenReopened = whenReopened
        DedicatedThread.start("sqlite-writer") { self.work() }
    }

    /// Why nothing is written any more; `nil` while everything is well.
    package var refusalReason: String? { self.refusal.withLock { $0 } }

    /// Whether the disk had no room for the last commit that was tried.
    package var hadNoRoom: Bool { self.lacksRoom.withLock { $0 } }

    /// Whether nothing waits to be written.
    package var isIdle: Bool { self.queue.count == 0 }

    /// Has the log moved into the file soon, as far as readers let it, so that the file is as long as it has to be.
    package func moveLog() async throws(StoreError) {
        self.movesLog.withLock { $0 = true }
        try await self.write { _ in }
    }

    /// Does `operation` within a transaction, and returns what it returned once that is on disk.
    ///
    /// It may be called twice when the first transaction did not hold. Cancelling does not undo it.
    package func write<Result: Sendable>(
        _ operation: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        let result = await withCheckedContinuation { continuation in
            self.submit(operation) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same without waiting: `completion` is called on the writer's thread, or here when the queue is full.
    package func submit<Value: Sendable>(
        _ operation: @escaping @Sendable (Database) throws -> Value,
        completion: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        let job = Job(
            perform: { database in
                let value = try operation(database)
                return { completion(.success(value)) }
            },
            fail: { completion(.failure($0)) }
        )
        if !self.queue.push(job) { completion(.failure(.busy)) }
    }

    /// Ends the thread after everything that waits was done, and closes the database.
    package func close() async {
        self.queue.close()
        await self.whenEnded.wait()
    }

    private func work() {
        var session = Session()
        while true {
            let jobs = self.queue.take(upTo: Self.groupLimit)
            guard !jobs.isEmpty else { break }
            self.serve(jobs, in: &session)
        }
        self.checkpoint(in: &session, truncating: true)
        session.database = nil
        self.whenEnded.open()
    }

    /// What the thread keeps between two groups.
    private struct Session {
        var database: Database?
        var health = ConnectionHealth()
        /// Whether the device has failed since the file was looked at.
        var isSuspect = false
    }

    private func serve(_ jobs: [Job], in session: inout Session) {
        if let reason = self.refusalReason { return jobs.forEach { $0.fail(.unavailable(reason: reason)) } }
        do {
            let database = try session.database ?? self.open(checking: session.isSuspect)
            session.database = database
            session.isSuspect = false
            try self.commit(jobs, on: database)
            session.health.succeeded()
            self.lacksRoom.withLock { $0 = false }
            let isAsked = self.movesLog.withLock { asked in
                defer { asked = false }
                return asked
            }
            if isAsked || database.logPageCount >= Self.logLimit { self.checkpoint(in: &session) }
        } catch {
            self.handle(error, of: jobs, in: &session)
        }
    }

    private func open(checking: Bool) throws -> Database {
        let database = try Database(path: self.path, access: .writing)
        if checking {
            let findings = try database.problems()
            guard findings.isEmpty else {
                database.keepLog()
                throw Storage.Damage(path: self.path, findings: findings)
            }
        }
        // Checkpoints are ours to do, when nobody waits for the commit any more.
        try database.execute("PRAGMA wal_autocheckpoint = 0")
        database.watchLog()
        return database
    }

    private func commit(_ jobs: [Job], on database: Database) throws {
        let start = self.time.elapsed()
        let reports = try database.transaction {
            try jobs.map { job in try self.perform(job, on: database) }
        }
        self.metrics.observe("shuren_commit_seconds", lasting: self.time.elapsed() - start)
        self.metrics.count("shuren_committed_operations_total", by: UInt64(jobs.count))
        for report in reports { report() }
    }

    /// Does one job of a group; throws only what the whole group has to fail with.
    private func perform(_ job: Job, on database: Database) throws -> @Sendable () -> Void {
        do {
            return try database.savepoint { try job.perform(database) }
        } catch {
            guard database.isInTransaction, !self.concernsAll(error) else { throw error }
            return { job.fail(StoreError(error)) }
        }
    }

    /// Whether an error says something about the disk or the file rather than about one operation.
    private func concernsAll(_ error: any Error) -> Bool {
        guard let error = error as? SQLiteError else { return false }
        return error.isFull || error.isInputOutput || error.isReadOnly || error.isDamaged || error.isOutOfMemory
            || error.isBusy
    }

    private func handle(_ error: any Error, of jobs: [Job], in session: inout Session) {
        let isRoomProblem = (error as? SQLiteError).map { $0.isFull || $0.isOutOfMemory } ?? false
        if isRoomProblem {
            // What is in the log and fits into the file as it is gives its room back.
            self.checkpoint(in: &session, truncating: true)
        }
        if isRoomProblem, jobs.count > 1 {
            // One of them may be too large and the others not.
            for job in jobs { self.serve([job], in: &session) }
            return
        }
        if (error as? SQLiteError)?.isFull == true { self.lacksRoom.withLock { $0 = true } }
        self.metrics.count("shuren_failed_commits_total")
        self.look(after: error, in: &session)
        for job in jobs { job.fail(StoreError(error)) }
    }

    /// Does with the connection what its health asks for after an error.
    private func look(after error: any Error, in session: inout Session) {
        switch error {
        case let error as SQLiteError: self.follow(session.health.failed(error), because: error, in: &session)
        case let damage as Storage.Damage: self.follow(.giveUp(reason: "\(damage)"), because: damage, in: &session)
        default: break
        }
    }

    private func follow(_ verdict: ConnectionHealth.Verdict, because error: any Error, in session: inout Session) {
        switch verdict {
        case .keep:
            break
        case .reopen:
            session.database = nil
            session.isSuspect = session.isSuspect || (error as? SQLiteError)?.isInputOutput == true
            self.whenReopened()
            self.logger.error("The database is opened anew", ["file": self.path, "reason": "\(error)"])
        case .giveUp(let reason):
            session.database?.keepLog()
            session.database = nil
            self.refusal.withLock { $0 = reason }
            self.logger.error("Nothing is written any more; restore or repair", ["file": self.path, "reason": reason])
        }
    }

    private func checkpoint(in session: inout Session, truncating: Bool = false) {
        guard let database = session.database else { return }
        do {
            try database.checkpoint(truncating: truncating)
        } catch {
            // The log goes on growing and nothing is lost; on a full disk the next commits say so.
            self.metrics.count("shuren_failed_checkpoints_total")
            self.logger.warning("The log could not be moved into the database", ["reason": "\(error)"])
            self.look(after: error, in: &session)
        }
    }
}
