internal import Chat
internal import Crypto
internal import Glibc
internal import Identifiers
package import Observability
internal import SQLite

/// What a restore did.
package struct Restored: Sendable, Equatable {
    /// What is in the database now.
    package let content: Inspection
    /// Where the database lies that was there before; `nil` when there was none.
    package let aside: String?
}

/// Why a backup was not restored; nothing was changed then.
package enum RestoreError: Error, Sendable, Equatable, CustomStringConvertible {
    case noSuchFile(path: String)
    case unsound(path: String, findings: [String])

    package var description: String {
        switch self {
        case .noSuchFile(let path): "There is no file \(path). Nothing was changed."
        case .unsound(let path, let findings):
            "\(path) is no sound backup: \(findings.prefix(5).joined(separator: "; ")). Nothing was changed."
        }
    }
}

extension Storage {
    /// Puts a backup in the place of the database; the one that was there is kept beside it.
    ///
    /// Only where no server runs. A restore would bring back what was ended since the backup was made, so every stream
    /// token and every one-time code is void afterwards, and every session unless `keepsSessions`: a guest's cookie is all they have, and an
    /// operator may weigh that higher. The next run counts on from the larger epoch of both, so nothing that a process of
    /// before left can pass for a later word. Replies that wait in the spool are saved at the next start.
    package static func restore(
        _ path: String,
        in settings: Settings,
        keepsSessions: Bool,
        time: TimeSource = .system
    ) throws -> Restored {
        guard Folder.contains(path) else { throw RestoreError.noSuchFile(path: path) }
        let folder = try DataFolder(path: settings.dataFolder)
        let draft = folder.databasePath + ".restoring"
        defer { unsafe unlink(draft) }
        let content = try Restore.copy(path, to: draft)
        let present = try Restore.settle(folder.databasePath)
        try Restore.ready(draft, after: present, keepsSessions: keepsSessions, at: time.now())
        let aside = try Restore.exchange(draft, for: folder.databasePath, at: time.now())
        return Restored(content: content, aside: aside)
    }
}

/// The steps of a restore.
private enum Restore {
    /// Copies the backup and looks at the copy, so that what was looked at is what is used.
    static func copy(_ path: String, to draft: String) throws -> Inspection {
        unsafe unlink(draft)
        do { _ = try File(path: draft) }
        do {
            try Database(path: path, access: .readingUnchanged).copy(to: draft)
            let content = try Inspection(of: Database(path: draft, access: .readingUnchanged), thorough: true)
            guard content.findings.isEmpty else {
                throw RestoreError.unsound(path: path, findings: content.findings)
            }
            return content
        } catch let error as SQLiteError where error.isDamaged {
            throw RestoreError.unsound(path: path, findings: [error.message])
        }
    }

    /// Moves the present database's log into it and returns its newest epoch; 0 when there is none or it is damaged.
    static func settle(_ path: String) throws -> Int {
        guard Folder.contains(path) else { return 0 }
        do {
            let database = try Database(path: path, access: .writing)
            try database.checkpoint(truncating: true)
            return try Run.newestEpoch(in: database)
        } catch is SQLiteError {
            return 0  // a damaged one is kept as it is, with its log
        }
    }

    /// Brings the copy to this version's schema and ends what must not come back with it.
    static func ready(_ draft: String, after epoch: Int, keepsSessions: Bool, at time: Timestamp) throws {
        let database = try Database(path: draft, access: .writing)
        try Schema.current.prepare(database)
        try database.transaction {
            try database.run("DELETE FROM stream_token")
            // Codes that were used since would open something a second time.
            try database.run("DELETE FROM one_time_code")
            if !keepsSessions { try database.run("DELETE FROM session") }
            let newest = max(epoch, try Run.newestEpoch(in: database))
            var random = SecureRandom()
            try Run.note(newest + 1, owner: Identifier<Run>(using: &random).rawValue, endedAt: time, in: database)
        }
        try database.checkpoint(truncating: true)
        try database.execute("PRAGMA journal_mode = DELETE")
        try File(path: draft).sync()
    }

    /// Gives the copy the database's name in one step, and the database another; returns that.
    static func exchange(_ draft: String, for path: String, at time: Timestamp) throws -> String? {
        guard Folder.contains(path) else {
            try Folder.rename(draft, to: path)
            return nil
        }
        let aside = "\(path).before-restore-\(time.milliseconds)"
        // Until the next line but one both names are the old file, so there is a database at every moment.
        try Folder.link(path, as: aside)
        if Folder.contains(path + "-wal") { try Folder.rename(path + "-wal", to: aside + "-wal") }
        unsafe unlink(path + "-shm")
        try Folder.rename(draft, to: path)
        return aside
    }
}
