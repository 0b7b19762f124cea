import Accounts
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

/// What every store of keys has to do.
@Suite(.timeLimit(.minutes(20))) struct `A store of keys` {
    private func key(_ name: String, of person: PersonID, _ scopes: Set<KeyScope> = [.read]) -> APIKey {
        APIKey(
            hash: SecretHash(rawValue: name),
            person: person,
            name: name,
            scopes: scopes,
            createdAt: .sample + .seconds(name.utf8.count),
            expiresAt: name.utf8.count == 1 ? nil : .sample + .seconds(60)
        )
    }

    @Test(arguments: Implementation.allCases)
    func `gives back what it was given, the newest first, with whose it is`(implementation: Implementation) async throws
    {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let people = try #require(stores.accounts as? any PeopleStore)
        let account = Account(person: .ada, name: try #require(AccountName("Ada")), role: .admin, createdAt: .sample)
        #expect(try await people.open(NewAccount(account: account, password: nil)) == .opened)
        let keys = [
            self.key("a", of: .ada), self.key("bb", of: .ada, [.admin, .chat]), self.key("ccc", of: .named("program")),
        ]
        for key in keys { #expect(try await stores.accounts.insert(key, limit: 2)) }

        #expect(try await !stores.accounts.insert(self.key("dddd", of: .ada), limit: 2))
        #expect(try await stores.accounts.keys(of: .ada).map(\.key) == [keys[1], keys[0]])
        #expect(try await stores.accounts.keys(of: nil).map(\.key) == keys.reversed())
        #expect(try await stores.accounts.keys(of: .bob).isEmpty)
        #expect(try await stores.accounts.holder(ofKey: keys[1].hash) == KeyHolder(key: keys[1], account: account))
        #expect(try await stores.accounts.holder(ofKey: keys[2].hash) == KeyHolder(key: keys[2], account: nil))

        let secret = try #require(TimedSecret(base32: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))
        _ = try await people.offer(secret, to: .ada)
        #expect(try await stores.accounts.holder(ofKey: keys[1].hash)?.hasSecondFactor == false)
        _ = try await people.use(1, of: secret, by: .ada)
        #expect(try await stores.accounts.holder(ofKey: keys[1].hash)?.hasSecondFactor == true)
    }

    @Test(arguments: Implementation.allCases)
    func `keeps the last use, and ends a key with what was handed to it`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let (key, other) = (self.key("a", of: .ada), self.key("bb", of: .ada))
        for key in [key, other] { #expect(try await stores.accounts.insert(key, limit: 9)) }
        for key in [key, other] {
            try await stores.accounts.insert(
                StreamToken(
                    hash: SecretHash(rawValue: "token of \(key.name)"),
                    person: .ada,
                    message: key.name,
                    conversation: "talk",
                    parent: nil,
                    text: "Hi",
                    session: key.hash,
                    startsBefore: .sample
                )
            )
        }

        try await stores.accounts.noteUse(ofKey: key.hash, at: .sample + .seconds(9))
        try await stores.accounts.noteUse(ofKey: SecretHash(rawValue: "gone"), at: .sample)
        #expect(try await stores.accounts.holder(ofKey: key.hash)?.key.usedAt == .sample + .seconds(9))
        #expect(try await stores.accounts.holder(ofKey: other.hash)?.key.usedAt == nil)

        try await stores.accounts.endKey(key.hash)
        try await stores.accounts.endKey(key.hash)

        #expect(try await stores.accounts.holder(ofKey: key.hash) == nil)
        #expect(try await stores.accounts.streamToken(SecretHash(rawValue: "token of a")) == nil)
        #expect(try await stores.accounts.streamToken(SecretHash(rawValue: "token of bb")) != nil)
        #expect(try await stores.accounts.keys(of: .ada).map(\.key) == [other])
    }

    @Test func `of version 9 may do afterwards what it could do before`() async throws {
        let folder = try TemporaryFolder()
        do {
            let data = try DataFolder(path: folder.file("data"))
            let database = try Database(path: data.databasePath, access: .writing)
            try Schema(migrations: Array(Schema.current.migrations.prefix(9))).prepare(database)
            try database.run("INSERT INTO person (id, kind, created_at) VALUES (?1, 'key', 1)", PersonID.bob.rawValue)
            let sql = "INSERT INTO api_key (hash, person, name, created_at) VALUES ('old', ?1, 'load test', 1)"
            try database.run(sql, PersonID.bob.rawValue)
        }
        let storage = try await Storage.testing(folder)

        let holder = try await storage.accounts.holder(ofKey: SecretHash(rawValue: "old"))

        let key = try #require(holder?.key)
        #expect(key.scopes == [.read, .chat] && key.expiresAt == nil && key.usedAt == nil && holder?.account == nil)
        await storage.close()
    }
}
