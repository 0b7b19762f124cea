import Accounts
import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `Conversations in SQLite` {
    private let folder: TemporaryFolder
    private let storage: Storage
    private var store: StoredConversations { self.storage.conversations }

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
        try await self.storage.makeGuest(.bob)
        for (index, name) in ["one", "two", "three"].enumerated() {
            let start = GenerationStart.sample(name, in: "talk-\(name)", at: .sample + .seconds(index * 60))
            _ = try await self.storage.generations.claim(start)
        }
    }

    @Test func `are listed for their owner, last touched first`() async throws {
        let all = try await self.store.conversations(of: .ada, limit: 10)

        #expect(all.map(\.title) == ["Title three", "Title two", "Title one"])
        #expect(try await self.store.conversations(of: .ada, limit: 2).count == 2)
        #expect(try await self.store.conversations(of: .bob, limit: 10).isEmpty)
    }

    @Test func `come with their newest messages in order`() async throws {
        _ = try await self.storage.generations.claim(.sample("four", in: "talk-one"))

        let found = try await self.store.conversation(.named("talk-one"), of: .ada, limit: 3)

        #expect(found?.messages.map(\.id) == [.named("reply-one"), .named("ask-four"), .named("reply-four")])
        #expect(found?.conversation.title == "Title one")
    }

    @Test func `do not exist for others`() async throws {
        let id = Conversation.ID.named("talk-one")

        #expect(try await self.store.conversation(id, of: .bob, limit: 3) == nil)
        #expect(try await self.store.change(id, .init(title: "Mine"), by: .bob, at: .sample) == nil)
        #expect(try await !self.store.delete(id, by: .bob, at: .sample))
        #expect(try await self.store.conversation(id, of: .ada, limit: 3)?.conversation.title == "Title one")
    }

    @Test func `get another title`() async throws {
        #expect(
            try await self.store.change(.named("talk-one"), .init(title: "Better"), by: .ada, at: .sample)?.title
                == "Better"
        )

        #expect(
            try await self.store.conversation(.named("talk-one"), of: .ada, limit: 1)?.conversation.title == "Better"
        )
    }

    @Test func `are out of sight when deleted, once`() async throws {
        #expect(try await self.store.delete(.named("talk-one"), by: .ada, at: .sample))

        #expect(try await !self.store.delete(.named("talk-one"), by: .ada, at: .sample))
        #expect(try await self.store.conversations(of: .ada, limit: 10).count == 2)
        #expect(try await self.store.conversation(.named("talk-one"), of: .ada, limit: 1) == nil)
        #expect(try await self.store.change(.named("talk-one"), .init(title: "Back"), by: .ada, at: .sample) == nil)
    }
}

@Suite(.timeLimit(.minutes(20))) struct `Accounts in SQLite` {
    private let folder: TemporaryFolder
    private let storage: Storage
    private var store: StoredAccounts { self.storage.accounts }

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
    }

    private func token(_ name: String, startsBefore: Timestamp, text: String? = nil) -> StreamToken {
        StreamToken(
            hash: SecretHash(rawValue: name),
            person: .ada,
            message: "m",
            conversation: "c",
            parent: "p",
            text: text,
            startsBefore: startsBefore
        )
    }

    @Test func `know a session by its hash, and move its end`() async throws {
        let hash = SecretHash(rawValue: "session of \(PersonID.ada)")
        #expect(try await self.store.session(hash)?.expiresAt == .sample + .seconds(60))

        var used = try #require(try await self.store.session(hash))
        used.expiresAt = .sample + .seconds(90)
        try await self.store.update(used)

        #expect(try await self.store.session(hash)?.expiresAt == .sample + .seconds(90))
        #expect(try await self.store.session(hash)?.person == .ada)
        #expect(try await self.store.session(SecretHash(rawValue: "unknown")) == nil)
    }

    @Test func `keep nothing of a guest whose session cannot be kept`() async throws {
        let session = Session(
            hash: SecretHash(rawValue: "session of \(PersonID.ada)"),
            person: .bob,
            createdAt: .sample,
            expiresAt: .sample
        )

        await #expect(throws: AccountStoreError.self) {
            try await self.store.insert(guest: .bob, session: session)
        }

        await #expect(throws: AccountStoreError.self) {
            try await self.store.insert(
                StreamToken(
                    hash: SecretHash(rawValue: "t"),
                    person: .bob,
                    message: "m",
                    conversation: "c",
                    parent: nil,
                    text: nil,
                    startsBefore: .sample
                )
            )
        }
    }

    @Test func `know a stream token by its hash, expired or not`() async throws {
        let tokens = [
            self.token("a", startsBefore: .sample, text: "Hi"), self.token("b", startsBefore: .sample + .seconds(600)),
        ]
        for token in tokens { try await self.store.insert(token) }

        for token in tokens { #expect(try await self.store.streamToken(token.hash) == token) }
    }

    @Test func `forget a stream token that is long past its use`() async throws {
        let old = self.token("a", startsBefore: .sample)
        try await self.store.insert(old)
        try await self.store.insert(self.token("b", startsBefore: .sample + .seconds(25 * 60 * 60)))

        #expect(try await self.store.streamToken(old.hash) == nil)
    }

    @Test func `know an API key by its hash, with a person of its own`() async throws {
        let key = APIKey(hash: SecretHash(rawValue: "k"), person: .bob, name: "load test", createdAt: .sample)

        #expect(try await self.store.insert(key, limit: 1))

        #expect(try await self.store.holder(ofKey: key.hash) == KeyHolder(key: key, account: nil))
        #expect(try await self.store.holder(ofKey: SecretHash(rawValue: "l")) == nil)
        guard case .new = try await self.storage.generations.claim(.sample(by: .bob)) else {
            return #expect(Bool(false))
        }
    }
}

@Suite(.timeLimit(.minutes(20))) struct `Settings in SQLite` {
    @Test func `are changed, reset and remembered with who, when, from what to what, and why`() async throws {
        let folder = try TemporaryFolder()
        let storage = try await Storage.testing(folder)
        let store = storage.settings
        func change(_ name: String, _ value: String?, _ from: String, _ to: String, _ by: String) -> SettingChange {
            SettingChange(name: name, value: value, from: from, to: to, by: by, at: .sample, why: "\(by) says so")
        }
        let changes = [
            change("percent", "10", "100", "10", "ada"), change("other", "x", "y", "x", "ada"),
            change("percent", "20", "10", "20", "guard"), change("other", nil, "x", "y", "bob"),
        ]

        try await store.make(Array(changes[..<2]))
        try await store.make(Array(changes[2...]))
        try await store.note("{}", onNewestChangeOf: "percent")
        try await store.note("{}", onNewestChangeOf: "unknown")

        #expect(try await store.settings() == ["percent": KeptSetting(value: "20", by: "guard")])
        let history = try await store.changes(limit: 10)
        #expect(history.map(\.verdict) == [nil, "{}", nil, nil])
        #expect(history.map(\.from) == ["x", "10", "y", "100"] && history.map(\.to) == ["y", "20", "x", "10"])
        #expect(history[0] == changes[3] && history[3] == changes[0])
        #expect(try await store.changes(limit: 1) == [changes[3]])
        await storage.close()
    }
}
