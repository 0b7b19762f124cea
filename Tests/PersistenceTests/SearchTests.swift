import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `The search` {
    private let folder: TemporaryFolder
    private let storage: Storage

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
        try await self.storage.makeGuest(.bob)
    }

    private func say(_ text: String, _ name: String, by person: PersonID = .ada, in talk: String = "talk") async throws
    {
        _ = try await self.storage.generations.claim(.sample(name, by: person, in: talk, text: text))
    }

    private func find(_ query: String, of person: PersonID = .ada) async throws -> [Message.ID?] {
        try await self.storage.search.hits(for: SearchQuery(query), of: person, behind: nil, limit: 20)
            .hits.filter { $0.message != nil }.map(\.message)
    }

    // MARK: What is found

    /// A text of words of many scripts, with all kinds of signs between them.
    private func randomText(using random: inout SeededGenerator) -> String {
        let words = [
            "knee", "Übung", "naïve", "Ελλάδα", "Привет", "训练计划", "膝盖疼", "こんにちは", "カタカナ", "한국어", "2024", "a", "I'm",
            "x²",
        ]
        let signs = [" ", "  ", ", ", "\n", " - ", "\" ", " (", "* ", "，", "。", "\u{1F}", "\u{1} ", " AND ", " NEAR("]
        return (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (words.randomElement(using: &random) ?? "") + (signs.randomElement(using: &random) ?? "")
        }.joined()
    }

    @Test func `finds every text by each of its words, by their beginnings, and by any stretch of it`() async throws {
        for seed in Seeds.all {
            var random = SeededGenerator(seed: seed)
            let text = self.randomText(using: &random)
            try await self.say(text, "\(seed)", in: "talk-\(seed)")
            let id = Message.ID.named("ask-\(seed)")
            let words = SearchWords.words(of: text)
            let from = Int.random(in: words.indices, using: &random)
            let stretch = words[from..<Int.random(in: from + 1...words.count, using: &random)].joined(separator: " ")
            let word = words.randomElement(using: &random) ?? ""

            for query in [word, word.lowercased(), String(word.prefix(1)), "\"\(stretch)\"", "\"\(stretch)"] {
                let found = try await self.storage.search.hits(
                    for: SearchQuery(query),
                    of: .ada,
                    behind: nil,
                    limit: 1000
                )
                #expect(found.hits.contains { $0.message == id }, "seed \(seed), \(query) in \(text)")
            }
        }
    }

    @Test func `wants all words, the last one as a beginning, and phrases as they are`() async throws {
        try await self.say("My left knee hurts after running", "one")

        for query in ["knee", "hurts left", "LEFT kn", "\"left knee\"", "runn", "my-left", "\"knee hurts\" run"] {
            #expect(try await self.find(query) == [.named("ask-one")], "\(query)")
        }
        for query in ["knee elbow", "kne left", "\"knee left\"", "\"left kne\"", "unning"] {
            #expect(try await self.find(query).isEmpty, "\(query)")
        }
    }

    @Test func `does not mind marks and case, and reads Chinese from any character on`() async throws {
        try await self.say("Une idée naïve", "one")
        try await self.say("我的膝盖疼，跑步以后", "two")

        #expect(try await self.find("IDEE naive") == [.named("ask-one")])
        for query in ["膝盖", "盖疼", "疼 跑", "我的膝盖疼", "以后 膝"] {
            #expect(try await self.find(query) == [.named("ask-two")], "\(query)")
        }
        #expect(try await self.find("盖膝").isEmpty)
    }

    @Test(arguments: [
        "", " ", "\"", "\"\"", "***", "()", "AND", "OR NOT", "NEAR(", "words:", "person : x", "a\0b", "^", "-", "\"a",
        "{a b}",
        "a* b*", "'; DROP TABLE message; --", "\u{1}\u{2}\u{1F}", "，。", "🙂", "\u{301}", "a\"b\"c", "“”",
    ])
    func `takes whatever is typed for words or for nothing`(query: String) async throws {
        try await self.say("Nothing of this kind", "one")

        #expect(try await self.find(query).isEmpty)
    }

    @Test func `takes random bytes for words or for nothing`() async throws {
        try await self.say("Something", "one")
        for seed in Seeds.all {
            var random = SeededGenerator(seed: seed)
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: .min ... .max, using: &random)
                    : Array("\"*():^-ANDORNEAR{}".utf8).randomElement(using: &random) ?? 0
            }
            _ = try await self.find(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `marks what was found, and gives the text as it was written`() async throws {
        try await self.say("我的膝盖疼 after running", "one")

        let hits = try await self.storage.search.hits(for: SearchQuery("膝盖 run"), of: .ada, behind: nil, limit: 5).hits

        #expect(
            hits.map(\.snippet.pieces) == [
                [
                    .init("我的", isHit: false), .init("膝盖", isHit: true), .init("疼 after ", isHit: false),
                    .init("running", isHit: true),
                ]
            ]
        )
    }

    // MARK: What is not found

    @Test func `finds nothing of others and nothing in the bin`() async throws {
        try await self.say("secret knee", "one", by: .bob, in: "talk-bob")
        try await self.say("my knee", "two", in: "talk-ada")

        #expect(try await self.find("knee") == [.named("ask-two")])
        #expect(try await self.find("secret").isEmpty)
        #expect(try await self.storage.conversations.delete(.named("talk-ada"), by: .ada, at: .sample))
        #expect(try await self.find("knee").isEmpty)
        _ = try await self.storage.conversations.restore(.named("talk-ada"), by: .ada)
        #expect(try await self.find("knee") == [.named("ask-two")])
    }

    @Test func `finds replies once they are complete, and titles`() async throws {
        let start = GenerationStart.sample("one")
        _ = try await self.storage.generations.claim(start)
        #expect(try await self.find("there").isEmpty)

        for _ in 0..<2 { _ = try await self.storage.replies.keep(.sample(of: start)) {} }

        #expect(try await self.find("there") == [start.reply])
        let titles = try await self.storage.search.hits(for: SearchQuery("title on"), of: .ada, behind: nil, limit: 5)
        #expect(titles.hits.map(\.message) == [nil] && titles.hits.map(\.title) == ["Title one"])
    }

    @Test func `gives pages, newest first, each hit once`() async throws {
        for number in 0..<45 { try await self.say("knee \(number)", "\(number)") }

        var pages: [SearchPage] = []
        repeat {
            let next = try await self.storage.search.hits(
                for: SearchQuery("knee"),
                of: .ada,
                behind: pages.last?.next,
                limit: 20
            )
            pages.append(next)
        } while pages.last?.next != nil

        #expect(pages.map(\.hits.count) == [20, 20, 5])
        #expect(pages.flatMap(\.hits).map(\.message) == (0..<45).reversed().map { .named("ask-\($0)") })
    }

    @Test func `costs nobody a message when its index is damaged, and finds everything again after a while`()
        async throws
    {
        for number in 0..<9 {
            let start = GenerationStart.sample("\(number)", in: "talk-\(number)", text: "knee \(number)")
            _ = try await self.storage.generations.claim(start)
            _ = try await self.storage.replies.keep(.sample(of: start)) {}
        }
        // What is said to be in the index and is not: taking it out again is what SQLite calls damage.
        try await self.storage.writeDirectly {
            try $0.run("INSERT INTO message_words (message_words) VALUES ('delete-all')")
        }
        #expect(try await self.storage.conversations.delete(.named("talk-0"), by: .ada, at: .sample))

        try await self.storage.conversations.emptyBin(of: .ada)
        try await self.say("knee again", "again")
        #expect(try await self.find("knee") == [.named("ask-again")])
        try await self.storage.tidying(on: .hurried(TestTime())).round()

        #expect(try await self.find("knee").count == 9)
    }

    @Test func `catches up with messages from before there was an index`() async throws {
        for number in 0..<150 { try await self.say("knee \(number)", "\(number)", in: "talk-\(number)") }
        try await self.storage.writeDirectly { database in
            let rows = WordRows(database: database)
            for sequence in try database.all("SELECT sequence FROM message", read: { Int($0.integer(0)) }) {
                try rows.forget(sequence)
            }
        }
        #expect(try await self.find("knee").isEmpty)

        try await self.storage.tidying(on: .hurried(TestTime())).round()

        #expect(try await self.find("149") == [.named("ask-149")])
        #expect(try await self.find("knee").count == 20)
    }
}
