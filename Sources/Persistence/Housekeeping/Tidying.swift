internal import Chat
internal import Observability
internal import SQLite

/// What is done once in a while and never in a hurry: the words of messages that no search finds yet are put into the
/// index, what lay in the bin long enough is gone, so is what nobody comes back to, and the disk gets back what is free.
///
/// Each step is a small transaction, so that readers who write something meanwhile hardly wait.
struct Tidying: Sendable {
    /// How many messages or conversations a transaction takes.
    static let batch = 64
    /// The pause after each, and between two rounds.
    static let pause = Duration.milliseconds(20)
    static let rest = Duration.seconds(10 * 60)
    /// How many pauses the giving back of room waits for a moment in which nobody writes, before it leaves it to the next
    /// round.
    static let patience = 100

    let writer: Writer
    let readers: Readers
    let retention: Retention
    let time: TimeSource
    let logger: Logger
    let metrics: Metrics

    /// Goes round until it is cancelled.
    func run() async {
        repeat {
            for step in [self.catchUp, self.emptyBins, self.letGo, self.giveRoomBack] {
                do {
                    try await step()
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("Tidying up has to wait for the next round", ["reason": "\(error)"])
                }
            }
        } while (try? await self.time.sleep(Self.rest)) != nil
    }

    /// Does everything that there is to do now.
    func round() async throws {
        try await self.catchUp()
        try await self.emptyBins()
        try await self.letGo()
        try await self.giveRoomBack()
    }

    private func catchUp() async throws {
        let count = try await self.untilNothingIsLeft { try WordRows(database: $0).catchUp(count: Self.batch) }
        guard count > 0 else { return }
        self.logger.notice("Messages that the search index lacked are in it now", ["count": "\(count)"])
    }

    private func emptyBins() async throws {
        let limit = self.time.now() + (.zero - BinRows.patience)
        _ = try await self.untilNothingIsLeft { database in
            try BinRows(database: database).giveUp(count: Self.batch, deletedBefore: limit)
        }
        _ = try await self.untilNothingIsLeft { try BinRows(database: $0).forget(count: Self.batch) }
    }

    private func letGo() async throws {
        let sweep = Sweep(
            retention: self.retention,
            writer: self.writer,
            readers: self.readers,
            time: self.time,
            metrics: self.metrics
        )
        let gone = try await sweep.round()
        guard gone != RetentionCount() else { return }
        self.logger.notice(
            "What nobody came back to is gone",
            ["guests": "\(gone.guests)", "conversations": "\(gone.conversations)"]
        )
    }

    // MARK: Room

    private func giveRoomBack() async throws {
        var space = try await self.writer.write { try FreeSpace(of: $0) }
        if space.isPlenty {
            // So much is gone that it pays to go over the index, in which it still is.
            try await self.mergeWords()
            space = try await self.writer.write { try FreeSpace(of: $0) }
            var pages = 0
            while space.next > 0, await self.comesToRest() {
                let (given, now) = try await self.writer.write { database in
                    let before = try FreeSpace(of: database)
                    try database.giveBack(pages: before.next)
                    let after = try FreeSpace(of: database)
                    return (before.pages - after.pages, after)
                }
                (pages, space) = (pages + given, now)
                try await self.time.sleep(Self.pause)
            }
            try await self.writer.moveLog()
            let bytes = pages * space.pageSize
            self.metrics.count("shuren_database_given_back_bytes_total", by: UInt64(max(0, bytes)))
            self.logger.notice("Room that the database does not need is given back", ["bytes": "\(bytes)"])
        }
        self.metrics.set("shuren_database_free_bytes", to: Double(space.bytes))
    }

    private func mergeWords() async throws {
        var begins = true
        while await self.comesToRest() {
            let isFirst = begins
            let hasDone = try await self.writer.write { database in
                try WordRows(database: database).merge(pages: Self.batch, begins: isFirst)
            }
            guard hasDone else { return }
            begins = false
            try await self.time.sleep(Self.pause)
        }
    }

    /// Waits for a moment in which nobody writes; `false` when there is none for a while.
    private func comesToRest() async -> Bool {
        for _ in 0..<Self.patience {
            if self.writer.isIdle { return true }
            guard (try? await self.time.sleep(Self.pause)) != nil else { return false }
        }
        return false
    }

    /// Repeats a step with pauses until it has nothing to do; returns how much it did in all.
    private func untilNothingIsLeft(_ step: @escaping @Sendable (Database) throws -> Int) async throws -> Int {
        var count = 0
        while true {
            let done = try await self.writer.write(step)
            guard done > 0 else { return count }
            count += done
            try await self.time.sleep(Self.pause)
        }
    }
}
