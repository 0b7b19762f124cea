package import Accounts
internal import Chat
package import Identifiers
package import Observability
internal import SQLite

/// Keys, in SQLite.
extension StoredAccounts: KeyStore {
    package func insert(_ key: APIKey, limit: Int) async throws(AccountStoreError) -> Bool {
        try await self.change { database in
            let count = "SELECT count(*) FROM api_key WHERE person = ?1"
            guard try database.first(count, key.person.rawValue, read: { Int($0.integer(0)) }) ?? 0 < limit else {
                return false
            }
            try database.insert(person: key.person, kind: "key", at: key.createdAt)
            try database.run(
                """
                INSERT INTO api_key (hash, person, name, created_at, scopes, expires_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """,
                key.hash.rawValue,
                key.person.rawValue,
                key.name,
                key.createdAt.milliseconds,
                key.scopes.list,
                key.expiresAt?.milliseconds
            )
            return true
        }
    }

    package func holder(ofKey hash: SecretHash) async throws(AccountStoreError) -> KeyHolder? {
        let sql = "\(Self.selection) WHERE k.hash = ?1"
        return try await self.read { try $0.first(sql, hash.rawValue) { try $0.keyHolder() } }
    }

    package func keys(of person: PersonID?) async throws(AccountStoreError) -> [KeyHolder] {
        let order = "ORDER BY k.created_at DESC, k.hash LIMIT 1000"
        return try await self.read { database in
            guard let person else { return try database.all("\(Self.selection) \(order)") { try $0.keyHolder() } }
            return try database.all("\(Self.selection) WHERE k.person = ?1 \(order)", person.rawValue) {
                try $0.keyHolder()
            }
        }
    }

    package func noteUse(ofKey hash: SecretHash, at time: Timestamp) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run("UPDATE api_key SET used_at = ?2 WHERE hash = ?1", hash.rawValue, time.milliseconds)
        }
    }

    package func endKey(_ hash: SecretHash) async throws(AccountStoreError) {
        try await self.write { database in
            try database.run("DELETE FROM stream_token WHERE session = ?1", hash.rawValue)
            try database.run("DELETE FROM api_key WHERE hash = ?1", hash.rawValue)
        }
    }

    private static let selection = """
        SELECT k.hash, k.person, k.name, k.scopes, k.created_at, k.expires_at, k.used_at,
            a.name, p.role, a.created_at, a.disabled_at, f.last_step
        FROM api_key k JOIN person p ON p.id = k.person LEFT JOIN account a ON a.person = k.person
            LEFT JOIN second_factor f ON f.person = k.person
        """
}

extension Statement {
    /// A key and who has it, in the order of `selection`.
    fileprivate func keyHolder() throws -> KeyHolder {
        let person: PersonID = try self.identifier(1)
        guard let scopes = Set<KeyScope>(names: self.text(3).split(separator: ",").map(String.init)) else {
            throw StoreError.damaged(reason: "a key in the database has no scope that there is")
        }
        let key = APIKey(
            hash: SecretHash(rawValue: self.text(0)),
            person: person,
            name: self.text(2),
            scopes: scopes,
            createdAt: self.timestamp(4),
            expiresAt: self.optionalTimestamp(5),
            usedAt: self.optionalTimestamp(6)
        )
        return KeyHolder(key: key, account: try self.account(of: person), hasSecondFactor: !self.isNull(11))
    }

    private func account(of person: PersonID) throws -> Account? {
        guard let name = self.optionalText(7) else { return nil }
        guard let name = AccountName(name), let role = Role(rawValue: self.text(8)) else {
            throw StoreError.damaged(reason: "an account in the database has no name or role that there is")
        }
        return Account(
            person: person,
            name: name,
            role: role,
            createdAt: self.timestamp(9),
            disabledAt: self.optionalTimestamp(10)
        )
    }
}
