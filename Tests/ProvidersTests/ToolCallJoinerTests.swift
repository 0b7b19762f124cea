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
            ([Fragment(index: 0, name: "now")], [ToolCall(id: "call00001", name: "now", arguments: "{}")]),
            // Every call has index 0, and none has an id; whole, and in pieces with the name in each.
            (
                [
                    Fragment(index: 0, name: "bmi", arguments: #"{"kg":"#),
                    Fragment(index: 0, name: "bmi", arguments: "70}"), Fragment(index: 0, name: "bmi", arguments: "{}"),
                ],
                [
                    ToolCall(id: "call00001", name: "bmi", arguments: #"{"kg":70}"#),
                    ToolCall(id: "call00002", name: "bmi", arguments: "{}"),
                ]
            ),
            // Neither index nor id nor arguments, twice.
            (
                [Fragment(name: "now"), Fragment(name: "today")],
                [
                    ToolCall(id: "call00001", name: "now", arguments: "{}"),
                    ToolCall(id: "call00002", name: "today", arguments: "{}"),
                ]
            ),
            // One id for two calls: the function's name, as Gemini's route once had it.
            (
                [
                    Fragment(index: 0, id: "bmi", name: "bmi", arguments: "{}"),
                    Fragment(index: 1, id: "bmi", name: "bmi", arguments: "[]"),
                ],
                [
                    ToolCall(id: "bmi", name: "bmi", arguments: "{}"),
                    ToolCall(id: "call00002", name: "bmi", arguments: "[]"),
                ]
            ),
            // Counted from 1, and the id only on the first piece.
            (
                [Fragment(index: 1, id: "a", name: "bmi"), Fragment(index: 1, arguments: "{}")],
                [ToolCall(id: "a", name: "bmi", arguments: "{}")]
            ),
            // The name after the arguments, and the id after both.
            (
                [
                    Fragment(index: 0, arguments: "{"), Fragment(index: 0, name: "bmi", arguments: "}"),
                    Fragment(index: 0, id: "a"),
                ],
                [ToolCall(id: "a", name: "bmi", arguments: "{}")]
            ),
            ([], []),
        ]
    )
    func `gives the calls that were meant`(fragments: [ChatChunk.ToolCallFragment], calls: [ToolCall]) {
        var joiner = ToolCallJoiner()
        for fragment in fragments { joiner.take(fragment) }
        #expect(joiner.calls == calls)
    }
}
