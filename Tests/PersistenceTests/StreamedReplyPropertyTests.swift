import Chat
import Identifiers
import Observability
import TestSupport
import Testing

@testable import Persistence

/// Replies on their whole way from a model to the database.
@Suite(.timeLimit(.minutes(20))) struct `A streamed reply in the database` {
    private static let pieces = [
        "Hello", " ", "\n\n", "```swift\n", "你好", "👩‍👩‍👧‍👦", "e\u{301}", "\u{0}", "'; DROP", "\"", "\\",
    ]

    private let folder: TemporaryFolder
    private let time = TestTime()
    private let home: TestLoop

    init() throws {
        self.folder = try TemporaryFolder()
        self.home = try TestLoop()
    }

    @Test func `Feature: chat-text-streaming, Property 2: is what was streamed, for a hundred random replies`()
        async throws
    {
        try await self.forEachSeed { seed, generator, run in
            let texts = Self.texts(using: &generator)

            let message = try await run(texts.map { .text($0) } + [.end(.stop)])

            #expect(message.state == .complete && message.text == texts.joined(), "seed \(seed)")
        }
    }

    @Test
    func
        `Feature: chat-text-streaming, Property 22: keeps every piece that came before a failure, for a hundred random ones`()
        async throws
    {
        let errors: [ProviderError] = [
            .broken(reason: "reset"), .malformed(reason: "no JSON"), .failed(message: "upstream died"), .cancelled,
        ]
        try await self.forEachSeed { seed, generator, run in
            let texts = Self.texts(using: &generator)
            let error = errors.randomElement(using: &generator) ?? .cancelled

            let message = try await run(texts.map { .text($0) } + [.fail(error)])

            #expect(message.state == .failed && message.text == texts.joined(), "seed \(seed)")
        }
    }

    // MARK: Helpers

    private static func texts(using generator: inout SeededGenerator) -> [String] {
        (0...Int.random(in: 0...60, using: &generator)).map { _ in
            Self.pieces.randomElement(using: &generator) ?? "x"
        }
    }

    private typealias Run = ([ScriptedProvider.Step]) async throws -> Message

    /// Streams a reply to a message of its own for every seed, and reads it from a database opened anew.
    private func forEachSeed(
        _ check: (_ seed: UInt64, _ generator: inout SeededGenerator, _ run: Run) async throws -> Void
    ) async throws {
        let storage = try await Storage.testing(self.folder)
        try await storage.makeGuest(.ada)
        for seed in Seeds.all {
            var generator = SeededGenerator(seed: seed)
            try await check(seed, &generator) { steps in
                try await self.reply(
                    to: GenerationStart.sample("s\(seed)", in: "talk-\(seed)"),
                    from: steps,
                    in: storage
                )
            }
        }
        await storage.close()
    }

    private func reply(
        to start: GenerationStart,
        from steps: [ScriptedProvider.Step],
        in storage: Storage
    ) async throws -> Message {
        let registry = GenerationRegistry(
            store: storage.generations,
            providers: ProviderSwitch(ScriptedProvider(steps)),
            keeper: storage.replies,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }
        let composer = Composer.plain(self.time.source)
        let attachment = try await registry.start(start, on: self.home.loop, admit: { composer })
        guard case .live(let generation) = attachment else { throw Unexpected() }
        let outcome = await generation.outcome()
        let found = try await storage.conversations.conversation(start.conversation, of: .ada, limit: 9)
        let message = try #require(found?.messages.last)
        #expect(message.text == outcome.text && message.id == start.reply)
        return message
    }
}

private struct Unexpected: Error {}
