import Chat
import Identifiers
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(20))) struct `Of a long conversation` {
    private let folder: TemporaryFolder
    private let storage: Storage

    init() async throws {
        self.folder = try TemporaryFolder()
        self.storage = try await Storage.testing(self.folder)
        try await self.storage.makeGuest(.ada)
        let start = GenerationStart.sample()
        _ = try await self.storage.generations.claim(start)
        _ = try await self.storage.replies.keep(.sample(of: start)) {}
    }

    @Test func `no more is copied into a branch than a transaction should take`() async throws {
        let count = Branch.longestPath
        let ids = try await self.storage.lengthen("talk", by: count, behind: .named("reply-one"), of: .ada)
        func branch(_ name: String, at index: Int) async throws -> Branching {
            let branch = Branch(id: .named(name), origin: .named("talk"), message: ids[index])
            return try await self.storage.conversations.branch(branch, by: .ada, at: .sample)
        }

        // The question and the reply come before them.
        #expect(try await branch("too-long", at: count - 2) == .tooLong)
        #expect(
            try await self.storage.conversations.excerpt(.init(limit: 1), from: .named("too-long"), of: .ada) == nil
        )
        guard case .made = try await branch("long", at: count - 3) else {
            Issue.record("as many as a branch takes are not too many")
            return
        }
        let size = try await self.storage.own.archive.size(of: .named("long"), of: .ada)
        let archived = try await self.storage.own.archive.conversation(.named("long"), of: .ada)
        #expect(archived?.messages.count == count)
        #expect(size > count * "knee".utf8.count)
    }
}
