package import Accounts
internal import Chat
package import Identifiers
internal import SQLite

/// Second factors and the codes that stand in for them, in SQLite.
extension StoredAccounts {
    package func spendRecoveryCode(_ code: SecretHash, of person: PersonID) async throws(AccountStoreError) -> Bool {
        let sql = "DELETE FROM recovery_code WHERE person = ?1 AND hash = ?2 RETURNING 1"
        return try await self.change { try $0.first(sql, person.rawValue, code.rawValue) { _ in true } ?? false }
    }

    package func secondFactor(of person: PersonID) async throws(AccountStoreError) -> SecondFactor? {
        let sql = "SELECT secret, last_step FROM second_factor WHERE person = ?1"
        return try await self.read { database in
            try database.first(sql, person.rawValue) { row in
                guard let secret = TimedSecret(base32: row.text(0)) else {
                    throw StoreError.damaged(reason: "a second factor in the database has no secret")
                }
                return row.optionalInteger(1).map { .inUse(secret, lastStep: $0) } ?? .offered(secret)
            }
        }
    }

    package func offer(_ secret: TimedSecret, to person: PersonID) async throws(AccountStoreError) -> Bool {
        let sql = """
            INSERT INTO second_factor (person, secret) VALUES (?1, ?2)
            ON CONFLICT (person) DO UPDATE SET secret = ?2 WHERE last_step IS NULL RETURNING 1
            """
        return try await self.change { try $0.first(sql, person.rawValue, secret.base32) { _ in true } ?? false }
    }

    package func use(
        _ step: Int64,
        of secret: TimedSecret,
        by person: PersonID
    ) async throws(AccountStoreError) -> Bool {
        let sql = """
            UPDATE second_factor SET last_step = ?3
            WHERE person = ?1 AND secret = ?2 AND (last_step IS NULL OR last_step < ?3) RETURNING 1
            """
        return try await self.change { try $0.first(sql, person.rawValue, secret.base32, step) { _ in true } ?? false }
    }

    package func removeSecondFactor(of person: PersonID) async throws(AccountStoreError) {
        try await self.write { try $0.run("DELETE FROM second_factor WHERE person = ?1", person.rawValue) }
    }
}
