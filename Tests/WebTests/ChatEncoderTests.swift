import Chat
import Identifiers
import Testing
import Web

@Suite struct `The chat dialect` {
    @Test func `writes the three frames byte for byte`() {
        let events: [Event] = [
            .accepted(.sample), .title("T"), .status(.thinking), .text("Hel\"lo\\ / \u{1}\r\n"), .text("你好 👋\u{2028}"),
            .completed(Completion(finishReason: .stop, usage: nil, agent: "general")),
        ]

        #expect(
            plain(events) == """
                data: {"chunk": "Hel\\"lo\\\\ / \\u0001\\r\\n"}

                data: {"chunk": "你好 👋\u{2028}"}

                data: {"done": true, "agent_type": "general"}


                """
        )
    }

    @Test(arguments: [
        (Event.stopped, #"data: {"done": true, "agent_type": "workout"}"#),
        (Event.failed(.unavailable), #"data: {"error": "AI service temporarily unavailable"}"#),
        (Event.failed(.timeout), #"data: {"error": "The AI service took too long to answer"}"#),
        (Event.interrupted, #"data: {"error": "The reply was interrupted."}"#),
    ])
    func `ends in one frame, however the reply ends`(ending: Event, frame: String) {
        #expect(plain([.accepted(.sample), ending]) == frame + "\n\n")
    }

    @Test func `names and numbers everything in its extended form`() {
        let events: [Event] = [
            .accepted(.sample), .status(.writing), .text("a"), .reasoning("r"),
            .toolCall(ToolCall(id: "c", name: "bmi", arguments: #"{"kg":70}"#)),
            .toolResult(ToolResult(id: "c", name: "bmi", outcome: .error("no height"), duration: .zero)), .stopped,
        ]

        #expect(
            extended(events) == """
                id: 1
                event: accepted
                data: {"agent": "workout", "conversation_id": "conversation-1234", \
                "message_id": "message-12345678", "reply_id": "reply-1234567890"}

                id: 2
                event: status
                data: {"phase": "writing"}

                id: 3
                data: {"chunk": "a"}

                id: 4
                event: reasoning
                data: {"text": "r"}

                id: 5
                event: tool_call
                data: {"id": "c", "name": "bmi", "arguments": {"kg": 70}}

                id: 6
                event: tool_result
                data: {"id": "c", "name": "bmi", "error": "no height", "seconds": 0}

                event: notice
                data: {"code": "stopped", "text": "The reply was stopped."}

                id: 7
                data: {"done": true, "agent_type": "workout"}


                """
        )
    }

    @Test func `gives a plain client the same in its extended form`() {
        let events: [Event] = [.accepted(.sample), .text("a"), .title("T"), .text("b"), .interrupted]
        let unnamed = extended(events).split(separator: "\n\n").filter { !$0.contains("event: ") }
        let data = unnamed.compactMap { $0.split(separator: "\n").last }

        #expect(data == [#"data: {"chunk": "a"}"#, #"data: {"chunk": "b"}"#, data.last])
        #expect(data.last == #"data: {"error": "The reply was interrupted.", "kind": "interrupted"}"#)
    }
}

private func plain(_ events: [Event]) -> String {
    String(decoding: ChatEncoder.plain.replay(events, after: 0), as: UTF8.self)
}

private func extended(_ events: [Event]) -> String {
    String(decoding: ChatEncoder.extended.replay(events, after: 0), as: UTF8.self)
}

extension Acceptance {
    fileprivate static var sample: Acceptance {
        guard let conversation = Conversation.ID(rawValue: "conversation-1234"),
            let message = Message.ID(rawValue: "message-12345678"), let reply = Message.ID(rawValue: "reply-1234567890")
        else { preconditionFailure("these are identifiers") }
        return Acceptance(agent: "workout", conversation: conversation, message: message, reply: reply)
    }
}
