package import Chat
internal import Identifiers
internal import Observability
internal import Synchronization

/// Keeps finished replies: in the database, or in the spool until the database takes them.
///
/// The queue is a service: ``run()`` works until ``finish()`` or until its task is cancelled, and starts no task of its
/// own. What waits is in the spool and survives the process; it is bounded by the spool's size. A reply that neither the
/// database nor the spool took is held in memory as a last hope, at most ``heldLimit`` of them. The same reply may come
/// any number of times: its id makes it one row.
package final class SaveQueue: ReplyKeeper {
    /// A reply that is not in the database yet.
    private struct Waiting: Sendable {
        enum Place: Sendable {
            case spool(Spool.Ticket)
            case memory(FinishedReply)
        }

        let place: Place
        let whenCommitted: @Sendable () -> Void
        /// When it began to wait, on the clock of the time source.
        let since: Duration

        var ticket: Spool.Ticket? { if case .spool(let ticket) = self.place { ticket } else { nil } }

        var isHeld: Bool { self.ticket == nil }
    }

    /// What came of trying to save at once.
    private enum Attempt: Sendable {
        case saved
        case failed(StoreError)
        case tookTooLong
    }

    /// How long a commit may take before the reply goes to the spool.
    private static let patience = Duration.seconds(2)
    /// How many replies of up to a megabyte are held in memory when no disk takes them.
    private static let heldLimit = 64
    /// How many are tried at once; they share one commit.
    private static let batchSize = 64

    private let table: any ReplyTable
    private let spool: Spool
    private let time: TimeSource
    private let random: Mutex<any RandomNumberGenerator & Sendable>
    private let logger: Logger
    private let metrics: Metrics
    private let logsText: Bool
    private let waiting = Mutex<[Waiting]>([])
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// `logsText` has the full text of a reply that could not be saved written to the log.
    init(
        table: any ReplyTable,
        spool: Spool,
        time: TimeSource,
        random: any RandomNumberGenerator & Sendable,
        logger: Logger,
        metrics: Metrics,
        logsText: Bool
    ) {
        self.table = table
        self.spool = spool
        self.time = time
        self.random = Mutex(random)
        self.logger = logger
        self.metrics = metrics
        self.logsText = logsText
        (self.wakes, self.wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How long the oldest reply that is not in the database has waited; `nil` when there is none.
    package var oldestWait: Duration? {
        self.waiting.withLock { $0.map(\.since).min() }.map { self.time.elapsed() - $0 }
    }

    /// How many replies are not in the database yet.
    package var waitingCount: Int { self.waiting.withLock { $0.count } }

    /// How much of the spool is set aside for replies that run.
    package var reservedBytes: Int { self.spool.rooms.promised }

    package var hasRoom: Bool { self.spool.rooms.hasRoom }

    package func reserveRoom() -> (any ReplyRoom)? { self.spool.rooms.reserve() }

    package func keep(
        _ reply: FinishedReply,
        whenCommitted: @escaping @Sendable () -> Void
    ) async throws(StoreError) -> Kept {
        switch await self.attempt(reply) {
        case .saved:
            self.metrics.count("shuren_replies_kept_total", ["place": "database"])
            return .committed
        case .failed(let error):
            return try await self.keepElsewhere(reply, because: "\(error)", whenCommitted: whenCommitted)
        case .tookTooLong:
            let reason = "no commit within \(Self.patience)"
            return try await self.keepElsewhere(reply, because: reason, whenCommitted: whenCommitted)
        }
    }

    /// Takes over what an earlier process left in the spool; returns how much of it the database did not take yet.
    func replay(_ tickets: [Spool.Ticket]) async -> Int {
        let now = self.time.elapsed()
        self.waiting.withLock { $0 += tickets.map { Waiting(place: .spool($0), whenCommitted: {}, since: now) } }
        while await self.tryBatch() > 0 {}
        if self.waitingCount > 0 { self.wake.yield() }
        return self.waitingCount
    }

    /// Works until ``finish()`` and until nothing waits any more.
    package func run() async throws(CancellationError) {
        for await _ in self.wakes {
            var backoff = Backoff()
            while self.waitingCount > 0 {
                try await self.wait(self.random.withLock { backoff.wait(using: &$0) })
                if await self.tryBatch() > 0 { backoff = Backoff() }
            }
        }
    }

    /// Has ``run()`` return as soon as nothing waits.
    package func finish() {
        self.wake.finish()
    }

    /// Saves a reply unless that takes too long or its caller is cancelled: the end of the process is no time to wait.
    private func attempt(_ reply: FinishedReply) async -> Attempt {
        let answer = FirstAnswer<Attempt>()
        self.table.save(reply) { result in
            switch result {
            case .success: answer.give(.saved)
            case .failure(let error): answer.give(.failed(error))
            }
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled means either that the answer is there, or that nobody waits for it any more.
                try? await self.time.sleep(Self.patience)
                answer.give(.tookTooLong)
            }
            let first = await answer.value()
            group.cancelAll()
            return first
        }
    }

    private func keepElsewhere(
        _ reply: FinishedReply,
        because reason: String,
        whenCommitted: @escaping @Sendable () -> Void
    ) async throws(StoreError) -> Kept {
        self.log(reply, reason)
        do throws(SpoolError) {
            var spooled = reply
            spooled.trace.spooledAt = self.time.now()
            let ticket = try await self.spool.append(spooled.stored)
            self.enqueue(Waiting(place: .spool(ticket), whenCommitted: whenCommitted, since: self.time.elapsed()))
            self.metrics.count("shuren_replies_kept_total", ["place": "spool"])
            return .spooled
        } catch {
            self.enqueue(Waiting(place: .memory(reply), whenCommitted: whenCommitted, since: self.time.elapsed()))
            self.metrics.count("shuren_replies_kept_total", ["place": "nowhere"])
            self.logger.loss(
                "A reply is neither in the database nor in the spool; it is lost unless one of them recovers",
                ["reply_id": reply.id.rawValue, "reason": reason, "spool": "\(error)"]
            )
            throw .unavailable(reason: "\(reason); spool: \(error)")
        }
    }

    private func enqueue(_ entry: Waiting) {
        self.waiting.withLock { waiting in
            if case .memory = entry.place, waiting.count(where: { $0.isHeld }) >= Self.heldLimit { return }
            waiting.append(entry)
        }
        self.wake.yield()
    }

    /// Tries the oldest that wait, all at once, and returns how many of them are done with.
    private func tryBatch() async -> Int {
        let batch = self.waiting.withLock { Array($0.prefix(Self.batchSize)) }
        let outcomes = await withTaskGroup(of: (index: Int, isDone: Bool).self) { group in
            for (index, entry) in batch.enumerated() {
                group.addTask { (index, await self.tryToSave(entry)) }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.index] = $1.isDone }
        }
        let done = batch.indices.filter { outcomes[$0] == true }.map { batch[$0] }
        let failed = batch.indices.filter { outcomes[$0] != true }.map { batch[$0] }
        self.waiting.withLock { waiting in
            waiting.removeFirst(batch.count)
            waiting += failed  // behind the others, so that none of them holds up the rest
        }
        await self.release(done)
        self.metrics.set("shuren_replies_waiting", to: Double(self.waitingCount))
        return done.count
    }

    /// Tries one; `true` also for what cannot be saved at all, since trying again would not help.
    private func tryToSave(_ entry: Waiting) async -> Bool {
        do {
            guard let reply = try await self.reply(of: entry) else { return true }
            try await self.table.save(reply)
            return true
        } catch let error as StoredFormError {
            self.logger.error("A spooled reply cannot be read; it stays in its file", ["reason": error.description])
            return true
        } catch {
            self.metrics.count("shuren_failed_saves_total")
            self.logger.warning("A reply waits for the database", ["reason": "\(error)"])
            return false
        }
    }

    private func reply(of entry: Waiting) async throws -> FinishedReply? {
        switch entry.place {
        case .memory(let reply): return reply
        case .spool(let ticket):
            guard let payload = try await self.spool.payload(of: ticket) else {
                self.logger.error("A spooled reply is damaged", ["sequence": "\(ticket.sequence)"])
                return nil
            }
            return try FinishedReply(stored: payload)
        }
    }

    /// Lets the spool forget what the database has, and tells whoever waits.
    private func release(_ done: [Waiting]) async {
        let tickets = done.compactMap(\.ticket)
        if !tickets.isEmpty {
            do throws(SpoolError) {
                try await self.spool.consume(tickets)
            } catch {
                // They will be saved once more at the next start, which changes nothing.
                self.logger.warning("Saved replies stay in the spool", ["reason": "\(error)"])
            }
        }
        for entry in done { entry.whenCommitted() }
    }

    private func wait(_ duration: Duration) async throws(CancellationError) {
        do {
            try await self.time.sleep(duration)
        } catch {
            throw CancellationError()
        }
    }

    private func log(_ reply: FinishedReply, _ reason: String) {
        self.metrics.count("shuren_failed_saves_total")
        let text = reply.parts.map { part in if case .text(let text) = part { text } else { "" } }.joined()
        self.logger.loss(
            "A reply could not be saved at once",
            [
                "reply_id": reply.id.rawValue, "message_id": reply.message.rawValue,
                "conversation_id": reply.conversation.rawValue, "person_id": reply.person.rawValue,
                "state": reply.state.rawValue, "reason": reason, "text": self.logsText ? text : "(not logged)",
            ]
        )
    }
}
