import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `Letting go` {
    private let time = TestTime()
    private let log = Log()
    private static let day = Duration.seconds(86_400)

    /// The longest of what is random here.
    private func storage(
        _ retention: Retention,
        in folder: TemporaryFolder,
        _ metrics: Metrics = Metrics()
    ) async throws -> Storage {
        var settings = Storage.Settings(dataFolder: folder.file("data"))
        settings.spoolSize = 1 << 20
        settings.retention = retention
        return try await Storage.open(settings, logger: self.log.logger, metrics: metrics, time: self.time.source)
    }

    /// People with what they have, at random moments, some of them right at a bound.
    @Test(arguments: Seeds.all)
    func `lets go of what nobody came back to for so long, for any people, and of nothing else`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let retention = Retention(
            guests: Bool.random(using: &generator) ? Self.day * Int.random(in: 1...40, using: &generator) : nil,
            emptyGuests: Bool.random(using: &generator) ? Self.day * Int.random(in: 1...40, using: &generator) : nil,
            conversations: Bool.random(using: &generator) ? Self.day * Int.random(in: 1...40, using: &generator) : nil
        )
        let folder = try TemporaryFolder()
        let storage = try await self.storage(retention, in: folder)
        let now = self.time.source.now()
        let people = (0..<Int.random(in: 1...12, using: &generator)).map {
            SomebodyKept("p\($0)", now: now, retention: retention, using: &generator)
        }
        try await storage.writeDirectly { database in for person in people { try person.insert(into: database) } }
        let forecast = try await storage.read { database in
            try RetentionRows(database: database, bounds: retention.bounds(at: now)).forecast()
        }

        let hurried = TimeSource.hurried(self.time)
        try await storage.tidying(on: hurried).round()

        let left = try await storage.read { database in
            Kept(
                people: Set(try database.all("SELECT id FROM person WHERE id <> ''") { $0.text(0) }),
                conversations: Set(try database.all("SELECT id FROM conversation") { $0.text(0) }),
                words: try database.first("SELECT count(*) FROM message_words WHERE message_words MATCH 'knee'") {
                    Int($0.integer(0))
                } ?? 0,
                messages: try database.count("message"),
                broken: try database.brokenReferences(),
                problems: try database.problems(thorough: true)
            )
        }
        let stay = people.filter { !$0.goes(at: now, retention) }
        #expect(left.people == Set(stay.map(\.id)))
        let conversations = stay.flatMap(\.conversations).filter { !$0.goes(at: now, retention) }
        #expect(left.conversations == Set(conversations.map(\.id)))
        #expect(left.messages == conversations.count * 2)
        #expect(left.words == conversations.reduce(0) { $0 + ($1.isRunning ? 1 : 2) })
        #expect(left.broken == 0 && left.problems.isEmpty)
        #expect(forecast.guests == people.count - stay.count)
        #expect(forecast.conversations == stay.flatMap(\.conversations).count - conversations.count)
        // Another round finds those who have nothing any more; the one after it finds nothing.
        for _ in 0..<2 {
            try await storage.tidying(on: hurried).round()
            let rest = stay.filter {
                !$0.goes(at: now, retention, having: $0.conversations.filter { !$0.goes(at: now, retention) })
            }
            #expect(try await storage.read { try $0.count("person") } == rest.count + 1)
        }
        await storage.close()
    }

    @Test func `goes on where it was cut off`() async throws {
        let folder = try TemporaryFolder()
        let storage = try await self.storage(Retention(guests: Self.day), in: folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample("one", text: "knee")
        _ = try await storage.generations.claim(start)
        _ = try await storage.replies.keep(.sample(of: start)) {}
        _ = try await storage.lengthen("talk", by: 300, behind: start.reply, of: .ada)
        self.time.advance(by: Self.day * 3)
        let bounds = Retention(guests: Self.day).bounds(at: self.time.source.now())
        let now = self.time.source.now()

        // The steps of a round, and the process ends after one of them.
        let done = try await storage.writeDirectly { database in
            try RetentionRows(database: database, bounds: bounds).detach(
                guest: PersonID.ada.rawValue,
                count: 64,
                at: now
            )
        }
        #expect(done == 1)
        _ = try await storage.writeDirectly { try BinRows(database: $0).forget(count: 64) }
        #expect(try await storage.read { try $0.count("session") } == 0)
        try await storage.tidying(on: .hurried(self.time)).round()

        for table in ["message", "conversation", "generation", "reply_part", "session", "stream_token"] {
            #expect(try await storage.read { try $0.count(table) } == 0, "\(table)")
        }
        #expect(try await storage.read { try $0.count("person") } == 1)  // the one without an id
        await storage.close()
    }

    @Test func `keeps whoever comes back between the look and the step`() async throws {
        let folder = try TemporaryFolder()
        let storage = try await self.storage(Retention(guests: Self.day, conversations: Self.day), in: folder)
        try await storage.makeGuest(.ada)
        let start = GenerationStart.sample("one")
        _ = try await storage.generations.claim(start)
        _ = try await storage.replies.keep(.sample(of: start)) {}
        self.time.advance(by: Self.day * 3)
        let now = self.time.source.now()
        let bounds = Retention(guests: Self.day, conversations: Self.day).bounds(at: now)
        let found = try await storage.read { database in
            let rows = RetentionRows(database: database, bounds: bounds)
            return try (rows.guests(behind: "", count: 9).found + rows.conversations(behind: "", count: 9).found).map(
                \.id
            )
        }
        #expect(found == [PersonID.ada.rawValue, start.conversation.rawValue])

        let again = GenerationStart.sample("two", after: start.reply, at: now)
        _ = try await storage.generations.claim(again)
        let steps = try await storage.writeDirectly { database in
            let rows = RetentionRows(database: database, bounds: bounds)
            return try rows.detach(guest: found[0], count: 9, at: now) + rows.giveUp(conversations: [found[1]], at: now)
        }

        #expect(steps == 0)
        let kept = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)
        #expect(kept?.messages.count == 4)
        await storage.close()
    }

    @Test func `takes small steps, says once what it did, and counts it`() async throws {
        let folder = try TemporaryFolder()
        let metrics = Metrics()
        let storage = try await self.storage(Retention(emptyGuests: Self.day), in: folder, metrics)
        for index in 0..<150 { try await storage.makeGuest(.named("guest\(index)")) }
        self.time.advance(by: Self.day * 2)

        try await storage.tidying(on: .hurried(self.time)).round()

        #expect(try await storage.read { try $0.count("person") } == 1)
        let counts = metrics.counts(of: "shuren_retention_removed_total")
        #expect(counts.map(\.count) == [150] && counts.first?.labels == ["what": "guests"])
        #expect(self.log.lines.count { $0.contains("nobody came back") } == 1)
        try await storage.tidying(on: .hurried(self.time)).round()
        #expect(self.log.lines.count { $0.contains("nobody came back") } == 1)
        await storage.close()
    }

    @Test func `is told beforehand, beside a running server`() async throws {
        let folder = try TemporaryFolder()
        var settings = Storage.Settings(dataFolder: folder.file("data"))
        settings.retention = Retention(emptyGuests: Self.day)
        #expect(try Storage.forecast(settings, at: .sample) == nil)
        let storage = try await self.storage(settings.retention, in: folder)
        try await storage.makeGuest(.ada)

        #expect(try Storage.forecast(settings, at: .sample + Self.day) == RetentionCount())
        var expected = RetentionCount()
        expected.guests = 1
        #expect(try Storage.forecast(settings, at: .sample + Self.day * 2) == expected)
        await storage.close()
        #expect(try Storage.forecast(settings, at: .sample + Self.day * 2) == expected)
    }
}

