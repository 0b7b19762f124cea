package import Chat
package import SQLite
internal import Synchronization

/// Read-only connections, each on a thread of its own.
///
/// They see what was committed when their work begins and never wait for the writer. At most `capacity` questions wait;
/// beyond that they are refused with ``StoreError/busy``.
package final class Readers: Sendable {
    /// One question, its answer's type forgotten; returns whether the connection is still good.
    private struct Job: Sendable {
        let perform: @Sendable (Database) -> Bool
        let fail: @Sendable (StoreError) -> Void
    }

    private let path: String
    private let access: Database.Access
    private let queue: BlockingQueue<Job>
    /// Increased when all connections are to be opened anew.
    private let edition = Mutex(0)
    private let ends: [Latch]

    /// Starts `count` threads.
    package init(path: String, access: Database.Access = .reading, count: Int = 2, capacity: Int = 1024) {
        self.path = path
        self.access = access
        self.queue = BlockingQueue(capacity: capacity)
        self.ends = (0..<count).map { _ in Latch() }
        for (index, end) in self.ends.enumerated() {
            DedicatedThread.start("sqlite-reader-\(index)") {
                self.work()
                end.open()
            }
        }
    }

    /// Asks something of one state of the database.
    package func read<Answer: Sendable>(
        _ question: @escaping @Sendable (Database) throws -> Answer
    ) async throws(StoreError) -> Answer {
        let answer: Result<Answer, StoreError> = await withCheckedContinuation { continuation in
            let job = Job(
                perform: { database in
                    do {
                        let answer = try database.snapshot { try question(database) }
                        continuation.resume(returning: .success(answer))
                        return true
                    } catch {
                        continuation.resume(returning: .failure(StoreError(error)))
                        return false
                    }
                },
                fail: { continuation.resume(returning: .failure($0)) }
            )
            if !self.queue.push(job) { job.fail(.busy) }
        }
        return try answer.get()
    }

    /// Has every connection opened anew before its next work.
    package func reopen() {
        self.edition.withLock { $0 += 1 }
    }

    /// Ends the threads after everything that waits was answered.
    package func close() async {
        self.queue.close()
        for end in self.ends { await end.wait() }
    }

    private func work() {
        var database: Database?
        var openedIn = 0
        while let job = self.queue.take(upTo: 1).first {
            let edition = self.edition.withLock { $0 }
            if openedIn != edition { database = nil }
            do throws(SQLiteError) {
                let current = if let database { database } else { try Database(path: self.path, access: self.access) }
                openedIn = edition
                database = job.perform(current) ? current : nil
            } catch {
                job.fail(StoreError(error))
            }
        }
    }
}
