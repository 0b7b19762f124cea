import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `The bin` {
    private let folder: TemporaryFolder
    private let storage: Storage
    private let time = TestTime()

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
        try await self.storage.makeGuest(.bob)
        for (person, name) in [(PersonID.ada, "one"), (.ada, "two"), (.bob, "three")] {
            let start = GenerationStart.sample(name, by: person, in: "talk-\(name)", text: "knee \(name)")
            _ = try await self.storage.generations.claim(start)
            _ = try await self.storage.replies.keep(.sample(of: start)) {}
        }
    }

    /// How many rows tell of a conversation and what was said in it.
    private func rows(of name: String) async throws -> [Int] {
        try await self.storage.read { database in
            try [
                "SELECT count(*) FROM conversation WHERE id = ?1 OR id = ?2",
                "SELECT count(*) FROM message WHERE conversation = ?1 OR id = ?2",
                "SELECT count(*) FROM generation WHERE conversation = ?1 AND ?2 <> ''",
                "SELECT count(*) FROM reply_part WHERE generation = ?2 OR generation = ?1",
                "SELECT count(*) FROM message_words WHERE message_words MATCH ?1 AND rowid <> ?2",
            ].enumerated().map { index, sql in
                let values =
                    index == 4 ? (name, "0") : ("talk-\(name)" + padding(name), "reply-\(name)" + padding(name, 6))
                return try database.first(sql, values.0, values.1) { Int($0.integer(0)) } ?? 0
            }
        }
    }

    @Test func `is emptied for its owner alone, of every trace`() async throws {
        for (person, name) in [(PersonID.ada, "one"), (.bob, "three")] {
            #expect(try await self.storage.conversations.delete(.named("talk-\(name)"), by: person, at: .sample))
        }
        #expect(try await self.rows(of: "one").allSatisfy { $0 > 0 })

        try await self.storage.conversations.emptyBin(of: .ada)

        #expect(try await self.rows(of: "one") == [0, 0, 0, 0, 0])
        #expect(try await self.rows(of: "two").allSatisfy { $0 > 0 })
        #expect(try await self.rows(of: "three").allSatisfy { $0 > 0 })
        #expect(try await self.storage.conversations.restore(.named("talk-one"), by: .ada) == nil)
        #expect(try await self.storage.read { try $0.brokenReferences() } == 0)
    }

    @Test func `is emptied in small steps however long a conversation is, and gives nothing back meanwhile`()
        async throws
    {
        _ = try await self.storage.lengthen("talk-one", by: 300, behind: .named("ask-one"), of: .ada)
        #expect(try await self.storage.conversations.delete(.named("talk-one"), by: .ada, at: .sample))
        func step(_ work: @escaping @Sendable (BinRows) throws -> Int) async throws -> Int {
            try await self.storage.writeDirectly { try work(BinRows(database: $0)) }
        }
        #expect(try await step { try $0.giveUp(count: 9, of: .ada) } == 1)

        var steps: [Int] = []
        while let done = try await Optional(step { try $0.forget(count: 50) }), done > 0 {
            steps.append(done)
            #expect(try await self.storage.conversations.restore(.named("talk-one"), by: .ada) == nil)
            #expect(try await self.storage.read { try $0.brokenReferences() } == 0)
        }

        #expect(steps.allSatisfy { $0 <= 50 } && steps.reduce(0, +) == 300 + 2 + 1 + 1)
        #expect(try await self.rows(of: "one") == [0, 0, 0, 0, 0])
    }

    @Test func `keeps that a message was answered, so that it starts no second reply when it comes again`() async throws
    {
        _ = try await self.storage.conversations.delete(.named("talk-one"), by: .ada, at: .sample)
        try await self.storage.conversations.emptyBin(of: .ada)

        let again = GenerationStart.sample("one", by: .ada, in: "talk-one", text: "knee one")
        let claim = try await self.storage.generations.claim(again)

        guard case .existing(let record) = claim else {
            Issue.record("it was claimed anew: \(claim)")
            return
        }
        #expect(record.state == .complete)
        let left = try await self.storage.conversations.conversations(of: .ada, limit: 9)
        #expect(left.map(\.id) == [.named("talk-two")])
    }

    @Test func `is emptied after thirty days, not before`() async throws {
        let now = self.time.source.now()
        let limit = now + (.zero - BinRows.patience)
        let store = self.storage.conversations
        #expect(try await store.delete(.named("talk-one"), by: .ada, at: limit + .milliseconds(-1)))
        #expect(try await store.delete(.named("talk-two"), by: .ada, at: limit))

        try await self.storage.tidying(on: .hurried(self.time)).round()

        #expect(try await self.rows(of: "one") == [0, 0, 0, 0, 0])
        #expect(try await store.restore(.named("talk-two"), by: .ada) != nil)
    }

    @Test func `keeps a conversation in which a reply is being written`() async throws {
        let start = GenerationStart.sample("four", in: "talk-one")
        _ = try await self.storage.generations.claim(start)
        let store = self.storage.conversations
        #expect(try await store.delete(.named("talk-one"), by: .ada, at: .sample))

        try await store.emptyBin(of: .ada)
        #expect(try await store.page(of: .bin, of: .ada, behind: nil, limit: 9).conversations.count == 1)
        _ = try await self.storage.replies.keep(.sample(of: start)) {}
        try await store.emptyBin(of: .ada)

        #expect(try await store.page(of: .bin, of: .ada, behind: nil, limit: 9).conversations.isEmpty)
        #expect(try await self.rows(of: "one") == [0, 0, 0, 0, 0])
    }
}

/// What an identifier by that name ends with; see ``Identifier/named(_:)``.
private func padding(_ name: String, _ prefix: Int = 5) -> String {
    String(repeating: "-", count: max(0, 16 - prefix - name.count))
}

extension TimeSource {
    /// A time in which nobody waits.
    static func hurried(_ time: TestTime) -> TimeSource {
        TimeSource(now: time.source.now, elapsed: time.source.elapsed, sleep: { _ in })
    }
}
