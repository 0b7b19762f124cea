import Accounts
import Chat
import JSONValue
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `Requests that say what nobody can mean` {
    let site: OwnSite

    init() async throws {
        self.site = try await OwnSite()
    }

    /// A route and a body in which one member has a form that is not its own.
    static let bodies: [(method: String, path: String, body: String)] = [
        ("POST", "/api/v1/chat", #"{"message": "Hi", "agent": 5}"#),
        ("POST", "/api/v1/chat", #"{"message": "Hi", "first": "yes"}"#),
        ("POST", "/api/v1/chat", #"{"message": "Hi", "time_zone": {}}"#),
        ("POST", "/api/v1/chat", #"{"message": "Hi", "version": "2"}"#),
        ("POST", "/api/v1/chat/onboarding", #"{"message": "Hi", "kind": "other"}"#),
        ("POST", "/api/v1/chat/token", #"{"message": "Hi", "version": 1.5}"#),
        ("POST", "/api/v1/chat/stop", #"{"message_id": "0123456789abcdef", "seen": "all"}"#),
        ("POST", "/api/v1/chat/stop", #"{"message_id": "0123456789abcdef", "seen": -1}"#),
        ("POST", "/api/v1/chat/token", #"{"message": "Hi", "version": 9007199254740992}"#),
        ("POST", "/api/v1/cancel?stream_id=0123456789abcdef", #"{"stream_id": 5}"#),
        ("PATCH", "/api/v1/onboarding", #"{"set": []}"#),
        ("PATCH", "/api/v1/onboarding", #"{"skip": "name"}"#),
    ]

    @Test(arguments: bodies) func `are refused with a sentence that names the member`(
        _ request: (method: String, path: String, body: String)
    ) async throws {
        let (cookie, _) = try await self.site.guest()
        let answer = try await self.site.ask(request.method, request.path, request.body, cookie: cookie)
        #expect(answer.status == 400)
        let members = try JSON(parsing: request.body).object?.members ?? []
        #expect(answer.sentence.contains(members.last?.key ?? "?"), "\(answer.sentence)")
    }

    @Test(arguments: ["agent", "first", "time_zone", "version"]) func `are not those that say null`(
        _ member: String
    ) async throws {
        self.site.provider.then(.text("Hello"), .end(.stop))
        let answer = try await self.site.ask("POST", "/api/v1/chat", "{\"message\": \"Hi\", \"\(member)\": null}")
        #expect(answer.status == 200)
    }

    @Test(arguments: [
        #"{"model": "general", "messages": [{"role": "user", "content": "Hi"}], "stream": "yes"}"#,
        #"{"model": "general", "messages": [{"role": "user", "content": "Hi"}], "store": 1}"#,
        #"{"model": "general", "messages": [{"role": "user", "content": "Hi"}], "n": "1"}"#,
        #"{"model": "general", "messages": [{"role": "user", "content": "Hi"}], "stream_options": true}"#,
    ]) func `are refused in the form of OpenAI, too`(_ body: String) async throws {
        let key = try await self.site.visitors.createKey(name: "test").text
        let fields = ["Authorization: Bearer \(key)"]
        let answer = try await self.site.ask("POST", "/v1/chat/completions", body, fields: fields)
        #expect(answer.status == 400)
        #expect(answer.json["error"]?["type"]?.string == "invalid_request_error")
    }

    @Test(arguments: [
        "/api/v1/chat/stream?message=Hi&events=some", "/api/v1/chat/stream?message=Hi&after=soon",
        "/api/v1/chat/onboarding-stream?message=Hi&version=new",
        "/api/v1/chats/0123456789abcdef/stream?message=Hi&accumulated=yes",
    ]) func `are refused before a stream begins`(_ path: String) async throws {
        let key = try await self.site.visitors.createKey(name: "test").text
        let answer = try await self.site.ask("GET", path, fields: ["Authorization: Bearer \(key)"])
        #expect(answer.status == 400)
    }

    @Test func `a path that is written out does not become a name for other methods`() async throws {
        for (path, allowed) in [
            ("/api/v1/conversations/active", "GET, HEAD"), ("/api/v1/imports/preview", "POST"),
            ("/api/v1/conversations/0123456789abcdef", "GET, HEAD, PATCH, DELETE"),
        ] {
            let answer = try await self.site.ask("PUT", path)
            #expect(answer.status == 405)
            #expect(answer.head.contains("\r\nAllow: \(allowed)\r\n"), "\(answer.head)")
        }
        #expect(try await self.site.ask("DELETE", "/api/v1/conversations/active").status == 405)
    }
}
