internal import Chat
internal import Glibc
internal import SQLite

/// What making the database anew has changed.
package struct Packed: Sendable, Equatable {
    package let content: Inspection
    /// The sizes of the file in bytes.
    package let before: Int
    package let after: Int
}

/// Why the database was not made anew; it is as it was.
package enum PackingError: Error, Sendable, Equatable, CustomStringConvertible {
    case noDatabase(path: String)
    case noRoom(needed: Int, free: Int)
    case unsound(findings: [String])

    package var description: String {
        switch self {
        case .noDatabase(let path): "There is no database in \(path) yet."
        case .noRoom(let needed, let free):
            "The new file may need \(megabytes(needed)), and the disk has \(megabytes(free)). Nothing was changed: make room, "
                + "or move DATA_DIR."
        case .unsound(let findings):
            "The new file is not sound: \(findings.prefix(5).joined(separator: "; ")). The old one was left as it is; run "
                + "'shuren check'."
        }
    }
}

extension Storage {
    /// Makes the database's file anew, without the room in it that nothing uses, and so that it gives room back from then on.
    ///
    /// Only where no server runs. The new file takes the old one's place in one step, after every message in it was read back;
    /// cut off anywhere before, the old one is as it was. `progress` hears, now and then, how many bytes of at most how many
    /// are written; the new file may become smaller than that.
    package static func pack(
        _ settings: Settings,
        progress: @escaping @Sendable (_ written: Int, _ atMost: Int) -> Void
    ) throws -> Packed {
        guard Folder.contains(DataFolder.databasePath(in: settings.dataFolder)) else {
            throw PackingError.noDatabase(path: settings.dataFolder)
        }
        let folder = try DataFolder(path: settings.dataFolder)
        let draft = folder.databasePath + ".packing"
        defer { unsafe unlink(draft) }
        unsafe unlink(draft)
        let before = Folder.size(of: folder.databasePath)
        let expected = try Packing.settle(folder.databasePath)
        try Packing.write(folder.databasePath, to: draft, atMost: before, progress: progress)
        let content = try Packing.look(at: draft, expecting: expected)
        unsafe unlink(folder.databasePath + "-shm")
        try Folder.rename(draft, to: folder.databasePath)
        return Packed(content: content, before: before, after: Folder.size(of: folder.databasePath))
    }
}

/// The steps of making a database anew.
private enum Packing {
    /// How often a look is taken at how far it is.
    private static let glance = UInt32(500_000)

    /// Moves the log into the file, so that the file is all there is, and says what is in it.
    static func settle(_ path: String) throws -> Inspection {
        let database = try Database(path: path, access: .writing)
        let version = try Schema.current.versionFound(in: database)
        // What the search index has of messages that are gone goes now; files before version 6 have none.
        if version >= 6 { try database.run("INSERT INTO message_words (message_words) VALUES ('optimize')") }
        try database.checkpoint(truncating: true)
        let content = try Inspection(of: database, thorough: false)
        guard content.findings.isEmpty else {
            database.keepLog()
            throw PackingError.unsound(findings: content.findings)
        }
        return content
    }

    static func write(
        _ path: String,
        to draft: String,
        atMost bytes: Int,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) throws {
        let free = try Folder.freeBytes(in: Folder.parent(of: draft))
        guard free > bytes + bytes / 16 else { throw PackingError.noRoom(needed: bytes + bytes / 16, free: free) }
        // Made here, so that it is its owner's alone from the beginning; SQLite takes an empty file for none.
        let file = try File(path: draft)
        let ended = Latch()
        DedicatedThread.start("packing") {
            while !ended.isOpen {
                usleep(Self.glance)
                progress(Folder.size(of: draft), bytes)
            }
        }
        defer { ended.open() }
        // One that may only read may not write elsewhere either; what it writes here is the draft alone.
        try Database(path: path, access: .writing).pack(into: draft)
        try file.sync()
    }

    static func look(at draft: String, expecting expected: Inspection) throws -> Inspection {
        var content = try Inspection(of: Database(path: draft, access: .readingUnchanged), thorough: true)
        if (content.conversations, content.messages) != (expected.conversations, expected.messages) {
            content.findings.append("the new file has not as many rows as the old one")
        }
        guard content.findings.isEmpty else { throw PackingError.unsound(findings: content.findings) }
        return content
    }
}

/// Bytes as a person reads them.
private func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
