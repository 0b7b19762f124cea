import Chat
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(20))) struct `The export` {
    @Test func `hands over one conversation or all, to their owner alone`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest(saying: "Über 你好/x", hearing: "Hello")
        let other = try await site.guest()
        let path = "/api/v1/conversations/\(guest.talk)/export"

        let one = try await site.ask("GET", path + "?format=json", cookie: guest.cookie)
        let all = try await site.ask("GET", "/api/v1/export", cookie: guest.cookie)

        #expect(one.json["format"] == "shuren-conversations" && one.json["version"] == 1)
        #expect(
            one.head.contains(
                "Content-Disposition: attachment; filename=\"__ber_______x.json\"; filename*=UTF-8''%C3%9Cber"
            )
        )
        #expect(all.json["conversations"] == one.json["conversations"])
        let messages = one.json["conversations"]?[0]?["messages"]?.array ?? []
        #expect(messages.compactMap { $0["parts"]?[0]?["text"]?.string } == ["Über 你好/x", "Hello"])
        #expect(messages.last?["parent"] == messages.first?["id"])
        #expect(try await site.ask("GET", path, cookie: other.cookie).status == 404)
        #expect(try await site.ask("GET", path).status == 401)
        #expect(try await site.ask("GET", "/api/v1/export").status == 401)
        #expect(try await site.ask("GET", path + "?format=pdf", cookie: guest.cookie).status == 400)
        #expect(try await site.ask("DELETE", "/api/v1/conversations/\(guest.talk)", cookie: guest.cookie).status == 204)
        #expect(try await site.ask("GET", path, cookie: guest.cookie).status == 404)
        #expect(try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json["conversations"] == [])
    }

    @Test func `comes back by the import and changes nothing`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let all = try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json
        var body = try #require(all.object)
        (body["id"], body["source"]) = ("import-0123456789", "shuren")

        let mine = try await site.ask("POST", "/api/v1/imports", JSON.object(body).text, cookie: guest.cookie)
        let other = try await site.ask("POST", "/api/v1/imports", JSON.object(body).text)

        #expect(mine.json["known"] == 1 && mine.json["added"] == 0)
        #expect(other.json["added"] == 1)
        #expect(
            try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json["conversations"]
                == all["conversations"]
        )
    }

    @Test func `of all data is followed by nothing, until that is taken back`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let all = try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json["conversations"]

        let erased = try await site.ask("DELETE", "/api/v1/data", cookie: guest.cookie)

        #expect(erased.json["conversations"] == 1 && erased.json["erased_at"]?.int != nil)
        #expect(try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json["conversations"] == [])
        #expect(try await site.ask("POST", "/api/v1/data/restore", "{}", cookie: guest.cookie).status == 204)
        #expect(try await site.ask("GET", "/api/v1/export", cookie: guest.cookie).json["conversations"] == all)
        #expect(try await site.ask("POST", "/api/v1/data/restore", "{}", cookie: guest.cookie).status == 404)
        #expect(try await site.ask("DELETE", "/api/v1/data").status == 401)
    }

    @Test(arguments: [
        ("Plan", "md", "attachment; filename=\"Plan.md\"; filename*=UTF-8''Plan.md"),
        ("..", "md", "attachment; filename=\"conversation.md\"; filename*=UTF-8''conversation.md"),
        ("a/b\"c\r\n", "json", "attachment; filename=\"abc.json\"; filename*=UTF-8''abc.json"),
    ])
    func `is called like the conversation, as far as files can be`(name: String, ending: String, field: String) {
        #expect(contentDisposition(name, ending) == field)
    }
}

@Suite struct `A conversation in Markdown` {
    private static let start = Timestamp(milliseconds: 1_795_176_000_000)

    private func transcript(_ texts: [String], title: String = "T", isChinese: Bool = false) -> String {
        var conversation = ArchivedConversation(id: "a", title: title, createdAt: Self.start, updatedAt: Self.start)
        for (index, text) in texts.enumerated() {
            conversation.messages.append(
                ArchivedMessage(
                    id: "\(index)",
                    parent: index == 0 ? nil : "\(index - 1)",
                    role: index % 2 == 0 ? .user : .assistant,
                    agent: index % 2 == 0 ? nil : "workout",
                    createdAt: Self.start,
                    parts: [.text(text)]
                )
            )
        }
        return MarkdownTranscript(conversation, names: .builtIn, isChinese: isChinese).text
    }

    @Test func `says who spoke, and when`() {
        #expect(
            self.transcript(["Hi", "Hello\r\nthere"], title: "A *plan*") == """
                # A \\*plan\\*

                ## You

                *2026-11-20 12:00 UTC*

                Hi

                ## workout

                *2026-11-20 12:00 UTC*

                Hello
                there

                """
        )
        #expect(self.transcript(["Hi"], isChinese: true).contains("## 你\n"))
    }

    @Test func `shows the path that is shown, and says how a reply ended`() {
        var conversation = ArchivedConversation(id: "a", title: "T", createdAt: Self.start, updatedAt: Self.start)
        func message(_ id: String, _ parent: String?, _ role: Message.Role, _ state: ReplyState) -> ArchivedMessage {
            let call = ToolCall(id: "1", name: "bmi", arguments: "{}")
            let parts: [Part] = [.reasoning("secret"), .tool(call: call, result: nil), .text("text \(id)")]
            return ArchivedMessage(
                id: id,
                parent: parent,
                role: role,
                state: state,
                createdAt: Self.start,
                parts: parts
            )
        }
        conversation.messages = [
            message("1", nil, .user, .complete), message("2", "1", .assistant, .stopped),
            message("3", nil, .user, .complete),
        ]
        conversation.leaf = "2"

        let text = MarkdownTranscript(conversation, names: .builtIn, isChinese: false).text

        #expect(text.contains("text 1") && text.contains("text 2") && !text.contains("text 3"))
        #expect(text.contains("*→ bmi*") && !text.contains("secret") && text.hasSuffix("*Stopped.*\n"))
    }

    @Test(arguments: [
        ("```swift\nlet a = 1", "```swift\nlet a = 1\n```"), ("```\na\n```", "```\na\n```"),
        ("~~~~\n```\n~~~", "~~~~\n```\n~~~\n~~~~"), ("````\n```\n   `````  ", "````\n```\n   `````  "),
        ("```\na\n    ```", "```\na\n    ```\n```"), ("``` a`b\ntext", "``` a`b\ntext"),
        ("a ```", "a ```"), ("- a\n  ```\n  b", "> - a\n>   ```\n>   b"), ("> ```\n> a", "> > ```\n> > a"),
        ("<!-- a\n\nb", "> <!-- a\n>\n> b"), ("```\n<b>\n```\n1. ~~~", "> ```\n> <b>\n> ```\n> 1. ~~~"),
        ("```\r\na\rb", "```\na\nb\n```"), ("", ""), ("a < b", "a < b"), ("$$\n~~~\n$$", "> $$\n> ~~~\n> $$"),
        ("- \\[ x", "> - \\[ x"),
    ])
    func `keeps each message's fences to itself`(text: String, block: String) {
        #expect(MarkdownBlock(text).text == block)
    }
}
