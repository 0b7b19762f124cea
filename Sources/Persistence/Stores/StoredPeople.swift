package import Accounts
package import Crypto
package import Identifiers
package import Observability
internal import SQLite

/// Accounts, in SQLite; what is compared before it is set is so within the transaction that sets it.
extension StoredAccounts: PeopleStore {
    package func open(_ account: NewAccount) async throws(AccountStoreError) -> AccountOpening {
        try await self.change { try AccountRows(database: $0).open(account) }
    }

    package func account(named name: AccountName) async throws(AccountStoreError) -> (Account, PasswordHash?)? {
        try await self.read { try AccountRows(database: $0).account("a.folded", name.folded) }
    }

    package func account(of person: PersonID) async throws(AccountStoreError) -> (Account, PasswordHash?)? {
        try await self.read { try AccountRows(database: $0).account("a.person", person.rawValue) }
    }

    package func accounts(
        after name: AccountName?,
        containing text: String,
        limit: Int
    ) async throws(AccountStoreError) -> [ListedAccount] {
        try await self.read { database in
            try AccountRows(database: database)
                .accounts(after: name?.folded ?? "", containing: text.lowercased(), limit: limit)
        }
    }

    package func begin(_ session: SessionChange) async throws(AccountStoreError) -> Bool {
        try await self.change { database in
            let rows = AccountRows(database: database)
            guard try rows.isEnabled(session.new.person) else { return false }
            try rows.apply(session)
            return true
        }
    }

    package func changePassword(
        of person: PersonID,
        from old: PasswordHash?,
        to new: PasswordHash,
        keeping session: SecretHash?
    ) async throws(AccountStoreError) -> [SecretHash]? {
        try await self.change { database in
            let rows = AccountRows(database: database)
            guard try rows.isPassword(old, of: person) else { return nil }
            try rows.setPassword(new, of: person)
            return try rows.endSessions(of: person, except: session)
        }
    }

    package func rehash(
        _ old: PasswordHash,
        as new: PasswordHash,
        of person: PersonID
    ) async throws(AccountStoreError) {
        try await self.write { database in
            let rows = AccountRows(database: database)
            if try rows.isPassword(old, of: person) { try rows.setPassword(new, of: person) }
        }
    }

    package func resetPassword(
        of person: PersonID,
        to new: PasswordHash,
        by code: SecretHash,
        at time: Timestamp
    ) async throws(AccountStoreError) -> [SecretHash]? {
        try await self.change { database in
            let rows = AccountRows(database: database)
            guard try rows.isEnabled(person), try rows.spendReset(code, of: person, at: time) else { return nil }
            try rows.setPassword(new, of: person)
            return try rows.endSessions(of: person, except: nil)
        }
    }

    package func setDisabled(
        _ person: PersonID,
        since time: Timestamp?
    ) async throws(AccountStoreError) -> AccountChange {
        try await self.change { try AccountRows(database: $0).setDisabled(person, since: time) }
    }

    package func setRole(_ role: Role, of person: PersonID) async throws(AccountStoreError) -> AccountChange {
        try await self.change { try AccountRows(database: $0).setRole(role, of: person) }
    }

    package func endSessions(of person: PersonID) async throws(AccountStoreError) -> [SecretHash]? {
        try await self.change { database in
            let rows = AccountRows(database: database)
            guard try rows.account("a.person", person.rawValue) != nil else { return nil }
            return try rows.endSessions(of: person, except: nil)
        }
    }

    package func insert(_ code: OneTimeCode) async throws(AccountStoreError) {
        try await self.write { try AccountRows(database: $0).insert(code) }
    }

    package func invitations(at time: Timestamp) async throws(AccountStoreError) -> [OneTimeCode] {
        let sql = """
            SELECT hash, note, expires_at FROM one_time_code WHERE purpose = 'invitation' AND expires_at > ?1
            ORDER BY expires_at DESC, hash LIMIT 200
            """
        return try await self.read { database in
            try database.all(sql, time.milliseconds) { row in
                OneTimeCode(
                    hash: SecretHash(rawValue: row.text(0)),
                    purpose: .invitation,
                    note: row.text(1),
                    expiresAt: row.timestamp(2)
                )
            }
        }
    }

    package func remove(invitation hash: SecretHash) async throws(AccountStoreError) {
        try await self.write { database in
            let sql = "DELETE FROM one_time_code WHERE hash = ?1 AND purpose = 'invitation'"
            try database.run(sql, hash.rawValue)
        }
    }

    package func setRecoveryCodes(_ codes: [SecretHash], of person: PersonID) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run("DELETE FROM recovery_code WHERE person = ?1", person.rawValue)
            for code in codes {
                let sql = "INSERT INTO recovery_code (person, hash) VALUES (?1, ?2)"
                try database.run(sql, person.rawValue, code.rawValue)
            }
        }
    }

    package func recoveryCodeCount(of person: PersonID) async throws(AccountStoreError) -> Int {
        let sql = "SELECT count(*) FROM recovery_code WHERE person = ?1"
        return try await self.read { try $0.first(sql, person.rawValue) { Int($0.integer(0)) } } ?? 0
    }
}
