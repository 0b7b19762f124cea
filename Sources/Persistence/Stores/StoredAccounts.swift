package import Accounts
internal import Chat
package import Identifiers
internal import Observability
internal import SQLite

/// People and what opens things for them, in SQLite.
package struct StoredAccounts: AccountStore {
    private let writer: Writer
    private let readers: Readers

    /// How long after its last start a token can still be asked for; it attaches until ten minutes after the reply's end.
    private static let tokenLife = Duration.seconds(24 * 60 * 60)

    init(writer: Writer, readers: Readers) {
        self.writer = writer
        self.readers = readers
    }

    package func insert(guest: PersonID, session: Session) async throws(AccountStoreError) {
        try await self.write { database in
            try database.insert(person: guest, kind: "guest", at: session.createdAt)
            try database.insert(session)
        }
    }

    private static let sessionColumns = "hash, person, created_at, expires_at, used_at, device"

    package func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session? {
        try await self.first("SELECT \(Self.sessionColumns) FROM session WHERE hash = ?1", hash) { row in
            try row.session()
        }
    }

    package func visitor(_ hash: SecretHash) async throws(AccountStoreError) -> Visitor? {
        let sql = """
            SELECT s.hash, s.person, s.created_at, s.expires_at, s.used_at, s.device, p.role, a.person, a.disabled_at,
                f.last_step
            FROM session s JOIN person p ON p.id = s.person LEFT JOIN account a ON a.person = s.person
                LEFT JOIN second_factor f ON f.person = s.person
            WHERE s.hash = ?1
            """
        return try await self.first(sql, hash) { row in
            let role = Role(rawValue: row.text(6)) ?? .person
            let standing: Standing =
                row.isNull(7) ? .guest : row.isNull(8) ? .account(role) : .disabled
            return Visitor(session: try row.session(), standing: standing, hasSecondFactor: !row.isNull(9))
        }
    }

    package func sessions(of person: PersonID) async throws(AccountStoreError) -> [Session] {
        let sql = """
            SELECT \(Self.sessionColumns) FROM session WHERE person = ?1
            ORDER BY coalesce(used_at, created_at) DESC, hash LIMIT 100
            """
        return try await self.read { try $0.all(sql, person.rawValue) { try $0.session() } }
    }

    package func update(_ session: Session) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run(
                "UPDATE session SET expires_at = ?2, used_at = ?3, device = ?4 WHERE hash = ?1",
                session.hash.rawValue,
                session.expiresAt.milliseconds,
                session.usedAt.milliseconds,
                session.device
            )
        }
    }

    package func end(_ hash: SecretHash) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run("DELETE FROM stream_token WHERE session = ?1", hash.rawValue)
            try database.run("DELETE FROM session WHERE hash = ?1", hash.rawValue)
        }
    }

    package func insert(_ token: StreamToken) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run(
                """
                INSERT INTO stream_token
                    (hash, person, message, conversation, parent, text, starts_before, agent, kind, time_zone,
                    minutes_east, profile_version, follows_nothing, session)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                """,
                token.hash.rawValue,
                token.person.rawValue,
                token.message,
                token.conversation,
                token.parent,
                token.text,
                token.startsBefore.milliseconds,
                token.agent,
                token.occasion.kind.rawValue,
                token.occasion.timeZone,
                token.occasion.minutesEastOfUTC,
                token.occasion.profileVersion,
                token.occasion.followsNothing ? 1 : 0,
                token.session?.rawValue
            )
            let oldest = token.startsBefore + (.zero - Self.tokenLife)
            try database.run("DELETE FROM stream_token WHERE starts_before < ?1", oldest.milliseconds)
        }
    }

    package func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken? {
        let sql = """
            SELECT person, message, conversation, parent, text, starts_before, agent, kind, time_zone, minutes_east,
                profile_version, follows_nothing, session FROM stream_token WHERE hash = ?1
            """
        return try await self.first(sql, hash) { row in
            StreamToken(
                hash: hash,
                person: try row.identifier(0),
                message: row.text(1),
                conversation: row.text(2),
                parent: row.optionalText(3),
                text: row.optionalText(4),
                agent: row.optionalText(6),
                occasion: Occasion(
                    kind: row.optionalText(7).flatMap(Occasion.Kind.init(rawValue:)) ?? .chat,
                    timeZone: row.optionalText(8),
                    minutesEastOfUTC: row.optionalInteger(9).map { Int($0) } ?? 0,
                    profileVersion: row.optionalInteger(10).map { Int($0) },
                    followsNothing: row.optionalInteger(11) == 1
                ),
                session: row.optionalText(12).map(SecretHash.init(rawValue:)),
                startsBefore: row.timestamp(5)
            )
        }
    }

    package func makeAdmin(_ person: PersonID) async throws(AccountStoreError) {
        try await self.write { try $0.run("UPDATE person SET role = 'admin' WHERE id = ?1", person.rawValue) }
    }

    package func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool {
        try await self.read { database in
            try database.first("SELECT 1 FROM person WHERE id = ?1 AND role = 'admin'", person.rawValue) { _ in true }
        } ?? false
    }

    package func hasAdmin() async throws(AccountStoreError) -> Bool {
        try await self.read { try $0.first("SELECT 1 FROM person WHERE role = 'admin' LIMIT 1") { _ in true } } ?? false
    }

    func write(_ step: @escaping @Sendable (Database) throws -> Void) async throws(AccountStoreError) {
        try await self.change(step)
    }

    /// Does a step of writing, in one transaction, and says what came of it.
    func change<Outcome: Sendable>(
        _ step: @escaping @Sendable (Database) throws -> Outcome
    ) async throws(AccountStoreError) -> Outcome {
        do throws(StoreError) {
            return try await self.writer.write(step)
        } catch {
            throw AccountStoreError(error)
        }
    }

    private func first<Row: Sendable>(
        _ sql: String,
        _ hash: SecretHash,
        read: @escaping @Sendable (borrowing Statement) throws -> Row
    ) async throws(AccountStoreError) -> Row? {
        try await self.read { try $0.first(sql, hash.rawValue, read: read) }
    }

    func read<Answer: Sendable>(
        _ question: @escaping @Sendable (Database) throws -> Answer
    ) async throws(AccountStoreError) -> Answer {
        do throws(StoreError) {
            return try await self.readers.read(question)
        } catch {
            throw AccountStoreError(error)
        }
    }
}

extension Statement {
    /// A session, in the order of `sessionColumns`.
    fileprivate func session() throws -> Session {
        Session(
            hash: SecretHash(rawValue: self.text(0)),
            person: try self.identifier(1),
            createdAt: self.timestamp(2),
            expiresAt: self.timestamp(3),
            usedAt: self.optionalTimestamp(4),
            device: self.optionalText(5)
        )
    }
}

extension Database {
    /// Keeps a person unless they are there already.
    func insert(person: PersonID, kind: String, at time: Timestamp) throws(SQLiteError) {
        try self.run(
            "INSERT OR IGNORE INTO person (id, kind, created_at) VALUES (?1, ?2, ?3)",
            person.rawValue,
            kind,
            time.milliseconds
        )
    }
}

extension AccountStoreError {
    init(_ error: StoreError) {
        switch error {
        case .busy: self = .busy
        case .unavailable(let reason), .damaged(let reason): self = .unavailable(reason: reason)
        }
    }
}
