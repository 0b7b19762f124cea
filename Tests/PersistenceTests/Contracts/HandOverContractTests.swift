import Accounts
import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

/// What every implementation holds to when a guest's conversations become an account's.
@Suite(.timeLimit(.minutes(20))) struct `A contract about what is handed over` {
    /// One conversation of one question, and what is to become of it.
    private struct Talk {
        let start: GenerationStart
        let isRunning: Bool
        let isBinned: Bool
        /// Whether the account has used the id of its question.
        let collides: Bool
        let word: String

        var moves: Bool { !self.isBinned && !self.collides }
        var id: Conversation.ID { self.start.conversation }
    }

    private func start(_ name: String, asking message: String, word: String, by person: PersonID) -> GenerationStart {
        GenerationStart(
            person: person,
            conversation: .named("talk-\(name)"),
            message: Message(
                id: .named("ask-\(message)"),
                parent: nil,
                role: .user,
                parts: [.text("My \(word) hurts")],
                createdAt: .sample
            ),
            reply: .named("reply-\(name)"),
            title: "Title",
            agent: "general"
        )
    }

    private func makePeople(_ seed: UInt64, in stores: Implementation.Stores) async throws -> (PersonID, PersonID) {
        let people = (PersonID.named("guest-\(seed)"), PersonID.named("account-\(seed)"))
        for person in [people.0, people.1] {
            try await stores.accounts.insert(guest: person, session: .sample(of: person))
        }
        return people
    }

    private func makeTalks(
        of guest: PersonID,
        beside account: PersonID,
        _ seed: UInt64,
        in stores: Implementation.Stores
    ) async throws -> [Talk] {
        var random = SeededGenerator(seed: seed)
        var talks: [Talk] = []
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let name = "\(seed)-\(number)"
            let talk = Talk(
                start: self.start(name, asking: name, word: "word\(seed)x\(number)", by: guest),
                isRunning: Bool.random(using: &random),
                isBinned: Int.random(in: 0..<4, using: &random) == 0,
                collides: Int.random(in: 0..<4, using: &random) == 0,
                word: "word\(seed)x\(number)"
            )
            _ = try await stores.generations.claim(talk.start)
            if !talk.isRunning { _ = try await stores.replies.keep(.sample(of: talk.start)) {} }
            if talk.isBinned { _ = try await stores.conversations.delete(talk.id, by: guest, at: .sample) }
            if talk.collides {
                let own = self.start("own-\(name)", asking: name, word: "own", by: account)
                _ = try await stores.generations.claim(own)
            }
            talks.append(talk)
        }
        return talks
    }

    @Test(arguments: Implementation.allCases)
    func `everything goes over but the bin and what has an id of the account, and what runs is kept there`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        for seed in Seeds.all {
            let (guest, account) = try await self.makePeople(seed, in: stores)
            let talks = try await self.makeTalks(of: guest, beside: account, seed, in: stores)
            let own = talks.count { $0.collides }

            var moved = 0
            while case let count = try await stores.conversations.handOver(from: guest, to: account), count > 0 {
                moved += count
            }

            let wanted = talks.count { $0.moves }
            #expect(moved == wanted, "seed \(seed)")
            #expect(try await stores.conversations.count(of: account) == wanted + own, "seed \(seed)")
            #expect(
                try await stores.conversations.count(of: guest) == talks.count { !$0.moves && !$0.isBinned },
                "seed \(seed)"
            )
            for talk in talks {
                if talk.isRunning { _ = try await stores.replies.keep(.sample(of: talk.start)) {} }
                try await self.check(talk, guest, account, stores, seed)
            }
        }
    }

    private func check(
        _ talk: Talk,
        _ guest: PersonID,
        _ account: PersonID,
        _ stores: Implementation.Stores,
        _ seed: UInt64
    ) async throws {
        let (owner, other) = talk.moves ? (account, guest) : (guest, account)
        let whole = try await stores.conversations.conversation(talk.id, of: owner, limit: 9)
        #expect(try await stores.conversations.conversation(talk.id, of: other, limit: 9) == nil, "seed \(seed)")
        if talk.isBinned {
            #expect(try await stores.conversations.restore(talk.id, by: guest) != nil, "seed \(seed)")
        } else {
            #expect(whole?.messages.map(\.id) == [talk.start.message.id, talk.start.reply], "seed \(seed)")
            #expect(whole?.messages.last?.text == "Hello there", "seed \(seed)")
            #expect(whole?.messages.last?.state == .complete, "seed \(seed)")
        }
        let record = try await stores.generations.generation(answering: talk.start.message.id, of: owner)
        #expect(record?.id == talk.start.reply, "seed \(seed)")
        guard !talk.isBinned else { return }
        for (person, isFound) in [(owner, true), (other, false)] {
            let page = try await stores.search.hits(for: SearchQuery(talk.word), of: person, behind: nil, limit: 9)
            #expect(page.hits.contains { $0.conversation == talk.id } == isFound, "seed \(seed)")
        }
    }
}

@Suite(.timeLimit(.minutes(20))) struct `What is handed over in the database` {
    @Test func `goes in steps of a bounded size, with its tokens and imports, and leaves an index that is sound`()
        async throws
    {
        let folder = try TemporaryFolder()
        let storage = try await Storage.testing(folder)
        for person in [PersonID.ada, .bob] {
            try await storage.accounts.insert(guest: person, session: .sample(of: person))
        }
        for number in 0..<70 {
            let start = GenerationStart.sample("\(number)", in: "talk-\(number)")
            _ = try await storage.generations.claim(start)
            _ = try await storage.replies.keep(.sample(of: start)) {}
        }
        for number in 0..<2 {
            let last = Message.ID.named("reply-\(number)")
            _ = try await storage.lengthen("talk-\(number)", by: 600, behind: last, of: .ada)
        }
        let hash = SecretHash(rawValue: "token")
        let token = StreamToken(
            hash: hash,
            person: .ada,
            message: "ask",
            conversation: "talk",
            parent: nil,
            text: "Hi",
            startsBefore: .sample
        )
        try await storage.accounts.insert(token)

        var steps: [Int] = []
        repeat {
            steps.append(try await storage.conversations.handOver(from: .ada, to: .bob))
        } while steps.last != 0

        #expect(steps.count > 2 && steps.reduce(0, +) == 70)
        #expect(steps.allSatisfy { $0 <= 64 })
        #expect(try await storage.accounts.streamToken(hash)?.person == .bob)
        func hits(of person: PersonID) async throws -> Int {
            try await storage.search.hits(for: SearchQuery("question"), of: person, behind: nil, limit: 100).hits.count
        }
        #expect(try await hits(of: .bob) == 70)
        #expect(try await hits(of: .ada) == 0)
        // What is forgotten for good takes its words out again, which have to be those that were put in.
        for number in 0..<70 {
            _ = try await storage.conversations.delete(.named("talk-\(number)"), by: .bob, at: .sample)
        }
        try await storage.conversations.emptyBin(of: .bob)
        #expect(try await hits(of: .bob) == 0)
        try await storage.writeDirectly { database in
            try database.run("INSERT INTO message_words (message_words) VALUES ('integrity-check')")
        }
    }
}
