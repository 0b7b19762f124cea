import Chat
import Identifiers
import Observability
import TestSupport
import Testing

@testable import Persistence

/// What every implementation holds to about conversations as trees, of which a part of one path is shown.
@Suite(.timeLimit(.minutes(20))) struct `A contract about conversations` {
    /// A conversation grown at random: some questions follow, some begin anew, some are asked again or edited.
    private struct Growth {
        private(set) var starts: [GenerationStart] = []
        private let seed: UInt64

        init(seed: UInt64, using random: inout SeededGenerator) {
            self.seed = seed
            for number in 0..<Int.random(in: 1...12, using: &random) {
                self.starts.append(self.start(number, using: &random))
            }
        }

        private func start(_ number: Int, using random: inout SeededGenerator) -> GenerationStart {
            let parent = self.parent(using: &random)
            return GenerationStart(
                person: .ada,
                conversation: .named("talk-\(self.seed)"),
                message: Message(
                    id: .named("ask-\(self.seed)-\(number)"),
                    parent: parent,
                    role: .user,
                    parts: [.text(["Why?", "How?", "Why so?"].randomElement(using: &random) ?? "")],
                    createdAt: .sample + .seconds(number)
                ),
                reply: .named("reply-\(self.seed)-\(number)"),
                title: "Title",
                agent: "general",
                followsNothing: parent == nil && Int.random(in: 0..<4, using: &random) == 0
            )
        }

        private func parent(using random: inout SeededGenerator) -> Message.ID? {
            Bool.random(using: &random) ? nil : self.starts.randomElement(using: &random)?.reply
        }

        var ids: [Message.ID] { self.starts.flatMap { [$0.message.id, $0.reply] } }
    }

    private func randomWish(_ ids: [Message.ID], using random: inout SeededGenerator) -> Excerpt.Wish {
        let id = ids.randomElement(using: &random) ?? .named("none")
        let place: [Excerpt.Wish.Place] = [.end, .before(id), .after(id), .around(id)]
        let leaf = Int.random(in: 0..<3, using: &random) == 0 ? ids.randomElement(using: &random) : nil
        return Excerpt.Wish(
            place.randomElement(using: &random) ?? .end,
            limit: Int.random(in: 1...6, using: &random),
            leaf: leaf
        )
    }

    @Test func `is kept by both in the same way, whatever was asked, edited, chosen and looked at`() async throws {
        let plain = try await Implementation.memory.make()
        let real = try await Implementation.sqlite.make()
        for seed in Seeds.all {
            var random = SeededGenerator(seed: seed)
            let growth = Growth(seed: seed, using: &random)
            for start in growth.starts {
                for stores in [plain, real] {
                    let claim = try await stores.generations.claim(start)
                    guard case .new = claim else { return #expect(Bool(false), "a new message, seed \(seed)") }
                    _ = try await stores.replies.keep(.sample(of: start)) {}
                }
                try await self.compare(plain, real, growth, seed: seed, using: &random)
            }
        }
    }

    private func compare(
        _ plain: Implementation.Stores,
        _ real: Implementation.Stores,
        _ growth: Growth,
        seed: UInt64,
        using random: inout SeededGenerator
    ) async throws {
        let id = Conversation.ID.named("talk-\(seed)")
        let known = growth.ids + [.named("unknown")]
        if Int.random(in: 0..<3, using: &random) == 0 {
            let change = ConversationChange(shownMessage: known.randomElement(using: &random))
            let changed = try await plain.conversations.change(id, change, by: .ada, at: .sample)
            #expect(try await real.conversations.change(id, change, by: .ada, at: .sample) == changed, "seed \(seed)")
        }
        for _ in 0..<3 {
            let wish = self.randomWish(known, using: &random)
            let expected = try await plain.conversations.excerpt(wish, from: id, of: .ada)
            let found = try await real.conversations.excerpt(wish, from: id, of: .ada)
            #expect(found.map(Outline.init) == expected.map(Outline.init), "seed \(seed), \(wish)")
            #expect((found?.messages.count ?? 0) <= wish.limit, "seed \(seed), \(wish)")
        }
    }

    /// What both say about an excerpt; only the database knows how replies came about.
    private struct Outline: Equatable {
        let messages: [Message.ID]
        let parents: [Message.ID?]
        let texts: [String]
        let variants: [Message.ID: [Message.ID]]
        let edges: [Bool]
        let leaf: Message.ID?

        init(_ excerpt: Excerpt) {
            self.messages = excerpt.messages.map(\.id)
            self.parents = excerpt.messages.map(\.parent)
            self.texts = excerpt.messages.map(\.text)
            self.variants = excerpt.variants
            self.edges = [excerpt.hasEarlier, excerpt.hasLater]
            self.leaf = excerpt.leaf
        }
    }

    // MARK: Shelves

    @Test(arguments: Implementation.allCases)
    func `lists a shelf page by page, each conversation once and the pinned ones first of all`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let store = stores.conversations
        var random = SeededGenerator(seed: 7)
        for number in 0..<40 {
            let time = Timestamp.sample + .seconds(Int.random(in: 0..<12, using: &random))
            let start = GenerationStart.sample("\(number)", in: "talk-\(number)", at: time)
            _ = try await stores.generations.claim(start)
            let id = start.conversation
            switch number % 5 {
            case 0: _ = try await store.change(id, .init(isPinned: true), by: .ada, at: time)
            case 1: _ = try await store.change(id, .init(isArchived: true), by: .ada, at: time)
            case 2: #expect(try await store.delete(id, by: .ada, at: time))
            default: break
            }
        }

        for (shelf, count) in [(Shelf.shown, 24), (.archive, 8), (.bin, 8)] {
            var pages: [ConversationPage] = []
            repeat {
                pages.append(try await store.page(of: shelf, of: .ada, behind: pages.last?.next, limit: 5))
            } while pages.last?.next != nil
            let all = pages.flatMap(\.conversations)
            #expect(Set(all.map(\.id)).count == count && all.count == count, "\(shelf)")
            #expect(all.allSatisfy(shelf.holds), "\(shelf)")
            #expect(pages.dropFirst().allSatisfy { !$0.conversations.contains(where: \.isPinned) }, "\(shelf)")
            for page in pages {
                let times = page.conversations.map(shelf.time)
                #expect(times == times.sorted(by: >), "\(shelf)")
            }
        }
        #expect(try await store.page(of: .bin, of: .bob, behind: nil, limit: 9).conversations.isEmpty)
    }

    @Test(arguments: Implementation.allCases)
    func `takes back what was deleted, for its owner alone`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let store = stores.conversations
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        let id = start.conversation
        #expect(try await store.delete(id, by: .ada, at: .sample + .seconds(5)))

        #expect(
            try await store.page(of: .bin, of: .ada, behind: nil, limit: 9).conversations.map(\.deletedAt) == [
                .sample + .seconds(5)
            ]
        )
        #expect(try await store.change(id, .init(isPinned: true), by: .ada, at: .sample) == nil)
        #expect(try await store.restore(id, by: .bob) == nil)
        #expect(try await store.restore(.named("never-there"), by: .ada) == nil)
        for _ in 0..<2 { #expect(try await store.restore(id, by: .ada)?.deletedAt == nil) }
        #expect(try await store.conversations(of: .ada, limit: 9).map(\.id) == [id])
    }

    @Test(arguments: Implementation.allCases)
    func `follows the path that was chosen, until something new is asked`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let store = stores.conversations
        let first = GenerationStart.sample("first")
        let edited = GenerationStart(
            person: .ada,
            conversation: first.conversation,
            message: GenerationStart.sample("edited").message,
            reply: .named("reply-edited"),
            title: "",
            agent: "general",
            followsNothing: true
        )
        for start in [first, edited] {
            _ = try await stores.generations.claim(start)
            _ = try await stores.replies.keep(.sample(of: start)) {}
        }
        func shown() async throws -> [Message.ID] {
            try await store.conversation(first.conversation, of: .ada, limit: 9)?.messages.map(\.id) ?? []
        }

        #expect(try await shown() == [edited.message.id, edited.reply])
        let back = ConversationChange(shownMessage: first.message.id)
        #expect(try await store.change(first.conversation, back, by: .ada, at: .sample) != nil)
        #expect(try await shown() == [first.message.id, first.reply])

        let next = GenerationStart.sample("next")
        guard case .new(_, let history, _) = try await stores.generations.claim(next) else {
            return #expect(Bool(false), "it is new")
        }
        #expect(history.map(\.id) == [first.message.id, first.reply])
        #expect(try await shown() == [first.message.id, first.reply, next.message.id, next.reply])
    }

    // MARK: Branches

    @Test(arguments: Implementation.allCases)
    func `copies a path into a conversation of its own, once, for its owner alone`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let store = stores.conversations
        let starts = ["one", "two", "three"].map { GenerationStart.sample($0) }
        for start in starts {
            _ = try await stores.generations.claim(start)
            _ = try await stores.replies.keep(.sample(of: start)) {}
        }
        let branch = Branch(id: .named("branch"), origin: starts[0].conversation, message: starts[1].reply)

        #expect(try await store.branch(branch, by: .bob, at: .sample) == .noSuchMessage)
        guard case .made(let made) = try await store.branch(branch, by: .ada, at: .sample + .seconds(60)) else {
            return #expect(Bool(false), "it is new")
        }
        #expect(try await store.branch(branch, by: .ada, at: .sample) == .known(made))
        let found = try #require(await store.excerpt(.init(limit: 9), from: branch.id, of: .ada))
        let origin = try #require(await store.excerpt(.init(limit: 9), from: branch.origin, of: .ada))

        #expect(made.title == "Title one" && made.createdAt == .sample + .seconds(60))
        #expect(found.messages.map(\.text) == origin.messages.prefix(4).map(\.text))
        #expect(found.messages.map(\.id) == origin.messages.prefix(4).map { branch.copy(of: $0.id) })
        #expect(found.messages.map(\.parent) == [nil] + found.messages.dropLast().map(\.id))
        #expect(origin.messages.count == 6)
        for (id, message) in [("talk", starts[0].reply), ("branch", starts[2].reply)] {
            let other = Branch(id: .named(id), origin: branch.origin, message: message)
            #expect(try await store.branch(other, by: .ada, at: .sample) == .taken)
        }
        let unknown = Branch(id: .named("other"), origin: branch.origin, message: .named("unknown"))
        #expect(try await store.branch(unknown, by: .ada, at: .sample) == .noSuchMessage)
    }
}
