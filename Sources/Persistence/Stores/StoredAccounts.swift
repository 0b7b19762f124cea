package import Accounts
internal import Chat
package import Identifiers
package import Observability
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
            try database.run(
                "INSERT INTO session (hash, person, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
                session.hash.rawValue,
                session.person.rawValue,
                session.createdAt.milliseconds,
                session.expiresAt.milliseconds
            )
        }
    }

    package func session(_ hash: SecretHash) async throws(AccountStoreError) -> Session? {
        try await self.first("SELECT person, created_at, expires_at FROM session WHERE hash = ?1", hash) { row in
            Session(
                hash: hash,
                person: try row.identifier(0),
                createdAt: row.timestamp(1),
                expiresAt: row.timestamp(2)
            )
        }
    }

    package func extend(_ hash: SecretHash, until expiresAt: Timestamp) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run(
                "UPDATE session SET expires_at = ?2 WHERE hash = ?1",
                hash.rawValue,
                expiresAt.milliseconds
            )
        }
    }

    package func insert(_ token: StreamToken) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run(
                """
                INSERT INTO stream_token
                    (hash, person, message, conversation, parent, text, starts_before, agent, kind, time_zone,
                    minutes_east, profile_version, follows_nothing)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
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
                token.occasion.followsNothing ? 1 : 0
            )
            let oldest = token.startsBefore + (.zero - Self.tokenLife)
            try database.run("DELETE FROM stream_token WHERE starts_before < ?1", oldest.milliseconds)
        }
    }

    package func streamToken(_ hash: SecretHash) async throws(AccountStoreError) -> StreamToken? {
        let sql = """
            SELECT person, message, conversation, parent, text, starts_before, agent, kind, time_zone, minutes_east,
                profile_version, follows_nothing FROM stream_token WHERE hash = ?1
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
                startsBefore: row.timestamp(5)
            )
        }
    }

    package func insert(_ key: APIKey) async throws(AccountStoreError) {
        try await self.write { database in
            try database.insert(person: key.person, kind: "key", at: key.createdAt)
            try database.run(
                "INSERT INTO api_key (hash, person, name, created_at) VALUES (?1, ?2, ?3, ?4)",
                key.hash.rawValue,
                key.person.rawValue,
                key.name,
                key.createdAt.milliseconds
            )
        }
    }

    package func key(_ hash: SecretHash) async throws(AccountStoreError) -> APIKey? {
        try await self.first("SELECT person, name, created_at FROM api_key WHERE hash = ?1", hash) { row in
            APIKey(hash: hash, person: try row.identifier(0), name: row.text(1), createdAt: row.timestamp(2))
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

    private func write(_ step: @escaping @Sendable (Database) throws -> Void) async throws(AccountStoreError) {
        do throws(StoreError) {
            try await self.writer.write(step)
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

    private func read<Answer: Sendable>(
        _ question: @escaping @Sendable (Database) throws -> Answer
    ) async throws(AccountStoreError) -> Answer {
        do throws(StoreError) {
            return try await self.readers.read(question)
        } catch {
            throw AccountStoreError(error)
        }
    }
}

extension Database {
    /// Keeps a person unless they are there already.
    fileprivate func insert(person: PersonID, kind: String, at time: Timestamp) throws(SQLiteError) {
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
