internal import Accounts
internal import Chat
internal import Crypto
internal import Identifiers
internal import Observability
internal import SQLite

/// What the steps of an account's transactions do with its rows.
struct AccountRows {
    let database: Database

    private static let columns = "a.person, a.name, p.role, a.created_at, a.disabled_at, a.password"
    private static let tables = "account a JOIN person p ON p.id = a.person"

    // MARK: Reading

    /// The account whose column has that value.
    func account(_ column: String, _ value: String) throws -> (Account, PasswordHash?)? {
        let sql = "SELECT \(Self.columns) FROM \(Self.tables) WHERE \(column) = ?1"
        return try self.database.first(sql, value) { row in (try row.account(), try row.password(5)) }
    }

    func accounts(after folded: String, containing text: String, limit: Int) throws -> [ListedAccount] {
        let sql = """
            SELECT \(Self.columns),
                (SELECT max(coalesce(used_at, created_at)) FROM session WHERE person = a.person),
                EXISTS (SELECT 1 FROM second_factor WHERE person = a.person AND last_step IS NOT NULL)
            FROM \(Self.tables) WHERE a.folded > ?1 AND instr(a.folded, ?2) > 0 ORDER BY a.folded LIMIT ?3
            """
        return try self.database.all(sql, folded, text, limit) { row in
            ListedAccount(
                account: try row.account(),
                usedAt: row.optionalTimestamp(6),
                hasSecondFactor: row.integer(7) == 1
            )
        }
    }

    func isEnabled(_ person: PersonID) throws -> Bool {
        try self.has("SELECT 1 FROM account WHERE person = ?1 AND disabled_at IS NULL", person.rawValue)
    }

    func isPassword(_ hash: PasswordHash?, of person: PersonID) throws -> Bool {
        let sql = "SELECT password FROM account WHERE person = ?1"
        return try self.database.first(sql, person.rawValue) { $0.optionalText(0) } == .some(hash?.text)
    }

    private func has(_ sql: String, _ value: String) throws -> Bool {
        try self.database.first(sql, value) { _ in true } ?? false
    }

    // MARK: Making and changing

    func open(_ new: NewAccount) throws -> AccountOpening {
        let account = new.account
        let person = account.person.rawValue
        guard try !self.has("SELECT 1 FROM account WHERE person = ?1", person) else { return .hasAccount }
        guard try !self.has("SELECT 1 FROM account WHERE folded = ?1", account.name.folded) else { return .nameTaken }
        if case .invitation(let code) = new.ticket {
            guard try self.spendInvitation(code, at: account.createdAt) else { return .noInvitation }
        }
        try self.database.run(
            "INSERT OR IGNORE INTO person (id, kind, created_at) VALUES (?1, 'guest', ?2)",
            person,
            account.createdAt.milliseconds
        )
        // A guest who is an admin stays one.
        if account.role == .admin { try self.database.run("UPDATE person SET role = 'admin' WHERE id = ?1", person) }
        try self.database.run(
            "INSERT INTO account (person, name, folded, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            person,
            account.name.text,
            account.name.folded,
            new.password?.text,
            account.createdAt.milliseconds
        )
        if let session = new.session { try self.apply(session) }
        return .opened
    }

    /// Begins a session; what hung on the old one goes on with it where it is the same person's.
    func apply(_ change: SessionChange) throws {
        let new = change.new
        try self.database.insert(new)
        guard let old = change.old else { return }
        try self.database.run(
            "UPDATE stream_token SET session = ?2 WHERE session = ?1 AND person = ?3",
            old.rawValue,
            new.hash.rawValue,
            new.person.rawValue
        )
        try self.end(old)
    }

    func setPassword(_ hash: PasswordHash, of person: PersonID) throws {
        try self.database.run("UPDATE account SET password = ?2 WHERE person = ?1", person.rawValue, hash.text)
    }

    /// Ends the person's sessions and what was handed to them; returns those that were ended.
    func endSessions(of person: PersonID, except kept: SecretHash?) throws -> [SecretHash] {
        let sql = "SELECT hash FROM session WHERE person = ?1"
        let hashes = try self.database.all(sql, person.rawValue) { SecretHash(rawValue: $0.text(0)) }
        let ended = hashes.filter { $0 != kept }
        for hash in ended { try self.end(hash) }
        return ended
    }

    private func end(_ session: SecretHash) throws {
        try self.database.run("DELETE FROM stream_token WHERE session = ?1", session.rawValue)
        try self.database.run("DELETE FROM session WHERE hash = ?1", session.rawValue)
    }

