internal import Chat
internal import SQLite

/// What a look at a database found, without changing anything.
package struct Inspection: Sendable, Equatable {
    package var version = 0
    package var conversations = 0
    package var messages = 0
    /// What is wrong, in sentences for the operator; empty when all is well.
    package var findings: [String] = []

    /// Looks at structure, references and the content of every message; `thorough` compares indexes as well.
    init(of database: Database, thorough: Bool) throws {
        let application = try database.applicationID
        guard application == Schema.applicationID else {
            self.findings = ["\(Schema.Failure.foreign(applicationID: application))"]
            return
        }
        self.version = try database.userVersion
        guard self.version <= Schema.current.version else {
            self.findings = ["\(Schema.Failure.newer(found: self.version, known: Schema.current.version))"]
            return
        }
        self.findings = try database.problems(thorough: thorough)
        guard self.findings.isEmpty else { return }
        self.conversations = try database.count("conversation")
        self.messages = try database.count("message")
        let broken = try database.brokenReferences()
        if broken > 0 { self.findings.append("\(broken) rows point to nothing") }
        let damaged = try MessageRows.damaged(in: database)
        if damaged > 0 { self.findings.append("the content of \(damaged) messages is not what was written") }
    }
}

/// What waits in a spool, without touching it.
package struct SpoolInspection: Sendable, Equatable {
    package let waiting: Int
    package let damagedStretches: Int
}

extension Storage {
    /// Whether a data folder has a database.
    package static func isThere(_ settings: Settings) -> Bool {
        Folder.contains(DataFolder.databasePath(in: settings.dataFolder))
    }

    /// Looks at the database of a data folder, beside a running server as well; `nil` when there is none yet.
    package static func inspect(_ settings: Settings, thorough: Bool) throws -> Inspection? {
        let path = DataFolder.databasePath(in: settings.dataFolder)
        guard Folder.contains(path) else { return nil }
        return try Self.naming(path) {
            let database = try Database(path: path, access: DataFolder.momentaryAccess(in: settings.dataFolder))
            return try Inspection(of: database, thorough: thorough)
        }
    }

    /// Looks at the spool of a data folder; `nil` when there is none yet.
    package static func inspectSpool(_ settings: Settings) throws -> SpoolInspection? {
        let place = settings.spool
        guard Folder.contains(SpoolFiles.path(ofSegment: 0, in: place.folder)) else { return nil }
        var waiting = 0
        var damaged = 0
        for index in 0..<place.segmentCount {
            let path = SpoolFiles.path(ofSegment: index, in: place.folder)
            guard Folder.contains(path) else { continue }
            let segment = try SpoolSegment(reading: path)
            waiting += segment.found.count
            damaged += segment.damagedStretches
        }
        return SpoolInspection(waiting: waiting, damagedStretches: damaged)
    }
}

extension Database {
    func count(_ table: String) throws -> Int {
        try self.first("SELECT count(*) FROM \(table)") { Int($0.integer(0)) } ?? 0
    }
}
