import Accounts
import Chat
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing

extension `The web site` {
    // MARK: Conversations: kept in order, thrown away and taken back

    private var conversations: String { "/api/v1/conversations" }

    /// Has a conversation of one question and its reply; returns its id, the question's and the reader's cookie.
    private func talk(
        _ text: String,
        cookie: String? = nil
    ) async throws -> (conversation: String, question: String, cookie: String) {
        self.provider.then(.text("Well."), .end(.stop))
        let answer = try await self.post("/api/v1/chat", #"{"message": "\#(text)"}"#, cookie: cookie)
        return (
            try #require(answer.json["conversation_id"]?.string), try #require(answer.json["message_id"]?.string),
            try #require(cookie ?? answer.cookie)
        )
    }

    private func get(_ path: String, _ cookie: String?) async throws -> JSON {
        try await self.ask("GET \(self.conversations)\(path) HTTP/1.0", cookie: cookie).json
    }

    private func ids(in shelf: String, _ cookie: String) async throws -> [String] {
        try await self.get("?in=\(shelf)", cookie)["conversations"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    @Test func `says everything about a conversation, whatever is asked of it`() async throws {
        let (id, _, cookie) = try await self.talk("Mine")

        let changed = try await self.send(
            "PATCH",
            "\(self.conversations)/\(id)",
            #"{"title": " My  plan ", "pinned": true, "archived": false}"#,
            cookie: cookie
        )
        let listed = try await self.get("", cookie)

        #expect(changed.status == 200)
        #expect(changed.json["title"] == "My plan" && changed.json["pinned"] == true)
        #expect(changed.json["archived"] == false && changed.json["deleted_at"] == .null)
        #expect(changed.json["running"] == false && changed.json["titling"] == false)
        #expect(listed == ["conversations": .array([changed.json]), "next": .null])
    }

    @Test func `moves a conversation from shelf to shelf and back`() async throws {
        let (id, _, cookie) = try await self.talk("Mine")
        let path = "\(self.conversations)/\(id)"

        _ = try await self.send("PATCH", path, #"{"archived": true}"#, cookie: cookie)
        #expect(try await self.ids(in: "archive", cookie) == [id])
        #expect(try await self.ids(in: "shown", cookie).isEmpty)

        #expect(try await self.ask("DELETE \(path) HTTP/1.0", cookie: cookie).status == 204)
        #expect(try await self.ids(in: "bin", cookie) == [id])
        #expect(try await self.ids(in: "archive", cookie).isEmpty)
        #expect(try await self.ask("GET \(path) HTTP/1.0", cookie: cookie).status == 404)

        let restored = try await self.post("\(path)/restore", "", cookie: cookie)
        #expect(restored.status == 200 && restored.json["archived"] == true && restored.json["deleted_at"] == .null)
        #expect(try await self.ids(in: "archive", cookie) == [id])
        #expect(try await self.post("\(path)/restore", "", cookie: cookie).status == 200)
    }

    @Test func `shows another's conversations and messages to nobody`() async throws {
        let mine = try await self.talk("Mine")
        let other = try await self.talk("Other")
        let path = "\(self.conversations)/\(mine.conversation)"

        for body in [#"{"pinned": true}"#, #"{"shown_message": "\#(mine.question)"}"#] {
            #expect(try await self.send("PATCH", path, body, cookie: other.cookie).status == 404)
        }
        #expect(try await self.post("\(path)/restore", "", cookie: other.cookie).status == 404)
        let own = "\(self.conversations)/\(other.conversation)"
        for query in ["before", "after", "around", "leaf"] {
            let line = "GET \(own)?\(query)=\(mine.question) HTTP/1.0"
            #expect(try await self.ask(line, cookie: other.cookie).status == 404, "\(query)")
        }
        let body = #"{"shown_message": "\#(mine.question)"}"#
        #expect(try await self.send("PATCH", own, body, cookie: other.cookie).status == 404)
        #expect(try await self.ids(in: "shown", other.cookie) == [other.conversation])
    }

    @Test func `shows a page of messages at a time, on the path that was asked for`() async throws {
        let (id, first, cookie) = try await self.talk("One")
        let path = "\(self.conversations)/\(id)"
        self.provider.then(.text("Well."), .end(.stop))
        let edit = #"{"message": "Two", "conversation_id": "\#(id)", "first": true}"#
        let second = try #require(try await self.post("/api/v1/chat", edit, cookie: cookie).json["message_id"]?.string)

        let shown = try await self.get("/\(id)", cookie)
        let last = try await self.get("/\(id)?limit=1", cookie)
        let other = try await self.get("/\(id)?around=\(first)&limit=3", cookie)
        let switched = try await self.send("PATCH", path, #"{"shown_message": "\#(first)"}"#, cookie: cookie)

        let messages = try #require(shown["messages"]?.array)
        #expect(messages.map { $0["id"]?.string }.first == second && messages.count == 2)
        #expect(messages[0]["variants"] == [.string(first), .string(second)] && messages[0]["parent"] == .null)
        #expect(messages[1]["variants"] == [.string(second)] && messages[1]["parent"]?.string == second)
        #expect(shown["earlier"] == false && shown["later"] == false && shown["leaf"] == messages[1]["id"])
        #expect(last["messages"]?.array == [messages[1]] && last["earlier"] == true)
        #expect(other["messages"]?.array?.first?["id"]?.string == first && other["leaf"] != shown["leaf"])
        #expect(switched.status == 200)
        #expect(try await self.get("/\(id)", cookie)["messages"] == other["messages"])
    }

    @Test(arguments: [
        "?in=cellar", "?before=yesterday", "?before=1.short", "/CONVERSATION?limit=0", "/CONVERSATION?limit=201",
        "/CONVERSATION?limit=many", "/CONVERSATION?leaf=x", "/CONVERSATION?before=MESSAGE&after=MESSAGE",
    ])
    func `refuses a query that means nothing`(query: String) async throws {
        let (id, message, cookie) = try await self.talk("Mine")
        let path = query.replacing("CONVERSATION", with: id).replacing("MESSAGE", with: message)

        #expect(try await self.ask("GET \(self.conversations)\(path) HTTP/1.0", cookie: cookie).status == 400)
    }

    @Test(arguments: [
        "{}", #"{"title": ""}"#, #"{"title": 7}"#, #"{"pinned": 1}"#, #"{"archived": null}"#,
        #"{"shown_message": null}"#, #"{"shown_message": "x"}"#, #"{"pinned": true, "colour": "red"}"#,
    ])
    func `refuses a change that means nothing, all of it`(body: String) async throws {
        let (id, _, cookie) = try await self.talk("Mine")
        let before = try await self.get("", cookie)

        #expect(try await self.send("PATCH", "\(self.conversations)/\(id)", body, cookie: cookie).status == 400)

        #expect(try await self.get("", cookie) == before)
    }

    @Test func `pages through many conversations, each once`() async throws {
        let (_, _, cookie) = try await self.talk("Mine")
        let person = try #require(await self.visitors.person(ofSession: Secret(text: String(cookie.dropFirst(7)))))
        for number in 0..<250 { _ = try await self.store.claim(self.opening(number, of: person)) }

        var found: [String] = []
        var sizes: [Int] = []
        var next: String? = ""
        while let place = next {
            let page = try await self.get(place.isEmpty ? "" : "?before=\(place)", cookie)
            let ids = page["conversations"]?.array?.compactMap { $0["id"]?.string } ?? []
            found += ids
            sizes.append(ids.count)
            next = page["next"]?.string
        }

        #expect(sizes == [100, 100, 51])
        #expect(Set(found).count == 251)
    }

    @Test func `branches off at a message, once`() async throws {
        let (id, message, cookie) = try await self.talk("Mine")
        let path = "\(self.conversations)/\(id)/branch"
        let body = #"{"conversation_id": "a-conversation-of-mine", "message_id": "\#(message)"}"#

        let made = try await self.post(path, body, cookie: cookie)
        let again = try await self.post(path, body, cookie: cookie)

        #expect(made.status == 201 && made.json["id"] == "a-conversation-of-mine" && made.json["title"] == "Mine")
        #expect(again.status == 200 && again.json == made.json)
        let messages = try await self.get("/a-conversation-of-mine", cookie)["messages"]?.array
        #expect(messages?.count == 1 && messages?.first?["id"]?.string != message)
        let taken = #"{"conversation_id": "\#(id)", "message_id": "\#(message)"}"#
        #expect(try await self.post(path, taken, cookie: cookie).status == 409)
        #expect(try await self.post(path, "{}", cookie: cookie).status == 400)
        let other = try await self.talk("Other").cookie
        #expect(try await self.post(path, body, cookie: other).status == 404)
    }

    // MARK: Search, and the end of what was deleted

    @Test func `finds what was said, marks it, and forgets what was deleted for good`() async throws {
        let (id, message, cookie) = try await self.talk("My knee hurts")
        let other = try await self.talk("Other").cookie
        func search(_ query: String, _ cookie: String?) async throws -> JSON {
            try await self.ask("GET /api/v1/search?q=\(query) HTTP/1.0", cookie: cookie).json
        }

        let hits = try await search("knee+hur", cookie)["hits"]?.array
        #expect(hits?.contains { $0["message_id"]?.string == message && $0["role"] == "user" } == true)
        #expect(hits?.allSatisfy { $0["conversation_id"]?.string == id && $0["archived"] == false } == true)
        let nothing: JSON = ["hits": [], "next": .null]
        for query in ["", "%22", "AND", "elbow"] { #expect(try await search(query, cookie) == nothing) }
        #expect(try await search("knee", other) == nothing)
        #expect(try await search("knee", nil) == nothing)
        #expect(try await self.ask("GET /api/v1/search?q=a&before=x HTTP/1.0", cookie: cookie).status == 400)

        #expect(try await self.ask("DELETE \(self.conversations)/\(id) HTTP/1.0", cookie: cookie).status == 204)
        #expect(try await self.ask("DELETE /api/v1/bin HTTP/1.0", cookie: other).status == 204)
        #expect(try await self.ids(in: "bin", cookie) == [id])
        #expect(try await self.ask("DELETE /api/v1/bin HTTP/1.0", cookie: cookie).status == 204)
        #expect(try await self.ids(in: "bin", cookie).isEmpty)
        #expect(try await self.post("\(self.conversations)/\(id)/restore", "", cookie: cookie).status == 404)
    }

    private func opening(_ number: Int, of person: PersonID) throws -> GenerationStart {
        GenerationStart(
            person: person,
            conversation: try #require(Conversation.ID(rawValue: "conversation-\(1000 + number)")),
            message: Message(
                id: try #require(Message.ID(rawValue: "a-message-id-\(1000 + number)")),
                parent: nil,
                role: .user,
                parts: [.text("Hi")],
                // Several of them at the same moment.
                createdAt: self.time.source.now() + .seconds(number / 7)
            ),
            reply: try #require(Message.ID(rawValue: "a-reply-id-x-\(1000 + number)")),
            title: "Hi",
            agent: "general"
        )
    }
}
