package import Checkup
internal import Glibc
package import Observability
internal import SQLite

/// How far a proof has come.
package struct ProofProgress: Sendable, Equatable {
    package enum Step: String, Sendable, CaseIterable {
        case reading, copying, restoring, comparing, starting
    }

    package let step: Step
    /// From 0 to 1.
    package let share: Double
}

/// Why a restore was not proved.
package enum ProofError: Error, Sendable, Equatable {
    case noDatabase(path: String)
    /// Another proof runs on the same folder.
    case inProgress
    /// Two copies do not fit beside the database, with something left.
    case noRoom(needed: Int, free: Int)
    /// The database is of another version's schema: a restore would change it.
    case otherVersion(found: Int, known: Int)
    /// What came back is not what was there.
    case differs(findings: [String])
    case cancelled
    case failed(reason: String)
}

extension Storage {
    /// Copies the database as a backup does, restores the copy into a folder of its own, and compares every table of both; then
    /// starts on what was restored, and has it take a conversation and give it back.
    ///
    /// Beside a running server or without one: the database is only read, in one state, and everything that is written is in
    /// a folder that is gone afterwards. It blocks for as long as that takes, so a server calls it on a thread of its own
    /// (``restoreProved(_:time:progress:)``); what `progress` throws ends it. What a restore changes on purpose (stream tokens, one-time codes, the count of
    /// runs) is not compared.
    package static func proveRestore(
        _ settings: Settings,
        time: TimeSource = .system,
        progress: (ProofProgress) throws(CancellationError) -> Void = { _ in }
    ) throws(ProofError) -> ProvedRestore {
        do {
            let proof = try ProofOfRestore(settings, time: time)
            defer { proof.clear() }
            let proved = try proof.run(progress)
            try ProvedRestores(inFolder: settings.dataFolder).keep(proved)
            return proved
        } catch let error as ProofError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .failed(reason: "\(error)")
        }
    }

    /// Proves a restore on a thread of its own.
    package static func restoreProved(
        _ settings: Settings,
        time: TimeSource = .system,
        progress: @escaping @Sendable (ProofProgress) throws(CancellationError) -> Void = { _ in }
    ) async throws(ProofError) -> ProvedRestore {
        let outcome: Result<ProvedRestore, ProofError> = await withCheckedContinuation { continuation in
            DedicatedThread.start("restore-proof") {
                do throws(ProofError) {
                    continuation.resume(
                        returning: .success(try Self.proveRestore(settings, time: time, progress: progress))
                    )
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}

/// One proof, and the folder that it works in.
private struct ProofOfRestore: ~Copyable {
    /// Tables that a restore changes on purpose.
    private static let changedByRestore: Set = ["run", "stream_token", "one_time_code"]
    /// What has to be left on the device beside both copies.
    private static let rest = 64 << 20

    private let settings: Storage.Settings
    private let time: TimeSource
    private let source: String
    private let folder: String
    private let lock: File

    private var backup: String { self.folder + "/backup.sqlite" }
    private var restored: Storage.Settings {
        var settings = Storage.Settings(dataFolder: self.folder + "/restored")
        settings.spoolSize = 1 << 20
        return settings
    }

    /// Takes the folder, and removes what a proof left there that was cut off.
    init(_ settings: Storage.Settings, time: TimeSource) throws {
        let source = DataFolder.databasePath(in: settings.dataFolder)
        guard Folder.contains(source) else { throw ProofError.noDatabase(path: source) }
        let folder = settings.dataFolder + "/proof"
        try Folder.make(folder)
        let lock = try File(path: folder + "/lock")
        guard try lock.tryLock() else { throw ProofError.inProgress }
        self.settings = settings
        self.time = time
        self.source = source
        self.folder = folder
        self.lock = lock
        self.clearCopies()
    }

    /// Removes everything again.
    func clear() {
        self.clearCopies()
        unsafe unlink(self.folder + "/lock")
        unsafe rmdir(self.folder)
    }

    private func clearCopies() {
        for name in ["", ".part"] { unsafe unlink(self.backup + name) }
        let database = DataFolder.databasePath(in: self.restored.dataFolder)
        for name in [
            "", "-wal", "-shm", "-journal", ".restoring", ".restoring-journal", ".restoring-wal", ".restoring-shm",
        ] {
            unsafe unlink(database + name)
        }
        unsafe unlink(self.restored.dataFolder + "/lock")
        unsafe rmdir(self.restored.dataFolder)
    }

    func run(_ progress: (ProofProgress) throws(CancellationError) -> Void) throws -> ProvedRestore {
        let start = self.time.elapsed()
        try self.checkRoom()
        let (before, content) = try self.copy(progress)
        try progress(ProofProgress(step: .restoring, share: 0))
        _ = try Storage.restore(self.backup, in: self.restored, keepsSessions: true, time: self.time)
        let bytes = try File(reading: self.backup).byteCount
        let rows = before.values.reduce(0) { $0 + $1.rows }
        try self.compare(before, rows: rows, progress)
        try progress(ProofProgress(step: .starting, share: 0))
        try self.startOnCopy()
        return ProvedRestore(
            at: self.time.now(),
            took: self.time.elapsed() - start,
            conversations: content.conversations,
            messages: content.messages,
            tables: before.count,
            rows: rows,
            bytes: bytes
        )
    }

    private func checkRoom() throws {
        let size = try File(reading: self.source).byteCount
        let log = Folder.contains(self.source + "-wal") ? try File(reading: self.source + "-wal").byteCount : 0
        let needed = 2 * (size + log) + Self.rest
        let free = try Folder.freeBytes(in: self.folder)
        guard free >= needed else { throw ProofError.noRoom(needed: needed, free: free) }
    }

    /// Reads the database in one state, table by table, and makes the backup of the same state.
    private func copy(
        _ progress: (ProofProgress) throws(CancellationError) -> Void
    ) throws -> ([String: TableDigest], Inspection) {
        let database = try Database(
            path: self.source,
            access: DataFolder.momentaryAccess(in: self.settings.dataFolder)
        )
        return try database.snapshot {
            let version = try database.userVersion
            guard version == Schema.current.version else {
                throw ProofError.otherVersion(found: version, known: Schema.current.version)
            }
            let all = max(1, try database.count("message") * 8)
            let digests = try self.digests(in: database, .reading, all: all, progress)
            try progress(ProofProgress(step: .copying, share: 0))
            let content = try Backup.make(of: database, at: self.backup)
            guard content.findings.isEmpty else { throw ProofError.differs(findings: content.findings) }
            return (digests, content)
        }
    }

    private func compare(
        _ before: [String: TableDigest],
        rows: Int,
        _ progress: (ProofProgress) throws(CancellationError) -> Void
    ) throws {
        let path = DataFolder.databasePath(in: self.restored.dataFolder)
        let database = try Database(path: path, access: .readingUnchanged)
        let after = try self.digests(in: database, .comparing, all: max(1, rows), progress)
        let names = Set(before.keys).union(after.keys).subtracting(Self.changedByRestore)
        let different = names.filter { before[$0] != after[$0] }.sorted()
        guard different.isEmpty else {
            throw ProofError.differs(findings: different.map { "the table \($0) is not the same after a restore" })
        }
        let left = (after["stream_token"]?.rows ?? 0) + (after["one_time_code"]?.rows ?? 0)
        guard left == 0 else { throw ProofError.differs(findings: ["tokens or codes came back with a restore"]) }
    }

    private func digests(
        in database: Database,
        _ step: ProofProgress.Step,
        all: Int,
        _ progress: (ProofProgress) throws(CancellationError) -> Void
    ) throws -> [String: TableDigest] {
        try progress(ProofProgress(step: step, share: 0))
        return try TableDigest.all(in: database) { count in
            try progress(ProofProgress(step: step, share: min(1, Double(count) / Double(all))))
        }
    }

    /// Does what a start does, and has the copy take a conversation and give it back.
    private func startOnCopy() throws {
        let folder = try DataFolder(path: self.restored.dataFolder)
        _ = try Storage.prepareDatabase(in: folder, at: self.time.now())
        let database = try Database(path: folder.databasePath, access: .writing)
        let (marker, now) = ("proof-of-the-restore", self.time.now().milliseconds)
        try database.transaction {
            try database.run("INSERT INTO person (id, kind, created_at) VALUES (?1, 'guest', ?2)", marker, now)
            try database.run(
                "INSERT INTO conversation (id, owner, title, created_at, updated_at) VALUES (?1, ?1, ?1, ?2, ?2)",
                marker,
                now
            )
        }
        try database.checkpoint(truncating: true)
        let found = try database.first("SELECT title FROM conversation WHERE owner = ?1", marker) { $0.text(0) }
        guard found == marker else {
            throw ProofError.differs(findings: ["the restored copy does not give back what it takes"])
        }
    }
}

extension ProofError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noDatabase(let path): "There is no database \(path) yet; the first start makes it."
        case .inProgress: "Another proof of a restore runs on this folder. Wait for it."
        case .noRoom(let needed, let free):
            "Two copies of the database need \(needed >> 20) MiB beside it, and \(free >> 20) MiB are free. Make room, or "
                + "restore a backup on another machine."
        case .otherVersion(let found, let known):
            "The database has schema \(found) and this program knows \(known): use the program of the running server."
        case .differs(let findings): "A restore does not bring back what there is: \(findings.joined(separator: "; "))."
        case .cancelled: "The proof of a restore was given up."
        case .failed(let reason): "The restore could not be tried: \(reason)"
        }
    }
}
