import Chat
import Testing

@testable import Persistence

@Suite struct `A stored form` {
    @Test(arguments: Event.everyKind) func `gives every event back`(event: Event) throws {
        #expect(try [Event](stored: [event, event].stored) == [event, event])
    }

    @Test func `gives every kind of part back`() throws {
        let call = ToolCall(id: "1", name: "bmi", arguments: "{}")
        let parts: [Part] = [
            .text("a\u{0}\"\\"), .reasoning("b"), .tool(call: call, result: nil),
            .tool(
                call: call,
                result: ToolResult(id: "1", name: "bmi", outcome: .error("no"), duration: .milliseconds(3))
            ),
            .source(url: "u", title: "t"), .file(type: "t", reference: "r"),
        ]

        #expect(try [Part](stored: parts.stored) == parts)
        #expect(try [Part](stored: [Part]().stored) == [])
    }

    @Test(arguments: [ReplyState.complete, .stopped, .failed, .interrupted])
    func `gives a finished reply back`(state: ReplyState) throws {
        let reply = FinishedReply.sample(of: .sample(), checkpointed: 1, state: state, epoch: 7)

        #expect(try FinishedReply(stored: reply.stored) == reply)
    }

    @Test(arguments: ["", "{}", "[1]", "[{\"type\": \"song\"}]", "[{\"type\": \"text\"}]", "null", "[[]]"])
    func `is refused when it is something else`(text: String) {
        #expect(throws: StoredFormError.self) { _ = try [Part](stored: text) }
        #expect(throws: StoredFormError.self) { _ = try FinishedReply(stored: Array(text.utf8)) }
    }

    @Test func `never shows in an error what it held`() {
        let error = #expect(throws: StoredFormError.self) {
            _ = try [Part](stored: "[{\"type\": \"a secret\"}]")
        }
        #expect(error?.description.contains("secret") == false)
    }
}
