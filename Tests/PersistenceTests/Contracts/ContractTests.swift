import Accounts
import Chat
import Identifiers
import Observability
import TestSupport
import Testing

/// What every implementation of the domain's stores holds to, so that another one can take its place.
@Suite(.timeLimit(.minutes(20))) struct `A contract` {
    // MARK: Generations: claimed once, by whoever comes first

    @Test(arguments: Implementation.allCases)
    func `claims a generation once, however many ask at once`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()

        let claims = try await withThrowingTaskGroup(of: Claim.self) { group in
            for _ in 0..<20 { group.addTask { try await stores.generations.claim(start) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(claims.count { if case .new = $0 { true } else { false } } == 1)
        #expect(claims.count { if case .existing = $0 { true } else { false } } == 19)
    }

    @Test(arguments: Implementation.allCases)
    func `gives the history of a conversation with a claim, oldest first`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let first = GenerationStart.sample("first")
        let second = GenerationStart.sample("second", at: .sample + .seconds(9))
        _ = try await stores.generations.claim(first)
        _ = try await stores.replies.keep(.sample(of: first)) {}

        guard case .new(_, let history, let opens) = try await stores.generations.claim(second) else {
            return #expect(Bool(false), "the second message is new")
        }

        #expect(history.map(\.text) == [first.message.text, "Hello there"])
        #expect(!opens)
    }

    @Test(arguments: Implementation.allCases)
    func `turns away another text, another's conversation and what was stopped`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        let stopped = GenerationStart.sample("stopped")
        let mark = try await stores.generations.stopBeforeClaim(of: stopped.message.id, by: .ada, at: .sample)

        #expect(try await stores.generations.claim(.sample(text: "Another text")) == .conflict)
        #expect(try await stores.generations.claim(.sample("other", by: .bob)) == .noSuchConversation)
        #expect(mark.state == .stopped)
        #expect(try await stores.generations.claim(stopped) == .existing(mark))
        #expect(
            try await stores.generations.stopBeforeClaim(of: start.message.id, by: .ada, at: .sample).state == .accepted
        )
    }

    @Test(arguments: Implementation.allCases)
    func `answers each person for themselves`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)

        #expect(try await stores.generations.generation(answering: start.message.id, of: .ada)?.id == start.reply)
        #expect(try await stores.generations.generation(answering: start.message.id, of: .bob) == nil)
        #expect(try await stores.generations.receipt(answering: start.message.id, of: .bob) == nil)
        #expect(
            try await stores.generations.recentGenerations(of: .bob, endedAfter: .sample, limit: 9).isEmpty
        )
    }

    // MARK: Events: appended by number, read from any number

    @Test(arguments: Implementation.allCases)
    func `reads events from any number, as far as there is no gap`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        func append(from first: Int, _ texts: String...) async throws {
            let part = ReplyPart(generation: start.reply, first: first, events: texts.map { .text($0) })
            try await stores.generations.checkpoint([part])
        }

        try await append(from: 1, "a", "b")
        try await append(from: 1, "a", "b")
        try await append(from: 3, "c")

        for first in 1...4 {
            let events = try await stores.generations.events(of: start.reply, from: first)
            #expect(events == ["a", "b", "c"].dropFirst(first - 1).map { .text($0) })
        }
        try await append(from: 9, "lost")
        #expect(try await stores.generations.events(of: start.reply, from: 1).count == 3)
    }

    // MARK: Replies: kept once, however often they are handed in

    @Test(arguments: Implementation.allCases)
    func `keeps a reply once, with its last event behind the checkpoints`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        let part = ReplyPart(generation: start.reply, first: 1, events: [.text("Hello")])
        try await stores.generations.checkpoint([part])
        let reply = FinishedReply.sample(of: start, checkpointed: 1)

        for _ in 0..<3 { #expect(try await stores.replies.keep(reply) {} == .committed) }

        let record = try await stores.generations.generation(answering: start.message.id, of: .ada)
        let messages = try await stores.conversations.conversation(start.conversation, of: .ada, limit: 9)?.messages
        #expect(record?.state == .complete && record?.lastEvent == 3)
        #expect(try await stores.generations.events(of: start.reply, from: 1).count == 3)
        #expect(messages?.map(\.text) == [start.message.text, "Hello there"])
    }

    @Test(arguments: Implementation.allCases)
    func `has room for a reply`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let room = try #require(stores.replies.reserveRoom())

        #expect(stores.replies.hasRoom)
        #expect(room.grow(toPieces: 10, bytes: 1000))
    }

    // MARK: Conversations: their owner's alone

    @Test(arguments: Implementation.allCases)
    func `lists, renames and deletes conversations for their owner alone`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let old = GenerationStart.sample("old", in: "old")
        let new = GenerationStart.sample("new", in: "new", at: .sample + .seconds(60))
        for start in [old, new] { _ = try await stores.generations.claim(start) }
        let store = stores.conversations

        #expect(try await store.conversations(of: .ada, limit: 9).map(\.id) == [new.conversation, old.conversation])
        #expect(try await store.conversations(of: .ada, limit: 1).map(\.id) == [new.conversation])
        #expect(try await store.conversations(of: .bob, limit: 9).isEmpty)
        #expect(try await store.conversation(old.conversation, of: .bob, limit: 9) == nil)
        #expect(try await store.change(old.conversation, .init(title: "Mine"), by: .bob, at: .sample) == nil)
        #expect(try await !store.delete(old.conversation, by: .bob, at: .sample))
        #expect(
            try await store.change(old.conversation, .init(title: "Renamed"), by: .ada, at: .sample)?.title == "Renamed"
        )
        #expect(try await store.conversation(old.conversation, of: .ada, limit: 9)?.conversation.title == "Renamed")
        #expect(try await store.delete(old.conversation, by: .ada, at: .sample))
        #expect(try await store.conversation(old.conversation, of: .ada, limit: 9) == nil)
        #expect(try await store.conversations(of: .ada, limit: 9).map(\.id) == [new.conversation])
    }

    // MARK: Tokens, sessions and keys: found by their hash alone

    @Test(arguments: Implementation.allCases)
    func `finds sessions, tokens and keys by their hash`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let accounts = stores.accounts
        let token = StreamToken(
            hash: SecretHash(rawValue: "token"),
            person: .ada,
            message: "message",
            conversation: "conversation",
            parent: nil,
            text: "Hi",
            startsBefore: .sample
        )
        let key = APIKey(hash: SecretHash(rawValue: "key"), person: .named("program"), name: "test", createdAt: .sample)
        try await accounts.insert(token)
        #expect(try await accounts.insert(key, limit: 1))
        let session = Session.sample(of: .ada)

        #expect(try await accounts.streamToken(token.hash) == token)
        #expect(try await accounts.holder(ofKey: key.hash)?.key == key)
        #expect(try await accounts.session(session.hash) == session)
        #expect(try await accounts.streamToken(key.hash) == nil)
        #expect(try await accounts.holder(ofKey: token.hash) == nil)
        #expect(try await accounts.session(key.hash) == nil)

        var used = session
        (used.expiresAt, used.usedAt, used.device) = (.sample + .seconds(99), .sample + .seconds(9), "Firefox on Linux")
        try await accounts.update(used)
        try await accounts.update(
            Session(hash: SecretHash(rawValue: "gone"), person: .ada, createdAt: .sample, expiresAt: .sample)
        )
        #expect(try await accounts.session(session.hash) == used)
        #expect(try await accounts.session(SecretHash(rawValue: "gone")) == nil)
    }

    // MARK: Limits: asked without counting, taken while there is some left

    @Test(arguments: Seeds.all)
    func `takes no more than the limit in any hour, and says how long to wait`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let time = TestTime()
        let limit = Int.random(in: 1...5, using: &random)
        let limiter: any Limiter = MessageLimiter(limit: limit, time: time.source)
        var taken: [Duration] = []
        for _ in 0..<50 {
            time.advance(by: .seconds(Int.random(in: 0...1500, using: &random)))
            let now = time.source.elapsed()
            let recent = taken.filter { now - $0 < .seconds(3600) }
            let expected = recent.count < limit ? nil : recent[recent.count - limit] + .seconds(3600) - now
            #expect(limiter.wait(for: .ada) == expected)
            #expect(limiter.take(for: .ada) == expected)
            #expect(limiter.wait(for: .bob) == nil)
            if expected == nil { taken.append(now) }
        }
    }

    // MARK: Profiles: changed by whoever saw the newest

    @Test(arguments: Implementation.allCases)
    func `takes one of many changes to the same version, and tells the others`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let outcomes = await withTaskGroup(of: Int?.self) { group in
            for age in 20..<40 {
                group.addTask {
                    let profile = Profile(version: 1, values: ["age": .number(Double(age))])
                    do {
                        try await stores.profiles.replace(0, with: profile, of: .ada)
                        return age
                    } catch { return nil }
                }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }

        let winners = outcomes.compactMap(\.self)
        #expect(winners.count == 1)
        let kept = try await stores.profiles.profile(of: .ada)
        #expect(kept.number("age").map { Int($0) } == winners.first)
        await #expect(throws: ProfileConflict(current: kept)) {
            try await stores.profiles.replace(0, with: Profile(version: 1), of: .ada)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `gives a profile back as it was, and nothing after it was deleted`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let profile = Profile(
            version: 1,
            values: [
                "name": .text("Ada \"A\""), "weight": .number(70.5), "goal": .choice("run"), "injuries": .choices([]),
            ],
            skipped: ["age", "diet"],
            completedAt: .sample,
            conversation: GenerationStart.sample().conversation,
            lastMessage: GenerationStart.sample().message.id
        )

        try await stores.profiles.replace(0, with: profile, of: .ada)
        #expect(try await stores.profiles.profile(of: .ada) == profile)
        #expect(try await stores.profiles.profile(of: .bob) == .unknown)

        try await stores.profiles.deleteProfile(of: .ada)
        #expect(try await stores.profiles.profile(of: .ada) == .unknown)
    }

    @Test(arguments: Implementation.allCases)
    func `remembers what was answered with a yes, once, for its person alone`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        let proposal = FactProposal(id: "reply/call", text: "Likes tea", answer: .yes)
        let fact = Fact(id: .named("fact"), text: "Likes green tea", createdAt: .sample)

        for _ in 0..<2 { try await stores.facts.answer(proposal, with: fact, of: .ada) }
        try await stores.facts.answer(
            FactProposal(id: "other/call", text: "Is old", answer: .never),
            with: nil,
            of: .ada
        )

        let memory = try await stores.facts.memory(of: .ada)
        #expect(memory.facts == [fact] && memory.answers.map(\.answer) == [.never, .yes])
        #expect(!memory.mayPropose("is OLD!") && !memory.mayPropose("likes green tea") && memory.mayPropose("Is young"))
        #expect(try await stores.facts.memory(of: .bob) == Memory())
        #expect(try await !stores.facts.edit(fact.id, to: "mine", of: .bob))
        #expect(try await !stores.facts.forget(fact.id, of: .bob))
        #expect(try await stores.facts.edit(fact.id, to: "Likes coffee", of: .ada))
        #expect(try await stores.facts.memory(of: .ada).facts.map(\.text) == ["Likes coffee"])
        #expect(try await stores.facts.forget(fact.id, of: .ada))
        try await stores.facts.forgetAll(of: .ada)
        #expect(try await stores.facts.memory(of: .ada) == Memory())
    }

    // MARK: What was said before, and what the model was told

    @Test(arguments: Implementation.allCases)
    func `finds what a person said, and nobody else's words`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample(text: "My 100% \"sore\" KNEE_")
        _ = try await stores.generations.claim(start)

        for text in ["knee", "100%", "\"sore\"", "E_"] {
            let found = try await stores.conversations.messages(of: .ada, holding: text, limit: 5)
            #expect(found.map(\.message.id) == [start.message.id], "\(text)")
        }
        for text in ["100_", "knee%", "text", "elbow"] {
            #expect(try await stores.conversations.messages(of: .ada, holding: text, limit: 5).isEmpty, "\(text)")
        }
        #expect(try await stores.conversations.messages(of: .bob, holding: "knee", limit: 5).isEmpty)
    }

    @Test(arguments: Implementation.allCases)
    func `keeps what the model was told with the reply`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        var reply = FinishedReply.sample(of: start)
        let record = PromptRecord(
            system: "Be kind.",
            messages: [start.message.id],
            leftOut: 3,
            tools: ["double"],
            model: "small",
            temperature: 0.5
        )
        reply.prompt = record
        _ = try await stores.replies.keep(reply) {}

        let kept = try await stores.generations.prompt(answering: start.message.id, of: .ada)
        #expect(kept?.record == record && kept?.messages.map(\.text) == [start.message.text])
        #expect(try await stores.generations.prompt(answering: start.message.id, of: .bob) == nil)
    }
}
