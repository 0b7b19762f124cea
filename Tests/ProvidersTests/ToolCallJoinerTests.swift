import Chat
import Testing

@testable import Providers

@Suite struct `Joining the fragments of tool calls` {
    typealias Fragment = ChatChunk.ToolCallFragment

    @Test(
        arguments: [
            // The form as OpenAI documents it: id and name first, arguments in pieces.
            (
                [
                    Fragment(index: 0, id: "a", name: "bmi"), Fragment(index: 0, arguments: #"{"kg""#),
                    Fragment(index: 0, arguments: ":70}"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: #"{"kg":70}"#)]
            ),
            // Two at a time, their pieces mixed.
            (
                [
                    Fragment(index: 0, id: "a", name: "bmi"), Fragment(index: 1, id: "b", name: "date"),
                    Fragment(index: 1, arguments: "{}"), Fragment(index: 0, arguments: "[]"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: "[]"), ToolCall(id: "b", name: "date", arguments: "{}")]
            ),
            // Whole calls without an index, one to a chunk.
            (
                [
                    Fragment(id: "a", name: "bmi", arguments: "{}"), Fragment(id: "b", name: "date", arguments: "{}"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: "{}"), ToolCall(id: "b", name: "date", arguments: "{}")]
            ),
            // Every call has index 0; only the id tells them apart.
            (
                [
                    Fragment(index: 0, id: "a", name: "bmi", arguments: "{}"),
                    Fragment(index: 0, id: "b", name: "date", arguments: "{"), Fragment(index: 0, arguments: "}"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: "{}"), ToolCall(id: "b", name: "date", arguments: "{}")]
            ),
            // The id and the name again with every piece.
            (
                [
                    Fragment(index: 0, id: "a", name: "bmi", arguments: "{"),
                    Fragment(index: 0, id: "a", name: "bmi", arguments: "}"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: "{}")]
            ),
            // Neither id nor arguments: the form before parallel calls, of a function that takes nothing.
            ([Fragment(index: 0, name: "now")], [ToolCall(id: "call_1", name: "now", arguments: "{}")]),
            ([], []),
        ]
    )
    func `gives the calls that were meant`(fragments: [ChatChunk.ToolCallFragment], calls: [ToolCall]) {
        var joiner = ToolCallJoiner()
        for fragment in fragments { joiner.take(fragment) }
        #expect(joiner.calls == calls)
    }
}
