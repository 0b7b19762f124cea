internal import SQLite

/// What a look at the data folder found, beside a running server or without one; nothing is changed.
package struct InstallationLook: Sendable {
    /// `nil` when there is none yet.
    package let database: Inspection?
    package let databaseBytes: Int
    /// `nil` when there is none yet.
    package let spool: SpoolInspection?
    /// Whether the spool lies on a device of its own.
    package let isSpoolApart: Bool
    /// What is free on the devices of the database and of the spool.
    package let freeForDatabase: Int
    package let freeForSpool: Int
}

extension Storage {
    /// Looks at database, spool and devices on a thread of its own, since that may take a while; `nil` when there is no folder.
    package static func look(at settings: Settings) async -> Result<InstallationLook?, any Error> {
        await withCheckedContinuation { continuation in
            DedicatedThread.start("checkup") {
                continuation.resume(returning: Result { try Self.lookNow(at: settings) })
            }
        }
    }

    private static func lookNow(at settings: Settings) throws -> InstallationLook? {
        guard Folder.contains(settings.dataFolder) else { return nil }
        let path = DataFolder.databasePath(in: settings.dataFolder)
        let spoolFolder = Folder.contains(settings.spool.folder) ? settings.spool.folder : settings.dataFolder
        return InstallationLook(
            database: try self.inspect(settings, thorough: false),
            databaseBytes: Folder.contains(path) ? try File(reading: path).byteCount : 0,
            spool: try self.inspectSpool(settings),
            isSpoolApart: try Folder.device(of: spoolFolder) != Folder.device(of: settings.dataFolder),
            freeForDatabase: try Folder.freeBytes(in: settings.dataFolder),
            freeForSpool: try Folder.freeBytes(in: spoolFolder)
        )
    }
}
