internal import Glibc
internal import SQLite

/// The folder that everything is kept in, owned by one process as long as the value lives.
///
/// Two servers on one folder would each believe that they alone write: SQLite before 3.51.3 can corrupt its log then,
/// and each would declare the other's running replies interrupted. The lock is the kernel's (`flock`), so it ends with
/// the process however that ends.
package final class DataFolder: Sendable {
    /// Why a folder cannot be used.
    package enum Failure: Error, Sendable, Equatable {
        /// Another process uses it.
        case inUse(path: String, process: String)
        case unusable(SystemError)
    }

    package let path: String
    private let lock: File

    /// Makes the folder when it is missing, and takes it.
    package init(path: String) throws(Failure) {
        self.path = path
        do throws(SystemError) {
            try Folder.make(path)
            self.lock = try File(path: path + "/lock")
        } catch {
            throw .unusable(error)
        }
        try self.take()
    }

    deinit {
        self.lock.unlock()
    }

    /// Where the database lies.
    package var databasePath: String { Self.databasePath(in: self.path) }

    /// Where the database of a folder lies.
    static func databasePath(in path: String) -> String { path + "/chat.sqlite" }

    /// How a folder's database is read for a moment without taking the folder.
    ///
    /// Where nobody writes, and nothing is in a log, it can be read without any of the files that a log needs.
    static func momentaryAccess(in path: String) -> Database.Access {
        let log = Self.databasePath(in: path) + "-wal"
        let isAtRest = !Folder.contains(log) || (!Folder.hasContent(log) && Self.isFree(path))
        return isAtRest ? .readingUnchanged : .reading
    }

    /// Whether no process has the folder at this moment; takes and makes nothing.
    private static func isFree(_ path: String) -> Bool {
        guard let lock = try? File(reading: path + "/lock") else { return true }
        return (try? lock.isUnlocked()) ?? false
    }

    /// Whether there is a database in it.
    package var hasDatabase: Bool { Folder.hasContent(self.databasePath) }

    /// Whether its disk takes a few hundred kilobytes more, tried by writing them.
    package var hasRoom: Bool {
        let path = self.path + "/room"
        defer { unsafe unlink(path) }
        do throws(SystemError) {
            let file = try File(path: path)
            try file.write([UInt8](repeating: 1, count: 256 * 1024), at: 0)
            try file.sync()
            return true
        } catch {
            return false
        }
    }

    private func take() throws(Failure) {
        let isTaken: Bool
        do throws(SystemError) {
            isTaken = try self.lock.tryLock()
            if isTaken {
                try self.lock.truncate(to: 0)
                try self.lock.write(Array("\(getpid())\n".utf8), at: 0)
            }
        } catch {
            throw .unusable(error)
        }
        guard isTaken else { throw .inUse(path: self.path, process: self.holder) }
    }

    /// The number of the process that has the lock, as far as it wrote it down.
    private var holder: String {
        // Only for the message; the lock itself has spoken already.
        let bytes = (try? self.lock.read(20, at: 0)) ?? []
        let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }
}

extension DataFolder.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inUse(let path, let process):
            "The data folder \(path) is in use by process \(process). One server owns a folder: stop that one, or give this "
                + "one another folder with DATA_DIR."
        case .unusable(let error):
            "The data folder cannot be used: \(error). Check the path in DATA_DIR and the owner of its volume."
        }
    }
}
