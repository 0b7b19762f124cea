/// How a reply ended, for those who want it in one piece.
package struct ReplyOutcome: Sendable, Equatable {
    package let state: ReplyState
    package let text: String
    package let agent: String?
    package let usage: Usage?
    package let finishReason: FinishReason?
    /// What the model wanted to have run and nobody here ran.
    package let toolCalls: [ToolCall]
    package let failure: Failure?

    /// Sums up the events of an ended generation; without a last event it counts as interrupted.
    package init(events: [Event]) {
        var agent: String?
        opening: for event in events {
            switch event {
            case .accepted(let acceptance): agent = acceptance.agent
            case .routed(let other, _): agent = other
            case .text, .reasoning, .toolCall: break opening
            default: break
            }
        }
        var usage: Usage?
        var finishReason: FinishReason?
        var failure: Failure?
        switch events.last {
        case .completed(let completion):
            self.state = .complete
            usage = completion.usage
            finishReason = completion.finishReason
        case .failed(let reason):
            self.state = .failed
            failure = reason
        case .stopped: self.state = .stopped
        default: self.state = .interrupted
        }
        self.agent = agent
        self.usage = usage
        self.finishReason = finishReason
        self.toolCalls = openToolCalls(in: events)
        self.failure = failure
        self.text = events.text
    }
}

extension Sequence<Event> {
    /// The pieces of text in one.
    var text: String { self.map { event in if case .text(let piece) = event { piece } else { "" } }.joined() }
}

/// The calls of tools to which no result came.
private func openToolCalls(in events: [Event]) -> [ToolCall] {
    events.reduce(into: []) { calls, event in
        switch event {
        case .toolCall(let call): calls.append(call)
        case .toolResult(let result): calls.removeAll { $0.id == result.id }
        default: break
        }
    }
}
