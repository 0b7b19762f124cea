import Accounts
import Chat
import Foundation
import Identifiers
import Observability
import Synchronization
import TestSupport

@testable import Persistence

/// Collects log lines.
final class Log: Sendable {
    private let collected = Mutex<[String]>([])

    var lines: [String] { self.collected.withLock { $0 } }

    var logger: Logger {
        Logger(least: .debug) { line in self.collected.withLock { $0.append(line) } }
    }
}

extension Storage {
    /// A store over a folder, with a spool small enough to be made quickly.
    static func testing(
        _ folder: TemporaryFolder,
        log: Log = Log(),
        time: TimeSource = .system,
        spoolFolder: String? = nil
    ) async throws -> Storage {
        var settings = Storage.Settings(dataFolder: folder.file("data"), spoolFolder: spoolFolder)
        settings.spoolSize = 1 << 20
        return try await Storage.open(settings, logger: log.logger, metrics: Metrics(), time: time)
    }
}

extension Storage {
    /// Writes so many messages into a conversation, each behind the one before; returns their ids.
    func lengthen(
        _ conversation: String,
        by count: Int,
        behind parent: Message.ID,
        of person: PersonID
    ) async throws -> [Message.ID] {
        let ids = (0..<count).map { Message.ID.named("long-\(conversation)-\($0)") }
        try await self.writeDirectly { database in
            let messages = MessageRows(database: database) { _, _ in }
            for (id, parent) in zip(ids, [parent] + ids) {
                let message = Message(id: id, parent: parent, role: .user, parts: [.text("knee")], createdAt: .sample)
                try messages.insert(message, of: person, in: .named(conversation))
            }
        }
        return ids
    }
}

extension Identifier {
    /// An identifier that reads like what it stands for.
    static func named(_ name: String) -> Self {
        let padded = name + String(repeating: "-", count: max(0, 16 - name.count))
        guard let identifier = Self(rawValue: padded) else { preconditionFailure("\(name) names nothing") }
        return identifier
    }
}

extension Timestamp {
    static let sample = Timestamp(milliseconds: 1_795_176_000_000)
}

extension PersonID {
    static let ada = PersonID.named("ada")
    static let bob = PersonID.named("bob")
}

extension GenerationStart {
    /// A message of somebody in some conversation.
    static func sample(
        _ name: String = "one",
        by person: PersonID = .ada,
        in conversation: String = "talk",
        text: String? = nil,
        after parent: Message.ID? = nil,
        at time: Timestamp = .sample
    ) -> GenerationStart {
        GenerationStart(
            person: person,
            conversation: .named(conversation),
            message: Message(
                id: .named("ask-\(name)"),
                parent: parent,
                role: .user,
                parts: [.text(text ?? "Question \(name)?")],
                createdAt: time
            ),
            reply: .named("reply-\(name)"),
            title: "Title \(name)",
            agent: "general"
        )
    }
}

extension FinishedReply {
    /// The proper end of what a start began, whose events up to `checkpointed` are stored already.
    static func sample(
        of start: GenerationStart,
        pieces: [String] = ["Hello", " there"],
        checkpointed: Int = 0,
        state: ReplyState = .complete,
        epoch: Int = 1
    ) -> FinishedReply {
        let events = pieces.map { Event.text($0) } + [Event.last(of: state)]
        return FinishedReply(
            id: start.reply,
            person: start.person,
            conversation: start.conversation,
            message: start.message.id,
            agent: start.agent,
            state: state,
            head: [Part](folding: events.prefix(checkpointed)),
            error: state == .failed ? "It failed." : nil,
            seen: state == .stopped ? 1 : nil,
            shown: state == .stopped ? 5 : nil,
            usage: Usage(inputTokens: 3, outputTokens: 5),
            finishReason: state == .complete ? .stop : nil,
            epoch: epoch,
            rest: ReplyPart(
                generation: start.reply,
                first: checkpointed + 1,
                events: Array(events.dropFirst(checkpointed))
            ),
            trace: .sample,
            startedAt: start.message.createdAt,
            endedAt: start.message.createdAt + .seconds(5)
        )
    }

    /// The same after the spool had it.
    func spooled(at time: Timestamp) -> FinishedReply {
        var reply = self
        reply.trace.spooledAt = time
        return reply
    }
}

extension ReplyTrace {
    static var sample: ReplyTrace {
        var trace = ReplyTrace()
        trace.firstTextAt = .sample + .seconds(1)
        trace.modelCalls = 1
        trace.viewers = 3
        trace.returns = 2
        return trace
    }
}

extension Event {
    static func last(of state: ReplyState) -> Event {
        switch state {
        case .stopped: .stopped
        case .failed: .failed(Failure(kind: .timeout, message: "It failed."))
        case .interrupted: .interrupted
        case .accepted, .streaming, .complete:
            .completed(
                Completion(
                    finishReason: .stop,
                    usage: Usage(inputTokens: 3, outputTokens: 5),
                    agent: "general"
                )
            )
        }
    }

    /// One of every kind, with what is hard to write.
    static let everyKind: [Event] = [
        .accepted(
            Acceptance(agent: "diet", conversation: .named("c"), message: .named("m"), reply: .named("r"))
        ),
        .status(.routing), .reasoning("Hm \"\\ \u{0} \u{2028} 🧑‍🚀"), .text("naïve\r\n 你好\u{0}"),
        .toolCall(ToolCall(id: "1", name: "bmi", arguments: "{\"kg\": 70}")),
        .toolResult(
            ToolResult(id: "1", name: "bmi", outcome: .result("{\"bmi\": 22.5}"), duration: .nanoseconds(1_234_567_891))
        ),
        .toolResult(ToolResult(id: "2", name: "bmi", outcome: .error("No height."), duration: .zero)),
        .onboarding(step: "age", fields: "{\"age\": 30}", progress: 0.3), .title("A \"title\""),
        .notice(Notice(code: .notSavedYet, text: "Wait.")), .source(url: "https://example.org/?a=1&b=2", title: "E"),
        .file(type: "image/png", reference: "f/1"), .reset(step: 2),
        .completed(Completion(finishReason: .other("eos"), usage: nil, agent: "diet")),
        .failed(Failure(kind: .malformed, message: "No.")), .stopped, .interrupted,
    ]
}

extension Storage {
    /// Makes a person with a session, who can then own things.
    func makeGuest(_ person: PersonID) async throws {
        try await self.accounts.insert(
            guest: person,
            session: Session(
                hash: SecretHash(rawValue: "session of \(person)"),
                person: person,
                createdAt: .sample,
                expiresAt: .sample + .seconds(60)
            )
        )
    }
}

extension Storage {
    /// A store over a copy of another one's files: what a process finds that starts where this one was killed.
    static func testing(
        copying folder: TemporaryFolder,
        to copy: TemporaryFolder,
        log: Log = Log(),
        spoolFolder: String? = nil
    ) async throws -> Storage {
        try FileManager.default.copyItem(atPath: folder.file("data"), toPath: copy.file("data"))
        return try await Storage.testing(copy, log: log, spoolFolder: spoolFolder)
    }
}
