package import Chat
internal import Crypto
internal import Identifiers
package import Observability
internal import SQLite

/// Everything that is kept, opened: the stores that the domain asks for, over one data folder.
///
/// ``open(_:logger:metrics:time:)`` brings the folder into order (schema, check, spool, replies that a crash cut off)
/// before anybody can ask for anything. ``run()`` is the service that saves in the background what could not be saved at
/// once. ``close()`` comes last, when nobody writes any more.
package final class Storage: Sendable {
    /// Where things are kept, and how.
    package struct Settings: Sendable, Equatable {
        package var dataFolder: String
        /// Where the spool lies; inside the data folder when it is `nil`.
        package var spoolFolder: String?
        /// Whether the log gets the text of a reply that could not be saved.
        package var logsFailedSaves = true
        /// The spool's size in bytes.
        package var spoolSize = 64 << 20
        /// How long what nobody comes back to is kept.
        package var retention = Retention()

        package init(dataFolder: String, spoolFolder: String? = nil) {
            self.dataFolder = dataFolder
            self.spoolFolder = spoolFolder
        }

        var spool: Spool.Place {
            let folder = self.spoolFolder ?? self.dataFolder + "/spool"
            return Spool.Place(folder: folder, segmentCount: 4, segmentSize: self.spoolSize / 4)
        }
    }

    /// The database's content is not to be trusted.
    package struct Damage: Error, Sendable, Equatable, CustomStringConvertible {
        package let path: String
        package let findings: [String]

        package var description: String {
            "The database \(self.path) is damaged: \(self.findings.prefix(5).joined(separator: "; ")). Nothing was written "
                + "to it. Restore a backup, and keep the damaged file with its -wal until that is done."
        }
    }

    /// Does something with the database of a path; what SQLite cannot read is said with the path and what to do.
    static func naming<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as SQLiteError where error.isDamaged {
            throw Damage(path: path, findings: ["\(error)"])
        }
    }

    package let conversations: StoredConversations
    package let search: StoredSearch
    package let spending: StoredSpending
    package let generations: StoredGenerations
    package let replies: SaveQueue
    package let accounts: StoredAccounts
    package let settings: StoredSettings
    package let profiles: StoredProfiles
    package let facts: StoredFacts
    package let connection: StoredConnection
    package let own: ReadersOwn
    /// This run of the server, increased at each start.
    package var epoch: Int { self.current.epoch }

    /// The version of the SQLite library in this process.
    package static var libraryVersion: String { Database.libraryVersion }

    /// Where the database lies.
    package var path: String { self.folder.databasePath }

    /// What is said where nothing more fits beside the database.
    package static let noRoom = "there is no room on the disk of the data folder"

    /// Why no new generations should be started, in a sentence for the operator; `nil` while everything is well.
    package var unreadiness: String? {
        if let reason = self.writer.refusalReason { return reason }
        guard self.replies.hasRoom else { return "the spool has no room for another reply" }
        let waiting = self.replies.waitingCount
        if waiting > 0 { return "the database does not take writes; \(waiting) replies wait in the spool" }
        // Tried only after a commit has failed: until the next one holds, nobody else knows whether there is room again.
        return self.writer.hadNoRoom && !self.folder.hasRoom ? Self.noRoom : nil
    }

    let folder: DataFolder
    private let current: Run
    private let writer: Writer
    private let readers: Readers
    private let spool: Spool
    private let damage: DamageReport
    private let retention: Retention
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics

    /// Takes the folder unless it is `owned` already, brings it into order, and returns when it is ready.
    ///
    /// Throws ``DataFolder/Failure``, ``Schema/Failure``, ``Damage`` or what the system said; each says what to do.
    package static func open(
        _ settings: Settings,
        in owned: DataFolder? = nil,
        logger: Logger,
        metrics: Metrics,
        time: TimeSource = .system
    ) async throws -> Storage {
        let folder = if let owned { owned } else { try DataFolder(path: settings.dataFolder) }
        let current = try Self.prepareDatabase(in: folder, at: time.now())
        let hasSpool = try Self.prepareSpoolFolder(settings, logger: logger)
        let storage = Storage(
            settings,
            folder: folder,
            current: current,
            logger: logger,
            metrics: metrics,
            time: time
        )
        do {
            // A new spool is being written with zeros meanwhile; there is nothing in it to wait for.
            if hasSpool { await storage.replaySpool() }
            try await storage.interruptAbandoned()
        } catch {
            await storage.closeFiles()
            throw error
        }
        return storage
    }

    private init(
        _ settings: Settings,
        folder: DataFolder,
        current: Run,
        logger: Logger,
        metrics: Metrics,
        time: TimeSource
    ) {
        let damage = DamageReport(logger: logger, metrics: metrics)
        let readers = Readers(path: folder.databasePath)
        let writer = Writer(
            path: folder.databasePath,
            logger: logger,
            metrics: metrics,
            time: time,
            whenReopened: { readers.reopen() }
        )
        let spool = Spool(settings.spool, random: SecureRandom())
        self.folder = folder
        self.current = current
        self.writer = writer
        self.readers = readers
        self.spool = spool
        self.damage = damage
        self.retention = settings.retention
        self.time = time
        self.logger = logger
        self.metrics = metrics
        self.conversations = StoredConversations(writer: writer, readers: readers, damage: damage)
        self.search = StoredSearch(readers: readers)
        self.spending = StoredSpending(writer: writer, readers: readers)
        self.generations = StoredGenerations(
            writer: writer,
            readers: readers,
            run: current,
            time: time,
            damage: damage
        )
        self.accounts = StoredAccounts(writer: writer, readers: readers)
        self.settings = StoredSettings(writer: writer, readers: readers)
        self.profiles = StoredProfiles(writer: writer, readers: readers)
        self.facts = StoredFacts(writer: writer, readers: readers)
        self.connection = StoredConnection(inFolder: folder.path)
        self.own = ReadersOwn(writer: writer, readers: readers, damage: damage)
        self.replies = SaveQueue(
            table: writer,
            spool: spool,
            time: time,
            random: SecureRandom(),
            logger: logger,
            metrics: metrics,
            logsText: settings.logsFailedSaves
        )
    }

    /// Saves in the background what could not be saved at once, until `replies.finish()` or until it is cancelled.
    package func run() async throws {
        do throws(SpoolError) {
            _ = try await self.spool.findings()
        } catch {
            self.logger.error("There is no spool: what the database refuses is lost", ["reason": "\(error)"])
        }
        let scrub = self.scrub(on: self.time)
        let tidying = self.tidying(on: self.time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if self.current.followsCleanEnd { await self.checkInBackground() }
                await scrub.run()
            }
            group.addTask { await tidying.run() }
            try await self.replies.run()
            group.cancelAll()
        }
    }

    /// The slow round through all messages, by some clock.
    func scrub(on time: TimeSource) -> Scrub { Scrub(readers: self.readers, damage: self.damage, time: time) }

    /// The rounds that bring the index up to date, empty the bin and let go of what nobody comes back to, by some clock.
    func tidying(on time: TimeSource) -> Tidying {
        Tidying(
            writer: self.writer,
            readers: self.readers,
            retention: self.retention,
            time: time,
            logger: self.logger,
            metrics: self.metrics
        )
    }

    /// Asks on a reading connection what no store answers.
    func read<Answer: Sendable>(
        _ question: @escaping @Sendable (Database) throws -> Answer
    ) async throws(StoreError) -> Answer {
        try await self.readers.read(question)
    }

    /// Has the log moved into the file soon, as far as readers let it.
    func moveLog() async throws(StoreError) { try await self.writer.moveLog() }

    /// Runs a step on the writing connection, for what no store offers.
    @discardableResult
    func writeDirectly<Result: Sendable>(
        _ step: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        try await self.writer.write(step)
    }

    /// Notes the proper end of the run and closes everything; what waits in the spool stays there.
    package func close() async {
        let current = self.current
        let now = self.time.now()
        do throws(StoreError) {
            try await self.writer.write { try current.end(in: $0, at: now) }
        } catch {
            // The next start checks the file then, which takes a moment longer.
            self.logger.warning("The end of this run could not be noted", ["reason": "\(error)"])
        }
        await self.closeFiles()
    }

    private func closeFiles() async {
        // Readers first: the writer's connection is the last and moves the log into the file.
        await self.readers.close()
        await self.writer.close()
        await self.spool.close()
    }

    /// Brings the database of a folder into order and begins a run in it.
    static func prepareDatabase(in folder: DataFolder, at time: Timestamp) throws -> Run {
        // Made here, so that it is its owner's alone from the beginning; the log takes over its rights.
        do { _ = try File(path: folder.databasePath) }
        let database = try Database(path: folder.databasePath, access: .writing)
        do {
            return try Self.naming(folder.databasePath) { try Self.beginRun(in: database, of: folder, at: time) }
        } catch {
            // Closing must not write, either: whoever repairs the file needs it as it is, with its log.
            database.keepLog()
            throw error
        }
    }

    private static func beginRun(in database: Database, of folder: DataFolder, at time: Timestamp) throws -> Run {
        // Looked at before it is changed in any way, a migration included.
        if try Schema.current.versionFound(in: database) > 0, try !Run.lastEndedWell(in: database) {
            let findings = try database.problems()
            guard findings.isEmpty else { throw Damage(path: folder.databasePath, findings: findings) }
        }
        try Schema.current.prepare(database, copyBeforeChange: folder.databasePath)
        var random = SecureRandom()
        return try Run.begin(in: database, owner: Identifier<Run>(using: &random).rawValue, at: time)
    }

    /// Makes the spool's folder and says whether there is a spool in it already.
    private static func prepareSpoolFolder(_ settings: Settings, logger: Logger) throws -> Bool {
        let folder = settings.spool.folder
        try Folder.make(folder)
        if try Folder.device(of: folder) == Folder.device(of: settings.dataFolder) {
            logger.notice(
                "The spool is on the same device as the database: a broken disk takes both. SPOOL_DIR moves it",
                ["spool": folder]
            )
        }
        return Folder.contains(SpoolFiles.path(ofSegment: 0, in: folder))
    }

    private func replaySpool() async {
        do throws(SpoolError) {
            let findings = try await self.spool.findings()
            if findings.damagedStretches > 0 {
                self.logger.error(
                    "Part of the spool is damaged; its files are kept as they are",
                    ["stretches": "\(findings.damagedStretches)"]
                )
            }
            guard !findings.tickets.isEmpty else { return }
            let left = await self.replies.replay(findings.tickets)
            self.logger.notice(
                "Replies were taken from the spool",
                ["found": "\(findings.tickets.count)", "still_waiting": "\(left)"]
            )
        } catch {
            self.logger.error("The spool cannot be read", ["reason": "\(error)"])
        }
    }

    private func interruptAbandoned() async throws {
        let epoch = self.epoch
        let now = self.time.now()
        let count = try await self.writer.write { database in
            try Recovery.interruptAbandoned(in: database, before: epoch, at: now)
        }
        if count > 0 { self.logger.notice("Replies of an earlier run were cut off", ["count": "\(count)"]) }
    }

    private func checkInBackground() async {
        do throws(StoreError) {
            let findings = try await self.readers.read { try $0.problems() }
            guard !findings.isEmpty else { return }
            self.logger.error("The database is damaged", ["findings": findings.prefix(5).joined(separator: "; ")])
        } catch {
            self.logger.warning("The database could not be checked", ["reason": "\(error)"])
        }
    }
}
