import Chat
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

@Suite struct `The form of an archive` {
    private static let now = Timestamp(milliseconds: 1_795_176_000_000)

    @Test(arguments: Seeds.all)
    func `says everything, so that reading what was written gives the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...20, using: &random)
        let start = Self.now + .seconds(-1000)
        let original = ArchivedConversation.random(id: "talk", messages: count, at: start, using: &random)

        let text = json(original).text
        let read = try ArchiveReading(now: Self.now).conversation(try JSON(parsing: text))

        #expect(read == original)
    }

    @Test func `may leave out what can be guessed`() throws {
        let text =
            #"{"id": "a", "messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": "Hi  there"}]}]}"#

        let read = try ArchiveReading(now: Self.now).conversation(JSON(parsing: text))

        #expect(read.title == "Hi there" && read.createdAt == Self.now && read.updatedAt == Self.now)
        #expect(read.messages.map(\.state) == [.complete])
    }

    @Test func `is read as far as it is known, with titles that fit and times that have been`() throws {
        let long = String(repeating: "word \\n", count: 60)
        let part = #"{"type": "hologram", "data": [1]}, {"type": "text", "text": "Hi"}"#
        let text = #"""
            {"id": "a", "title": "\#(long)", "mood": "good", "updated_at": 9e15, "messages": [
            {"id": "1", "role": "user", "created_at": 1795176000001.7, "parts": [\#(part)], "weight": 1}]}
            """#
        let early = text.replacing("9e15", with: "2e14")

        let read = try ArchiveReading(now: Self.now).conversation(JSON(parsing: early))

        #expect(read.title.count == Conversation.longestTitle && read.title.hasSuffix("…"))
        #expect(read.messages[0].createdAt == Self.now && read.messages[0].parts == [.text("Hi")])
        #expect(throws: ImportRefusal.self) { try ArchiveReading(now: Self.now).conversation(JSON(parsing: text)) }
    }

    @Test(arguments: [
        "1", "{}", #"{"id": "a"}"#, #"{"messages": []}"#, #"{"id": "", "messages": []}"#,
        #"{"id": "a", "messages": [1]}"#, #"{"id": "a", "title": 1, "messages": []}"#,
        #"{"id": "a", "pinned": "yes", "messages": []}"#, #"{"id": "a", "leaf": 1, "messages": []}"#,
        #"{"id": "a", "created_at": "today", "messages": []}"#, #"{"id": "a", "created_at": -1, "messages": []}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "system", "parts": []}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "user"}]}"#,
        #"{"id": "a", "messages": [{"role": "user", "parts": []}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "user", "parts": [{"type": "text"}]}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "user", "parts": ["Hi"]}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "user", "state": "asleep", "parts": []}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "user", "shown": -1, "parts": []}]}"#,
        #"{"id": "a", "messages": [{"id": "1", "role": "assistant", "parts": [{"type": "tool", "id": "1", "name": "a", "#
            + #""arguments": "", "result": {}}]}]}"#,
    ])
    func `is refused with a sentence where it is another`(text: String) throws {
        let refusal = #expect(throws: ImportRefusal.self) {
            try ArchiveReading(now: Self.now).conversation(JSON(parsing: text))
        }

        #expect(refusal?.reason.hasSuffix(".") == true)
    }
}
