internal import Chat
internal import Glibc
internal import SQLite

/// Why a backup was not made; nothing is left at its name then.
package enum BackupError: Error, Sendable, Equatable {
    /// The copy is not sound, so the database may not be either.
    case unsound(findings: [String])
    /// The name is one of the server's own files.
    case wouldOverwrite(path: String)
    case failed(reason: String)
}

extension Storage {
    /// Copies the database, as it is at this moment, to a file that stands alone; writing goes on meanwhile.
    ///
    /// The file gets its name only after it was read back, every message in it, and found sound, and after it is on the
    /// device. A file of that name is replaced. What waits in the spool is not in it.
    package func backup(to path: String) async throws(BackupError) -> Inspection {
        guard !self.isOwn(path) else { throw .wouldOverwrite(path: path) }
        let draft = path + ".part"
        do throws(BackupError) {
            let copied = try await self.copied(to: draft)
            guard copied.findings.isEmpty else { throw .unsound(findings: copied.findings) }
            try Backup.publish(draft, as: path)
            return copied
        } catch {
            unsafe unlink(draft)
            throw error
        }
    }

    private func copied(to draft: String) async throws(BackupError) -> Inspection {
        do throws(StoreError) {
            return try await self.read { try Backup.make(of: $0, at: draft) }
        } catch {
            throw .failed(reason: error.sentence)
        }
    }

    /// Whether a path names the database or what belongs to it, whatever the path looks like.
    private func isOwn(_ path: String) -> Bool {
        let own = [self.path, self.path + "-wal", self.path + "-shm"].compactMap(Folder.identity(of:))
        return Folder.identity(of: path).map(own.contains) ?? false
    }
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unsound(let findings):
            "The copy is not sound: \(findings.prefix(5).joined(separator: "; ")). Nothing was left there; run "
                + "'shuren check'."
        case .wouldOverwrite(let path): "\(path) is the server's own database. Give the backup another name."
        case .failed(let reason): "The backup could not be made: \(reason)"
        }
    }
}

/// The steps of a backup.
enum Backup {
    /// Writes the copy, reads it back, and says what is in it.
    static func make(of database: Database, at draft: String) throws -> Inspection {
        unsafe unlink(draft)
        // Counted first: the state that is read begins with the first question, and the copy is of the same.
        let expected = try ["conversation": database.count("conversation"), "message": database.count("message")]
        // Made here, so that it is its owner's alone from the beginning.
        let file = try File(path: draft)
        try database.copy(to: draft)
        try file.sync()
        var copied = try Inspection(of: Database(path: draft, access: .readingUnchanged), thorough: true)
        if copied.findings.isEmpty, expected != ["conversation": copied.conversations, "message": copied.messages] {
            copied.findings.append("the copy has not as many rows as the database")
        }
        return copied
    }

    static func publish(_ draft: String, as path: String) throws(BackupError) {
        do throws(SystemError) {
            try Folder.rename(draft, to: path)
        } catch {
            throw .failed(reason: "\(error)")
        }
    }
}
