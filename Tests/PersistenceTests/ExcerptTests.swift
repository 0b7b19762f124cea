import Chat
import Identifiers
import Observability
import SQLite
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `A long conversation` {
    /// Stores a conversation of `count` messages, questions and replies in turn.
    private func grow(_ name: String, count: Int, in storage: Storage) async throws {
        try await storage.writeDirectly { database in
            try ConversationRows(database: database).insert(.named(name), owner: .ada, title: name, at: .sample)
            let rows = MessageRows(database: database) { _, _ in }
            for number in 0..<count {
                let message = Message(
                    id: .named("\(name)-\(number)"),
                    parent: number == 0 ? nil : .named("\(name)-\(number - 1)"),
                    role: number.isMultiple(of: 2) ? .user : .assistant,
                    parts: [.text("What number \(number) says, in a few words more than none.")],
                    createdAt: .sample + .seconds(number)
                )
                try rows.insert(message, of: .ada, in: .named(name))
            }
        }
    }

    /// The least time of many that opening a conversation took, which is what it costs without the others' work.
    private func cost(of name: String, in storage: Storage) async throws -> Duration {
        var least = Duration.seconds(60)
        for _ in 0..<50 {
            let start = ContinuousClock.now
            let found = try await storage.conversations.excerpt(.init(limit: 50), from: .named(name), of: .ada)
            least = min(least, ContinuousClock.now - start)
            #expect(found?.messages.count == 50)
        }
        return least
    }

    @Test func `opens about as fast as a short one`() async throws {
        let folder = try TemporaryFolder()
        let storage = try await Storage.testing(folder)
        try await storage.makeGuest(.ada)
        try await self.grow("short", count: 50, in: storage)
        try await self.grow("long", count: 2000, in: storage)

        let short = try await self.cost(of: "short", in: storage)
        let long = try await self.cost(of: "long", in: storage)

        #expect(long < short * 3, "\(long) for 2,000 messages, \(short) for 50")
    }

    @Test func `is read by keys alone, never message by message`() async throws {
        let folder = try TemporaryFolder()
        let storage = try await Storage.testing(folder)
        let queries = [
            "SELECT id FROM message WHERE conversation = 'a' ORDER BY sequence DESC LIMIT 1",
            "SELECT id FROM message WHERE conversation = 'a' AND parent IS NULL AND role = 'user' ORDER BY sequence",
            "SELECT id FROM message WHERE person = 'a' AND parent = 'b' AND role = 'user' ORDER BY sequence",
            "SELECT id FROM conversation WHERE owner = 'a' AND archived_at IS NOT NULL AND deleted_at IS NULL ORDER BY updated_at DESC",
            "SELECT id FROM conversation WHERE owner = 'a' AND deleted_at IS NOT NULL ORDER BY deleted_at DESC",
        ]
        for query in queries {
            let plan = try await storage.read { database in
                try database.all("EXPLAIN QUERY PLAN \(query)") { $0.text(3) }.joined(separator: "; ")
            }
            #expect(plan.contains("USING") && plan.contains("INDEX") && !plan.contains("SCAN"), "\(query): \(plan)")
        }
        #expect(
            try await storage.read { database in
                try database.all(
                    "EXPLAIN QUERY PLAN SELECT id FROM message WHERE conversation = 'a' AND parent IS NULL"
                ) { $0.text(3) }
            } == ["SEARCH message USING INDEX message_root (conversation=?)"]
        )
    }
}
