/// One thing that happened in a generation.
///
/// A generation's events are numbered 1, 2, 3, … without gap in its ``EventLog``. The last one, and no other, is
/// ``isLast``. Every dialect of the wire is written from these and from nothing else.
///
/// A reply is a few events of every kind and thousands of texts, so whatever is larger than a text is kept apart
/// (`indirect`): an event takes the room of a string.
package enum Event: Sendable, Equatable {
    /// The generation was claimed; who answers, and under which ids.
    indirect case accepted(Acceptance)
    /// Another agent than the accepted one answers, before anything was said.
    indirect case routed(agent: String, reason: String)
    /// What the generation is doing now.
    case status(Phase)
    /// A piece of what the model thinks aloud.
    case reasoning(String)
    /// A piece of the reply; never empty.
    case text(String)
    indirect case toolCall(ToolCall)
    indirect case toolResult(ToolResult)
    /// The onboarding moved; `fields` is JSON.
    indirect case onboarding(step: String, fields: String, progress: Double)
    /// The conversation has a title now.
    case title(String)
    /// Something the reader should know that is not part of the reply.
    indirect case notice(Notice)
    /// A place that the reply rests on.
    indirect case source(url: String, title: String)
    indirect case file(type: String, reference: String)
    /// What step `step` wrote so far is void.
    case reset(step: Int)

    indirect case completed(Completion)
    indirect case failed(Failure)
    /// The reader stopped it.
    case stopped
    /// The process ended before the reply did.
    case interrupted
}

extension Event {
    /// Whether nothing can follow this event.
    package var isLast: Bool {
        switch self {
        case .completed, .failed, .stopped, .interrupted: true
        case .accepted, .routed, .status, .reasoning, .text, .toolCall, .toolResult, .onboarding, .title, .notice,
            .source, .file, .reset:
            false
        }
    }
}

/// Who answers which message, and where.
package struct Acceptance: Sendable, Equatable {
    /// The id of the agent that answers.
    package let agent: String
    package let conversation: Conversation.ID
    /// The reader's message.
    package let message: Message.ID
    /// The message that the reply becomes; also the id of the generation.
    package let reply: Message.ID
    /// Why this agent answers; `nil` in replies from before that was noted.
    package let reason: String?

    package init(
        agent: String,
        conversation: Conversation.ID,
        message: Message.ID,
        reply: Message.ID,
        reason: String? = nil
    ) {
        self.agent = agent
        self.reason = reason
        self.conversation = conversation
        self.message = message
        self.reply = reply
    }
}

/// What a generation is doing.
package enum Phase: String, Sendable, CaseIterable {
    case queued, routing, thinking, writing, tool
}

/// A model's wish to have a tool run.
package struct ToolCall: Sendable, Equatable {
    package let id: String
    package let name: String
    /// JSON, as the model wrote it.
    package let arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What a tool gave back.
package struct ToolResult: Sendable, Equatable {
    /// What came of the call.
    package enum Outcome: Sendable, Equatable {
        /// JSON.
        case result(String)
        /// A sentence for the model and the reader.
        case error(String)
    }

    package let id: String
    package let name: String
    package let outcome: Outcome
    package let duration: Duration

    package init(id: String, name: String, outcome: Outcome, duration: Duration) {
        self.id = id
        self.name = name
        self.outcome = outcome
        self.duration = duration
    }
}

/// Something the reader should know that is not part of the reply.
package struct Notice: Sendable, Equatable {
    /// What the notice is about, for programs.
    package enum Code: String, Sendable, CaseIterable {
        case stopped, interrupted
        case notSavedYet = "not_saved_yet"
        case saved
        /// Another provider answers in the model's place.
        case standIn = "stand_in"
        /// The reply ends before its end, because the budget is spent.
        case budget
        /// The reply ends before its end, because it is as long as it may get.
        case length
    }

    package let code: Code
    /// The same for people.
    package let text: String

    package init(code: Code, text: String) {
        self.code = code
        self.text = text
    }
}

/// How a reply came to its proper end.
package struct Completion: Sendable, Equatable {
    package let finishReason: FinishReason
    package let usage: Usage?
    /// The id of the agent that answered.
    package let agent: String

    package init(finishReason: FinishReason, usage: Usage?, agent: String) {
        self.finishReason = finishReason
        self.usage = usage
        self.agent = agent
    }
}

/// Why a model stopped writing.
package enum FinishReason: Sendable, Equatable, RawRepresentable {
    case stop, length, toolCalls, contentFilter
    /// A word that only this provider knows, kept as it is.
    case other(String)

    package init(rawValue: String) {
        self =
            switch rawValue {
            case "stop": .stop
            case "length": .length
            case "tool_calls": .toolCalls
            case "content_filter": .contentFilter
            default: .other(rawValue)
            }
    }

    package var rawValue: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        case .other(let word): word
        }
    }
}

/// Tokens that a reply cost.
package struct Usage: Sendable, Equatable {
    package let inputTokens: Int
    package let outputTokens: Int

    package init(inputTokens: Int, outputTokens: Int) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// Why a reply failed, in words for the reader; the cause is in the log.
package struct Failure: Error, Sendable, Equatable {
    /// What kind of failure it was, for programs and metrics.
    package enum Kind: String, Sendable, CaseIterable {
        /// The model could not be reached, or said no.
        case unavailable
        /// The model was silent for too long.
        case timeout
        /// The model sent what is no reply.
        case malformed
        /// The server itself could not go on.
        case server
    }

    package let kind: Kind
    /// A fixed sentence without details.
    package let message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
