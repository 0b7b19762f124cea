import Chat
import EventLoop
import JSONValue
import Observability
import Synchronization
import TestSupport

@testable import Providers

/// What came of one call of a provider.
struct ProviderReply: Sendable {
    var events: [ProviderEvent] = []
    var completion: ProviderCompletion?
    var error: ProviderError?

    var texts: [String] { self.events.compactMap { if case .text(let piece) = $0 { piece } else { nil } } }
    var thoughts: [String] { self.events.compactMap { if case .reasoning(let piece) = $0 { piece } else { nil } } }
    var calls: [ToolCall] { self.events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } }
}

extension ModelProvider {
    /// Calls this provider from where a generation stands: on the loop.
    func reply(
        to prompt: Prompt,
        on loop: EventLoop,
        hearing hear: @escaping @Sendable (ProviderEvent) -> Void = { _ in }
    ) async -> ProviderReply {
        await Caller(loop: loop).ask(self, prompt, hear)
    }
}

private actor Caller {
    private nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func ask(
        _ provider: some ModelProvider,
        _ prompt: Prompt,
        _ hear: @escaping @Sendable (ProviderEvent) -> Void
    ) async -> ProviderReply {
        let loop = self.loop
        let events = EventBox()
        var reply = ProviderReply()
        do throws(ProviderError) {
            reply.completion = try await provider.generate(prompt, on: loop) { event in
                loop.checkIsolated()
                events.append(event)
                hear(event)
            }
        } catch {
            reply.error = error
        }
        reply.events = events.all
        return reply
    }
}

private final class EventBox: Sendable {
    private let events = Mutex<[ProviderEvent]>([])

    var all: [ProviderEvent] { self.events.withLock { $0 } }

    func append(_ event: ProviderEvent) {
        self.events.withLock { $0.append(event) }
    }
}

struct Unexpected: Error {}

extension Prompt {
    static let sample = Prompt(
        system: "Be kind.",
        turns: [
            .init(role: .user, text: "Hi \"you\""), .init(role: .assistant, text: "Hello"),
            .init(role: .user, text: "More"),
        ]
    )

    /// The same question with a tool, after these rounds of it.
    static func withTool(after rounds: ToolRound...) -> Prompt {
        var prompt = Prompt(system: "", turns: [.init(role: .user, text: "My BMI?")])
        prompt.tools = [
            ToolDescription(
                name: "bmi",
                purpose: "Computes the body mass index.",
                parameters: JSONSchema(checked: ["type": "object", "properties": ["kg": ["type": "number"]]])
            )
        ]
        prompt.rounds = rounds
        return prompt
    }
}

extension ToolResult {
    static func sample(_ id: String, _ outcome: Outcome) -> ToolResult {
        ToolResult(id: id, name: "bmi", outcome: outcome, duration: .zero)
    }
}

extension ScriptedConnection {
    /// Answers the next request with an event stream, in pieces of `cut` bytes, that ends with the connection.
    func answer(stream: String, cut: Int? = nil) {
        guard self.request() != nil else { return }
        self.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        var rest = Array(stream.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(cut ?? rest.count)
            self.write(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Answers every request in one piece.
    func answer(_ status: Int, _ body: String, fields: String = "") {
        while self.request() != nil {
            let head =
                "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            self.write(head + fields + "\r\n" + body)
        }
    }
}

/// What was logged.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger { Logger(least: .debug) { line in self.lines.withLock { $0.append(line) } } }

    var text: String { self.lines.withLock { $0.joined() } }
}
