internal import Chat
internal import Glibc
internal import SQLite

/// Why a backup was not made; nothing is left at its name then.
package enum BackupError: Error, Sendable, Equatable {
    /// The copy is not sound, so the database may not be either.
    case unsound(findings: [String])
    case failed(reason: String)
}

extension Storage {
    /// Copies the database, as it is at this moment, to a file that stands alone; writing goes on meanwhile.
    ///
    /// The file gets its name only after it was read back and found sound, and after it is on the device. A file of that
    /// name is replaced. What waits in the spool is not in it.
    package func backup(to path: String) async throws(BackupError) {
        let draft = path + ".part"
        let result: Result<[String], BackupError>
        do throws(StoreError) {
            result = .success(try await self.read { try Backup.make(of: $0, at: draft) })
        } catch {
            result = .failure(.failed(reason: "\(error)"))
        }
        do throws(BackupError) {
            let findings = try result.get()
            guard findings.isEmpty else { throw .unsound(findings: findings) }
            try Backup.publish(draft, as: path)
        } catch {
            unsafe unlink(draft)
            throw error
        }
    }
}

/// The steps of a backup.
private enum Backup {
    /// Writes the copy and returns what is wrong with it.
    static func make(of database: Database, at draft: String) throws -> [String] {
        unsafe unlink(draft)
        // Made here, so that it is its owner's alone from the beginning.
        let file = try File(path: draft)
        try database.copy(to: draft)
        try file.sync()
        let copy = try Database(path: draft, access: .reading)
        let broken = try copy.brokenReferences()
        return try copy.problems(thorough: true) + (broken > 0 ? ["\(broken) rows point to nothing"] : [])
    }

    static func publish(_ draft: String, as path: String) throws(BackupError) {
        guard unsafe rename(draft, path) == 0 else {
            throw .failed(reason: "\(SystemError.last("cannot rename to", path))")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        do throws(SystemError) {
            try Folder.sync(folder)
        } catch {
            throw .failed(reason: "\(error)")
        }
    }
}