    func setDisabled(_ person: PersonID, since time: Timestamp?) throws -> AccountChange {
        guard let (account, _) = try self.account("a.person", person.rawValue) else { return .noAccount }
        if time != nil, try self.isLastAdmin(account) { return .lastAdmin }
        try self.database.run(
            "UPDATE account SET disabled_at = ?2 WHERE person = ?1",
            person.rawValue,
            time?.milliseconds
        )
        guard time != nil else { return .done }
        _ = try self.endSessions(of: person, except: nil)
        try self.database.run("DELETE FROM stream_token WHERE person = ?1", person.rawValue)
        try self.database.run("DELETE FROM one_time_code WHERE person = ?1", person.rawValue)
        return .done
    }

    func setRole(_ role: Role, of person: PersonID) throws -> AccountChange {
        guard let (account, _) = try self.account("a.person", person.rawValue) else { return .noAccount }
        if role != .admin, try self.isLastAdmin(account) { return .lastAdmin }
        try self.database.run("UPDATE person SET role = ?2 WHERE id = ?1", person.rawValue, role.rawValue)
        return .done
    }

    /// Whether nobody else could do what admins do.
    private func isLastAdmin(_ account: Account) throws -> Bool {
        guard account.role == .admin, account.disabledAt == nil else { return false }
        let sql = """
            SELECT 1 FROM person p LEFT JOIN account a ON a.person = p.id
            WHERE p.role = 'admin' AND p.id <> ?1 AND a.disabled_at IS NULL LIMIT 1
            """
        return try !self.has(sql, account.person.rawValue)
    }

    // MARK: Codes

    func insert(_ code: OneTimeCode) throws {
        var purpose = "invitation"
        var person: String?
        if case .reset(let owner) = code.purpose { (purpose, person) = ("reset", owner.rawValue) }
        // A second code for the same password makes the first one void.
        if let person { try self.database.run("DELETE FROM one_time_code WHERE person = ?1", person) }
        try self.database.run(
            "INSERT INTO one_time_code (hash, purpose, person, note, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            code.hash.rawValue,
            purpose,
            person,
            code.note,
            code.expiresAt.milliseconds
        )
    }

    /// Uses up a code with which the person may choose a password; `false` when there is none.
    func spendReset(_ code: SecretHash, of person: PersonID, at time: Timestamp) throws -> Bool {
        try self.forgetEnded(at: time)
        let reset = "DELETE FROM one_time_code WHERE hash = ?2 AND person = ?1 AND purpose = 'reset' RETURNING 1"
        if try self.spends(reset, person.rawValue, code) { return true }
        let sql = "DELETE FROM recovery_code WHERE person = ?1 AND hash = ?2 RETURNING 1"
        return try self.spends(sql, person.rawValue, code)
    }

    private func spendInvitation(_ code: SecretHash, at time: Timestamp) throws -> Bool {
        try self.forgetEnded(at: time)
        let sql = "DELETE FROM one_time_code WHERE hash = ?2 AND purpose = ?1 RETURNING 1"
        return try self.spends(sql, "invitation", code)
    }

    private func forgetEnded(at time: Timestamp) throws {
        try self.database.run("DELETE FROM one_time_code WHERE expires_at <= ?1", time.milliseconds)
    }

    /// Whether a statement that deletes a code has found it.
    private func spends(_ sql: String, _ owner: String, _ code: SecretHash) throws -> Bool {
        try self.database.first(sql, owner, code.rawValue) { _ in true } ?? false
    }
}

extension Database {
    /// Keeps a new session.
    func insert(_ session: Session) throws(SQLiteError) {
        try self.run(
            """
            INSERT INTO session (hash, person, created_at, expires_at, used_at, device)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """,
            session.hash.rawValue,
            session.person.rawValue,
            session.createdAt.milliseconds,
            session.expiresAt.milliseconds,
            session.usedAt.milliseconds,
            session.device
        )
    }
}

extension Statement {
    /// An account, in the order of `columns`.
    fileprivate func account() throws -> Account {
        guard let name = AccountName(self.text(1)), let role = Role(rawValue: self.text(2)) else {
            throw StoreError.damaged(reason: "an account in the database has no name or role that there is")
        }
        return Account(
            person: try self.identifier(0),
            name: name,
            role: role,
            createdAt: self.timestamp(3),
            disabledAt: self.optionalTimestamp(4)
        )
    }

    fileprivate func password(_ column: Int) throws -> PasswordHash? {
        guard let text = self.optionalText(column) else { return nil }
        guard let hash = PasswordHash(text) else {
            throw StoreError.damaged(reason: "a password's hash in the database is none")
        }
        return hash
    }
}
