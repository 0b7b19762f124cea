package import SQLite

/// The tables as this version of the program knows them, and the way there from every earlier version.
///
/// `application_id` says that a file is ours, `user_version` how many migrations it has behind it. There is no way back:
/// a file of a newer program is refused, and before an existing file is changed a copy is laid beside it.
package struct Schema: Sendable {
    /// Why a file cannot be used.
    package enum Failure: Error, Sendable, Equatable {
        /// It is some other program's database.
        case foreign(applicationID: Int32)
        /// A newer version of this program made it.
        case newer(found: Int, known: Int)
        /// A migration left rows that point to nothing.
        case broken(version: Int)
    }

    /// "SHRN" in ASCII.
    package static let applicationID: Int32 = 0x5348_524E

    /// The schema of this version of the program.
    package static let current = Schema(migrations: [
        firstSchema, secondSchema, thirdSchema, fourthSchema, fifthSchema, sixthSchema, seventhSchema,
        eighthSchema, ninthSchema, tenthSchema, eleventhSchema,
    ])

    /// What takes a file from version n to n + 1, for every n.
    let migrations: [String]

    /// The version that this program brings every file to.
    package var version: Int { self.migrations.count }

    /// Brings a database to this schema, each migration in a transaction of its own.
    package func prepare(_ database: Database, copyBeforeChange path: String? = nil) throws {
        let found = try self.versionFound(in: database)
        guard found < self.version else { return }
        if let path, found > 0 { try database.copy(to: "\(path).before-version-\(self.version)") }
        for version in found..<self.version {
            try database.transaction { try self.migrate(database, from: version) }
        }
        database.forgetStatements()
    }

    /// The version that a database has, 0 for an empty one; throws when it is not ours to change.
    func versionFound(in database: Database) throws -> Int {
        let application = try database.applicationID
        let version = try database.userVersion
        if application == 0, version == 0, try self.isEmpty(database) { return 0 }
        guard application == Self.applicationID else { throw Failure.foreign(applicationID: application) }
        guard version <= self.version else { throw Failure.newer(found: version, known: self.version) }
        return version
    }

    private func isEmpty(_ database: Database) throws -> Bool {
        try database.first("SELECT 1 FROM sqlite_schema LIMIT 1") { _ in true } == nil
    }

    private func migrate(_ database: Database, from version: Int) throws {
        try database.execute(self.migrations[version])
        try database.setApplicationID(Self.applicationID)
        try database.setUserVersion(version + 1)
        guard try database.brokenReferences() == 0 else { throw Failure.broken(version: version + 1) }
    }
}

extension Schema.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .foreign(let id):
            "The database belongs to another program (application_id \(id)). Give Shuren a folder of its own with DATA_DIR."
        case .newer(let found, let known):
            "The database has schema version \(found), and this program knows versions up to \(known). A newer Shuren has "
                + "used it: start that one again, or restore the copy from before its first start. Nothing was changed."
        case .broken(let version):
            "Bringing the database to schema version \(version) would leave rows that point to nothing; it was undone. "
                + "Run 'shuren check' and restore a backup if it finds damage."
        }
    }
}
