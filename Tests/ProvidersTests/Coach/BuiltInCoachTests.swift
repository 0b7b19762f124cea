import Chat
import EventLoop
import Observability
import Providers
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The built-in coach` {
    @Test(arguments: [
        ("Hello!", "built-in coach"), ("What can you do?", "| Running |"),
        ("I want a plan for my first 5k", "## Your way to 5 km"),
        ("How can I build muscle at the gym?", "## Two days, whole body"),
        ("what should I eat for breakfast", "## Eating well"),
        ("I want to lose weight", "## Losing weight, kindly"), ("I can't sleep at night", "## Sleeping better"),
        ("so stressed and anxious", "## A minute of calm"), ("my motivation for a new habit", "## Habits that stay"),
        ("hello, how do I begin jogging?", "## Your way to 5 km"), ("我想减肥", "English only"),
        ("Wie kann ich besser schlafen und was soll ich tun?", "nur Englisch"),
        ("¿Cómo puedo perder peso con mi dieta?", "solo hablo inglés"),
    ])
    func `answers to the point`(message: String, part: String) async throws {
        #expect(try await answer(to: message).contains(part))
    }

    @Test func `says honestly what it does not know, and makes nothing of it`() async throws {
        let answer = try await answer(to: "Explain `quantum` *chromodynamics* <script>\nplease")

        #expect(answer.contains("`Explain quantum *chromodynamics* <script>`"))
        #expect(answer.contains("know nothing about that"))
    }

    @Test(arguments: [
        ("protein at 70 kg?", "98 to 140 g"), ("protein, I weigh 154 lb", "98 to 140 g"),
        ("protein at 900 kg?", "Tell me your weight"),
    ])
    func `works out the protein for a body weight`(message: String, part: String) async throws {
        #expect(try await answer(to: message).contains(part))
    }

    @Test(arguments: Seeds.all)
    func `says the same to the same message, in pieces of a word`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let vocabulary = [
            "run", "protein", "sleep", "hello", "tired", "\n", "70 kg", "`", "你好", "weight", "why", "5k", "🙂",
        ]
        let message = (0..<Int.random(in: 1...8, using: &generator))
            .map { _ in vocabulary[Int.random(in: vocabulary.indices, using: &generator)] }.joined(separator: " ")

        let pieces = try await pieces(of: [message], pace: .zero, time: .system)

        #expect(try await answer(to: message) == pieces.joined())
        #expect(pieces.allSatisfy { $0.split(whereSeparator: \.isWhitespace).count <= 1 && !$0.isEmpty })
    }

    @Test func `waits its pace before each word`() async throws {
        let time = TestTime()
        async let spoken = pieces(of: ["thanks"], pace: .milliseconds(30), time: time.source)
        let count = words("You are welcome! Tell me how it goes, or ask for the next step.")
        for number in 1...count {
            await time.waited(number)
            time.advance(by: .milliseconds(30))
        }

        #expect(try await spoken.count == count)
        #expect(time.waits == Array(repeating: .milliseconds(30), count: count))
    }

    @Test func `ends at once when it is cancelled`() async throws {
        let time = TestTime()
        let call = Task { try await pieces(of: ["Hello!"], pace: .seconds(1), time: time.source) }
        await time.waited(1)

        call.cancel()

        await #expect(throws: ProviderError.cancelled) { try await call.value }
    }
}

private func words(_ text: String) -> Int { text.split(separator: " ").count }

private func answer(to messages: String...) async throws -> String {
    try await answer(to: messages)
}

private func answer(to messages: [String]) async throws -> String {
    try await pieces(of: messages, pace: .zero, time: .system).joined()
}

private func pieces(of messages: [String], pace: Duration, time: TimeSource) async throws -> [String] {
    let pieces = Mutex<[String]>([])
    let prompt = Prompt(system: "", turns: messages.map { Prompt.Turn(role: .user, text: $0) })
    _ = try await BuiltInCoach(pace: pace, time: time).generate(prompt, on: EventLoop()) { event in
        if case .text(let piece) = event { pieces.withLock { $0.append(piece) } }
    }
    return pieces.withLock { $0 }
}