/// What is there after a round.
private struct Kept: Sendable {
    let people: Set<String>
    let conversations: Set<String>
    let words: Int
    let messages: Int
    let broken: Int
    let problems: [String]
}

/// A person as chance wants it, and what retention should make of them, told a second time and in another way.
private struct SomebodyKept: Sendable {
    struct Talk: Sendable {
        let id: String
        let updatedAt: Timestamp
        let isPinned: Bool
        let isBinned: Bool
        let isRunning: Bool

        func goes(at now: Timestamp, _ retention: Retention) -> Bool {
            guard let limit = retention.conversations, !isPinned, !isBinned, !isRunning else { return false }
            return now.since(self.updatedAt) > limit
        }
    }

    enum Kind: CaseIterable { case guest, admin, account, key }

    let id: String
    let kind: Kind
    let createdAt: Timestamp
    let sessions: [Timestamp]
    let conversations: [Talk]
    let factAt: Timestamp?

    init(_ id: String, now: Timestamp, retention: Retention, using generator: inout SeededGenerator) {
        func moment() -> Timestamp {
            let bounds = [retention.guests, retention.emptyGuests, retention.conversations].compactMap(\.self)
            if let bound = bounds.randomElement(using: &generator), Int.random(in: 0..<3, using: &generator) == 0 {
                // Right beside a bound, where a mistake by one would show.
                let hour = Duration.seconds(Int.random(in: 0...1, using: &generator) * 3600)
                return now + (.zero - bound - hour + .milliseconds(Int.random(in: -1...1, using: &generator)))
            }
            return now + .seconds(-Int.random(in: 0...(60 * 86_400), using: &generator))
        }
        self.id = id + "-seldom-here-again"
        self.kind =
            Int.random(in: 0..<3, using: &generator) > 0
            ? .guest : Kind.allCases.randomElement(using: &generator) ?? .guest
        let talks = Int.random(in: 0...2, using: &generator)
        // What came first is the oldest.
        self.createdAt = now + .seconds(-70 * 86_400)
        self.sessions = (0..<Int.random(in: 0...2, using: &generator)).map { _ in moment() }
        self.conversations = (0..<talks).map { index in
            Talk(
                id: "\(id)-talk-\(index)-of-theirs",
                updatedAt: moment(),
                isPinned: Int.random(in: 0..<4, using: &generator) == 0,
                isBinned: Int.random(in: 0..<4, using: &generator) == 0,
                isRunning: Int.random(in: 0..<6, using: &generator) == 0
            )
        }
        self.factAt = Int.random(in: 0..<4, using: &generator) == 0 ? self.createdAt : nil
    }

    func goes(at now: Timestamp, _ retention: Retention, having talks: [Talk]? = nil) -> Bool {
        let talks = talks ?? self.conversations
        guard self.kind == .guest, !talks.contains(where: \.isRunning) else { return false }
        let seen = ([self.createdAt] + self.sessions + talks.map(\.updatedAt)).max() ?? self.createdAt
        let away = now.since(seen) - .seconds(3600)
        if let limit = retention.guests, away > limit { return true }
        if let limit = retention.emptyGuests, away > limit, talks.isEmpty, self.factAt == nil { return true }
        return false
    }

    func insert(into database: Database) throws {
        try database.run(
            "INSERT INTO person (id, kind, created_at, role) VALUES (?1, ?2, ?3, ?4)",
            self.id,
            self.kind == .key ? "key" : "guest",
            self.createdAt.milliseconds,
            self.kind == .admin ? "admin" : "person"
        )
        if self.kind == .account {
            try database.run(
                "INSERT INTO account (person, name, folded, created_at) VALUES (?1, ?1, ?1, ?2)",
                self.id,
                self.createdAt.milliseconds
            )
        }
        for (index, used) in self.sessions.enumerated() {
            try database.run(
                "INSERT INTO session (hash, person, created_at, expires_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                "\(self.id) \(index)",
                self.id,
                self.createdAt.milliseconds,
                used.milliseconds
            )
        }
        if let at = self.factAt {
            try database.run(
                "INSERT INTO fact (id, person, text, created_at) VALUES (?1, ?1, 'knee', ?2)",
                self.id,
                at.milliseconds
            )
        }
        for talk in self.conversations { try self.insert(talk, into: database) }
    }

    private func insert(_ talk: Talk, into database: Database) throws {
        guard let person = PersonID(rawValue: self.id), let conversation = Conversation.ID(rawValue: talk.id),
            let question = Message.ID(rawValue: talk.id + "-asks"), let reply = Message.ID(rawValue: talk.id + "-says")
        else { preconditionFailure("\(talk.id) names nothing") }
        try database.run(
            """
            INSERT INTO conversation (id, owner, title, created_at, updated_at, pinned_at, deleted_at)
            VALUES (?1, ?2, 'A knee', ?3, ?4, ?5, ?6)
            """,
            talk.id,
            self.id,
            self.createdAt.milliseconds,
            talk.updatedAt.milliseconds,
            talk.isPinned ? talk.updatedAt.milliseconds : nil,
            // Lately, so that the bin keeps it.
            talk.isBinned ? Timestamp.sample.milliseconds : nil
        )
        let messages = MessageRows(database: database) { _, _ in }
        let asked = Message(id: question, parent: nil, role: .user, parts: [.text("knee")], createdAt: self.createdAt)
        let said = Message(
            id: reply,
            parent: question,
            role: .assistant,
            parts: [.text("knee")],
            state: talk.isRunning ? .streaming : .complete,
            createdAt: self.createdAt
        )
        for message in [asked, said] { try messages.insert(message, of: person, in: conversation) }
        try database.run(
            """
            INSERT INTO generation (id, person, message, conversation, state, owner, epoch, lease_until, started_at)
            VALUES (?1, ?2, ?3, ?4, ?5, 'test', 1, 0, ?6)
            """,
            reply.rawValue,
            self.id,
            question.rawValue,
            talk.id,
            talk.isRunning ? "streaming" : "complete",
            self.createdAt.milliseconds
        )
    }
}
