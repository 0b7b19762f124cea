import Accounts
import Chat
import EventLoop
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing
import Web

@Suite(.timeLimit(.minutes(20))) struct `The web site` {
    let home: TestLoop
    let provider = ScriptedProvider()
    let store = MemoryStore()
    let accounts = MemoryAccounts()
    let connection = MemoryConnection()
    let admins: AdminDoor
    let time = TestTime()
    let streaming = StreamingSwitch(start: StreamingPolicy(isEnabled: true))
    let visitors: Visitors
    let registry: GenerationRegistry
    let server: HTTPServer
    let service: Service

    init() async throws {
        self.home = try TestLoop()
        self.admins = AdminDoor(store: self.accounts)
        self.visitors = Visitors(store: self.accounts, time: self.time.source)
        self.registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(self.provider),
            keeper: self.store,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let site = WebSite(
            parts: WebSite.Parts(
                registry: self.registry,
                conversations: self.store,
                search: self.store,
                visitors: self.visitors,
                door: FrontDoor(
                    policy: AccessPolicy(admission: .open, signUp: .open),
                    store: self.accounts,
                    visitors: self.visitors,
                    admins: self.admins,
                    time: self.time.source
                ),
                limits: .testing(messagesPerHour: 3, time: self.time.source),
                rollout: .inMemory(self.streaming, self.accounts, self.time.source),
                composing: .plain(MemoryProfiles(), self.time.source),
                models: try await ModelConnector(
                    configured: .builtIn,
                    store: self.connection,
                    logger: .silent,
                    askServer: { _ in ModelServerReport(findings: ["It answers."], models: ["small"], isWell: true) },
                    makeProvider: { [provider] _ in provider }
                ),
                admins: self.admins,
                own: .inMemory(),
                unreadiness: { nil }
            ),
            files: StaticFiles(
                [
                    "index.html": Array("<!doctype html>".utf8), "settings.html": Array("<!doctype html>".utf8),
                    "preview.html": Array("<!doctype html>".utf8),
                    "js/app.js": Array(repeating: 0x61, count: 500), "service-worker.js": [],
                ],
                isSecure: false
            ),
            gate: RequestGate(hosts: ["localhost"], origins: ["https://listed.example"]),
            isSecure: false,
            version: "test",
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        self.server = try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: 0),
            loops: [self.home.loop],
            metrics: Metrics(),
            logger: .silent
        ) { await site.respond(to: $0, from: $1) }
        let registry = self.registry
        self.service = Service { await registry.run() }
        try await self.server.open()
    }

    // MARK: Streams

    @Test func `streams a reply to the token that was handed out, and keeps it`() async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)
        self.provider.then(.text("Hel"), .text("lo"), .end(.stop))

        let answer = try await self.ask("GET \(visit.url) HTTP/1.0")

        #expect(answer.status == 200)
        #expect(answer.head.contains("Content-Type: text/event-stream; charset=utf-8\r\n"))
        #expect(answer.head.contains("Cache-Control: no-cache, no-store, no-transform\r\n"))
        #expect(answer.head.contains("X-Accel-Buffering: no\r\n"))
        #expect(
            answer.body == """
                : ok

                data: {"chunk": "Hel"}

                data: {"chunk": "lo"}

                data: {"done": true, "agent_type": "general"}


                """
        )
        #expect(self.store.replies.values.map(\.parts) == [[.text("Hello")]])
    }

    @Test func `never starts again for the same token, and has nothing left for it at the end`() async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)
        self.provider.then(.text("a"), .end(.stop))
        _ = try await self.ask("GET \(visit.url) HTTP/1.0")

        let again = try await self.ask("GET \(visit.url) HTTP/1.0")

        #expect(again.status == 204)
        #expect(self.provider.prompts.count == 1)
    }

    @Test func `replays from the number that the header names, whatever the address says`() async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)
        self.provider.then(.text("a"), .text("b"), .end(.stop))
        let whole = try await self.ask("GET \(visit.url)&events=all HTTP/1.0").body
        let last = whole.split(separator: "\n").filter { $0.hasPrefix("id: ") }.count

        let resumed = try await self.ask("GET \(visit.url)&events=all&after=1 HTTP/1.0\r\nLast-Event-ID: \(last - 1)")
        let nothing = try await self.ask("GET \(visit.url)&events=all&after=\(last) HTTP/1.0")

        #expect(resumed.body == ": ok\n\nid: \(last)\ndata: {\"done\": true, \"agent_type\": \"general\"}\n\n")
        #expect(nothing.status == 204)
    }

    @Test func `tells the end to a viewer that has seen more than was saved before a crash`() async throws {
        let first = try await self.token(#"{"message": "Hi", "message_id": "message-of-a-crash"}"#)
        let person = try #require(
            await self.visitors.person(ofSession: Secret(text: String(first.cookie.dropFirst(7))))
        )
        try await self.leaveUnfinished("message-of-a-crash", of: person, events: [.text("a"), .text("b")])

        let ahead = try await self.ask("GET \(first.url)&events=all HTTP/1.0\r\nLast-Event-ID: 9")
        let done = try await self.ask("GET \(first.url)&events=all HTTP/1.0\r\nLast-Event-ID: 3")

        #expect(ahead.body.contains("id: 3\ndata: {\"error\": \"The reply was interrupted.\""))
        #expect(!ahead.body.contains("chunk"))
        #expect(done.status == 204)
        #expect(self.provider.prompts.isEmpty)
    }

    @Test func `shows a reply to its token until ten minutes after the end`() async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)
        self.provider.then(.text("a"), .end(.stop))
        _ = try await self.ask("GET \(visit.url)&events=all HTTP/1.0")

        self.time.advance(by: .seconds(599))
        await self.registry.tick()
        #expect(try await self.ask("GET \(visit.url)&events=all HTTP/1.0").status == 200)
        self.time.advance(by: .seconds(1))
        #expect(try await self.ask("GET \(visit.url)&events=all HTTP/1.0").status == 401)
    }

    @Test func `attaches a fresh token for the same message to the same reply`() async throws {
        let first = try await self.token(#"{"message": "Hi", "message_id": "message-of-the-page"}"#)
        self.provider.then(.text("a"), .end(.stop))
        _ = try await self.ask("GET \(first.url) HTTP/1.0")

        let body = #"{"message": "Hi", "message_id": "message-of-the-page"}"#
        let second = try await self.token(body, cookie: first.cookie)
        let answer = try await self.ask("GET \(second.url) HTTP/1.0")

        #expect(answer.body.contains("data: {\"chunk\": \"a\"}\n\n"))
        #expect(self.provider.prompts.count == 1)
    }

    @Test(arguments: ["", "?token=", "?token=unknown", "?message=Hi"])
    func `refuses a stream without a token before it starts`(query: String) async throws {
        let answer = try await self.ask("GET /api/v1/chat/stream\(query) HTTP/1.0")

        #expect(answer.status == 401)
        #expect(answer.json["error"]?["code"]?.string == "unauthorized")
    }

    @Test func `refuses a token that waited too long to start, and another text than it was made for`() async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)

        #expect(try await self.ask("GET \(visit.url)&message=Other HTTP/1.0").status == 409)
        self.time.advance(by: .seconds(300))
        #expect(try await self.ask("GET \(visit.url) HTTP/1.0").status == 401)
        #expect(self.provider.prompts.isEmpty)
    }

    @Test(arguments: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch"])
    func `starts nothing because of a link or another site`(field: String) async throws {
        let visit = try await self.token(#"{"message": "Hi"}"#)

        #expect(try await self.ask("GET \(visit.url) HTTP/1.0\r\n\(field)").status == 403)
        #expect(try await self.ask("HEAD \(visit.url) HTTP/1.0").status == 405)
        #expect(self.provider.prompts.isEmpty)
    }

    @Test func `streams to an API key under the message id that it chose`() async throws {
        let key = try await self.visitors.createKey(name: "test").text
        let target = "/api/v1/chat/stream?message=Hi&message_id=message-of-a-program"
        self.provider.then(.text("a"), .end(.stop))

        let first = try await self.ask("GET \(target) HTTP/1.0\r\nAuthorization: Bearer \(key)")
        let again = try await self.ask("GET \(target) HTTP/1.0\r\nAuthorization: Bearer \(key)")
        let wrong = try await self.ask("GET \(target) HTTP/1.0\r\nAuthorization: Bearer nonsense")

        #expect(first.body.hasSuffix("data: {\"done\": true, \"agent_type\": \"general\"}\n\n"))
        #expect(again.body == first.body)
        #expect(wrong.status == 401)
        #expect(self.provider.prompts.count == 1)
    }

    // MARK: Without a stream, stop, limits, the switch

    @Test func `answers in one piece, once for a repeated message`() async throws {
        let body = #"{"message": "Hi", "message_id": "message-of-a-page1"}"#
        self.provider.then(.text("Hel"), .text("lo"), .end(.stop))

        let first = try await self.post("/api/v1/chat", body)
        let again = try await self.post("/api/v1/chat", body, cookie: first.cookie)

        #expect(first.json["response"]?.string == "Hello")
        #expect(first.json["agent_type"]?.string == "general")
        #expect(again.body == first.body)
        #expect(self.provider.prompts.count == 1)
    }

    @Test(arguments: [
        (ProviderError.rejected(status: 401, message: "key sk-1"), 502),
        (ProviderError.unreachable(reason: "refused"), 502),
    ])
    func `tells a client without a stream what failed by the status`(error: ProviderError, status: Int) async throws {
        self.provider.then(.fail(error))

        let answer = try await self.post("/api/v1/chat", #"{"message": "Hi"}"#)

        #expect(answer.status == status)
        #expect(answer.json["error"]?["message"]?.string == "AI service temporarily unavailable")
    }

    @Test func `stops a reply by the id of its message, again and again`() async throws {
        let visit = try await self.token(#"{"message": "Hi", "message_id": "message-to-be-stopped"}"#)
        let stop = #"{"message_id": "message-to-be-stopped", "seen": 0}"#

        let before = try await self.post("/api/v1/chat/stop", stop, cookie: visit.cookie)
        let stream = try await self.ask("GET \(visit.url) HTTP/1.0")
        let after = try await self.post("/api/v1/chat/stop", stop, cookie: visit.cookie)

        #expect(before.json["stopped"]?.bool == true && after.json["stopped"]?.bool == true)
        #expect(stream.body == ": ok\n\ndata: {\"done\": true, \"agent_type\": \"general\"}\n\n")
        #expect(self.provider.prompts.isEmpty)
    }

    @Test func `lets a person send so many messages an hour, and says when to come back`() async throws {
        var cookie: String?
        for _ in 1...3 {
            self.provider.then(.end(.stop))
            let answer = try await self.post("/api/v1/chat", #"{"message": "Hi"}"#, cookie: cookie)
            cookie = cookie ?? answer.cookie
        }

        let once = try await self.post("/api/v1/chat", #"{"message": "Hi"}"#, cookie: cookie)
        let token = try await self.post("/api/v1/chat/token", #"{"message": "Hi"}"#, cookie: cookie)

        #expect(once.status == 429 && token.status == 429)
        #expect(once.head.contains("Retry-After: 3600\r\n"))
        #expect(once.json["error"]?["retry_after"]?.int == 3600)
        self.time.advance(by: .seconds(3600))
        #expect(try await self.post("/api/v1/chat/token", #"{"message": "Hi"}"#, cookie: cookie).status == 200)
    }

    @Test func `says already with the token that too many replies are running`() async throws {
        let first = try await self.token(#"{"message": "Hi"}"#)
        let person = try #require(
            await self.visitors.person(ofSession: Secret(text: String(first.cookie.dropFirst(7))))
        )
        for number in 0..<10 { try await self.begin("running-message-\(number)", of: person) }

        let answer = try await self.post("/api/v1/chat/token", #"{"message": "Hi"}"#, cookie: first.cookie)

        #expect(answer.status == 429 && answer.head.contains("Retry-After: "))
        #expect(answer.json["error"]?["code"]?.string == "too_many_streams")
    }

    @Test func `hands out no token while streaming is off, and lets what runs go on`() async throws {
        let visit = try await self.token(#"{"message": "Hi", "message_id": "message-before-off"}"#)
        async let answer = self.ask("GET \(visit.url) HTTP/1.0")
        while self.provider.prompts.isEmpty { await Task.yield() }
        self.streaming.apply(StreamingChanges(isEnabled: false))

        let refused = try await self.post("/api/v1/chat/token", #"{"message": "Hi"}"#)
        let known = try await self.post(
            "/api/v1/chat/token",
            #"{"message": "Hi", "message_id": "message-before-off"}"#,
            cookie: visit.cookie
        )
        self.provider.then(.text("on"), .end(.stop))

        #expect(refused.status == 409 && refused.json["error"]?["code"]?.string == "streaming_disabled")
        #expect(known.status == 200)
        #expect(try await self.ask("GET /api/v1/config HTTP/1.0").json["streaming"]?.bool == false)
        #expect(try await answer.body.contains("\"on\""))
    }

    // MARK: Checks

    @Test func `turns away other hosts, other origins and other types`() async throws {
        let post = "POST /api/v1/chat HTTP/1.0\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"

        #expect(try await self.ask("GET / HTTP/1.0", host: "evil.example").status == 421)
        #expect(try await self.ask(post + "Origin: http://evil.example", body: "{}").status == 403)
        #expect(try await self.ask(post + "Origin: null", body: "{}").status == 403)
        #expect(try await self.ask(post + "Origin: http://localhost", body: "{}").status == 400)
        #expect(try await self.ask("POST /api/v1/chat HTTP/1.0\r\nContent-Length: 2", body: "{}").status == 415)
        #expect(
            try await self.ask(
                "POST /api/v1/chat HTTP/1.0\r\nContent-Length: 2\r\nContent-Type: text/plain",
                body: "{}"
            )
            .status == 415
        )
    }

    @Test(arguments: [
        "", "[]", "{", #"{"message": 1}"#, #"{"message": "  "}"#, #"{"message": "x", "message_id": "short"}"#,
        #"{"message": "x", "message_id": 7}"#, #"{"message": "x", "kind": "dance"}"#,
    ])
    func `says what is wrong with a body`(body: String) async throws {
        let answer = try await self.post("/api/v1/chat", body)

        #expect(answer.status == 400)
        #expect(answer.json["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test func `refuses a message that is too long`() async throws {
        let long = String(repeating: "a", count: 32 * 1024 + 1)

        #expect(try await self.post("/api/v1/chat", #"{"message": "\#(long)"}"#).status == 413)
    }

    @Test func `keeps one reader's conversations from another`() async throws {
        self.provider.then(.text("a"), .end(.stop))
        let mine = try await self.post("/api/v1/chat", #"{"message": "Mine"}"#)
        let id = try #require(mine.json["conversation_id"]?.string)
        let other = try await self.token(#"{"message": "Other"}"#)
        let path = "/api/v1/conversations/\(id)"

        #expect(try await self.ask("GET \(path) HTTP/1.0", cookie: mine.cookie).json["title"]?.string == "Mine")
        for method in ["GET", "DELETE"] {
            #expect(try await self.ask("\(method) \(path) HTTP/1.0", cookie: other.cookie).status == 404)
        }
        #expect(try await self.ask("GET \(path) HTTP/1.0").status == 401)
        #expect(try await self.ask("DELETE \(path) HTTP/1.0", cookie: mine.cookie).status == 204)
        #expect(try await self.ask("GET \(path) HTTP/1.0", cookie: mine.cookie).status == 404)
    }

    @Test func `says what runs and what ended lately, to whoever has not heard it yet`() async throws {
        let path = "/api/v1/conversations/active"
        #expect(try await self.ask("GET \(path) HTTP/1.0").json == ["active": []])
        self.provider.then(.text("a"), .end(.stop))
        let mine = try await self.post("/api/v1/chat", #"{"message": "Mine"}"#)

        let answer = try await self.ask("GET \(path) HTTP/1.0", cookie: mine.cookie)
        let tag = try #require(answer.head.firstMatch(of: /ETag: (\S+)\r\n/)?.1)
        let again = try await self.ask("GET \(path) HTTP/1.0\r\nIf-None-Match: \(tag)", cookie: mine.cookie)

        let reply = try #require(answer.json["active"]?.array?.first)
        #expect(answer.json["active"]?.array?.count == 1)
        #expect(reply["message_id"] == mine.json["message_id"])
        #expect(reply["conversation_id"] == mine.json["conversation_id"])
        #expect(reply["state"]?.string == "complete" && reply["last"]?.int == 6)
        #expect(again.status == 304 && again.body.isEmpty)
    }

    @Test func `gives a receipt to the message's author alone`() async throws {
        self.provider.then(.text("a"), .end(.stop))
        let mine = try await self.post("/api/v1/chat", #"{"message": "Mine"}"#)
        let other = try await self.token(#"{"message": "Other"}"#)
        let path = "/api/v1/messages/\(try #require(mine.json["message_id"]?.string))/receipt"

        let receipt = try await self.ask("GET \(path) HTTP/1.0", cookie: mine.cookie)

        #expect(receipt.json["state"]?.string == "complete")
        #expect(receipt.json["model_calls"]?.int == 1)
        #expect(receipt.json["committed_at"]?.int != nil)
        #expect(try await self.ask("GET \(path) HTTP/1.0", cookie: other.cookie).status == 404)
        #expect(try await self.ask("GET \(path) HTTP/1.0").status == 401)
    }

    @Test func `serves files compressed, by their entity tag, with a strict policy`() async throws {
        let plain = try await self.ask("GET / HTTP/1.0")
        let tag = try #require(plain.head.firstMatch(of: /ETag: (\S+)\r\n/)?.1)
        let compressed = try await self.ask("GET /js/app.js HTTP/1.0\r\nAccept-Encoding: br, gzip")
        let current = try await self.ask("GET / HTTP/1.0\r\nIf-None-Match: \(tag)")

        #expect(plain.body == "<!doctype html>")
        #expect(plain.head.contains("require-trusted-types-for 'script'"))
        #expect(compressed.head.contains("Content-Encoding: gzip\r\n"))
        #expect(current.status == 304 && current.body.isEmpty)
        #expect(try await self.ask("GET /../Package.swift HTTP/1.0").status == 404)
        #expect(try await self.ask("POST / HTTP/1.0\r\nContent-Length: 0").status == 405)
    }

    @Test(arguments: ["/preview", "/preview.html"])
    func `serves the preview of a reply's HTML with a policy of its own`(path: String) async throws {
        let preview = try await self.ask("GET \(path) HTTP/1.0")

        #expect(preview.status == 200)
        #expect(
            preview.fields("Content-Security-Policy") == [
                "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                    + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
            ]
        )
        #expect(preview.fields("X-Frame-Options") == [])
        #expect(preview.fields("X-Content-Type-Options") == ["nosniff"])
        #expect(preview.fields("Referrer-Policy") == ["no-referrer"])
        #expect(preview.fields("Cross-Origin-Resource-Policy") == ["same-origin"])
    }

    @Test(arguments: ["/", "/index.html", "/settings", "/js/app.js"])
    func `lets no other file be framed, nor run scripts that stand in a page`(path: String) async throws {
        let policies = try await self.ask("GET \(path) HTTP/1.0").fields("Content-Security-Policy")

        let policy = try #require(policies.first)
        #expect(policies.count == 1)
        #expect(policy.contains("frame-ancestors 'none'"))
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("script-src") || policy.contains("script-src 'self';"))
        #expect(!policy.contains("unsafe-inline"))
    }

    @Test func `lists its files with the digests of their entity tags`() async throws {
        let list = try await self.ask("GET /shell.json HTTP/1.0")

        let files = try #require(list.json["files"]?.object)
        #expect(
            files.members.map(\.key) == [
                "/", "/index.html", "/js/app.js", "/preview", "/preview.html", "/service-worker.js", "/settings",
                "/settings.html",
            ]
        )
        for (path, digest) in files.members.map({ ($0.key, $0.value.string) }) {
            let answer = try await self.ask("GET \(path) HTTP/1.0")
            #expect(answer.fields("ETag") == ["\"\(try #require(digest))\""])
        }
        #expect(list.fields("Cache-Control") == ["no-cache"])
    }

    @Test func `lets the service worker fetch from this server alone`() async throws {
        let worker = try await self.ask("GET /service-worker.js HTTP/1.0")

        #expect(
            worker.fields("Content-Security-Policy") == [
                "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
            ]
        )
        #expect(worker.fields("Cache-Control") == ["no-cache"])
        #expect(try await self.ask("GET / HTTP/1.0").head.contains("worker-src 'self';"))
    }

    // MARK: Steps

    struct Answer {
        let text: String

        var head: String {
            String(self.text.prefix { _ in true }.split(separator: "\r\n\r\n", maxSplits: 1).first ?? "") + "\r\n"
        }
        var body: String {
            let parts = self.text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? String(parts[1]) : ""
        }
        var status: Int { Int(self.text.dropFirst(9).prefix(3)) ?? 0 }
        var json: JSON { (try? JSON(parsing: self.body)) ?? .null }  // what is no JSON fails the expectation
        func fields(_ name: String) -> [String] {
            let lines = self.head.split(separator: "\r\n")
            return lines.filter { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        var cookie: String? { self.text.firstMatch(of: /Set-Cookie: ([^;]+);/).map { String($0.1) } }
    }

    /// Stores a reply that a process began and never ended.
    // MARK: Admins

    @Test func `makes an admin of whoever enters the code, and lets nobody else near the model`() async throws {
        let code = await self.admins.makeCode()
        let visit = try await self.token(#"{"message": "Hi"}"#)
        for line in ["GET /api/v1/admin/model HTTP/1.0", "DELETE /api/v1/admin/model HTTP/1.0"] {
            #expect(try await self.ask(line, cookie: visit.cookie).status == 403)
            #expect(try await self.ask(line).status == 401)
        }
        #expect(try await self.post("/api/v1/admin", #"{"code": "0000-0000-0000-0000"}"#).status == 403)

        let entered = try await self.post("/api/v1/admin", #"{"code": "\#(code)"}"#)

        let admin = try #require(entered.cookie)
        #expect(entered.status == 200)
        #expect(try await self.ask("GET /api/v1/admin HTTP/1.0", cookie: admin).json["is_admin"] == true)
        #expect(try await self.ask("GET /api/v1/admin HTTP/1.0", cookie: visit.cookie).json["is_admin"] == false)
        #expect(try await self.ask("GET /api/v1/admin/model HTTP/1.0", cookie: admin).json["provider"] == "builtin")
    }

    @Test func `takes no API key and no page of another origin for an admin's browser`() async throws {
        let code = await self.admins.makeCode()
        let body = #"{"code": "\#(code)"}"#
        let key = try await self.visitors.createKey(name: "program")
        let head = "POST /api/v1/admin HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)"

        for field in [
            "Authorization: Bearer \(key.text)", "Origin: https://listed.example", "Sec-Fetch-Site: same-site",
        ] {
            #expect(try await self.ask("\(head)\r\n\(field)", body: body).status == 403, "\(field)")
        }

        #expect(try await !self.admins.hasAdmin())
        #expect(try await self.post("/api/v1/admin", body).status == 200)
    }

    @Test func `makes nobody a guest who has not the code`() async throws {
        _ = await self.admins.makeCode()

        let answer = try await self.post("/api/v1/admin", #"{"code": "0000"}"#)

        #expect(answer.status == 403 && answer.cookie == nil)
        #expect(self.accounts.sessionCount == 0)
    }

    @Test func `connects a model, shows its key to nobody, and takes it to no other address`() async throws {
        let code = await self.admins.makeCode()
        let admin = try #require(try await self.post("/api/v1/admin", #"{"code": "\#(code)"}"#).cookie)
        let path = "/api/v1/admin/model"
        let server = #""provider": "openai", "base_url": "http://model.example/v1/""#

        let connected = try await self.send(
            "PUT",
            path,
            #"{\#(server), "model": "m", "api_key": "sk-1"}"#,
            cookie: admin
        )
        #expect(connected.status == 200 && connected.json["has_key"] == true && !connected.body.contains("sk-1"))
        #expect(connected.json["base_url"] == "http://model.example/v1" && connected.json["source"] == "operator")

        _ = try await self.send("PUT", path, #"{\#(server), "model": "other"}"#, cookie: admin)
        let kept = ModelServer(form: .openai, address: "http://model.example/v1", key: "sk-1", model: "other")
        #expect(try await self.connection.connection() == .server(kept))

        let moved = #"{"provider": "openai", "base_url": "http://evil.example/v1", "model": "m"}"#
        let answer = try await self.send("PUT", path, moved, cookie: admin)
        #expect(answer.json["has_key"] == false)

        let report = try await self.post(path + "/check", "{\(server)}", cookie: admin)
        #expect(report.json["models"] == ["small"] && report.json["is_well"] == true)
        #expect(try await self.ask("DELETE \(path) HTTP/1.0", cookie: admin).json["source"] == "configuration")
    }

    @Test(arguments: [
        "{}", #"{"provider": "other"}"#, #"{"provider": "openai", "base_url": "ftp://x", "model": "m"}"#,
        #"{"provider": "openai"}"#, #"{"provider": "openai", "model": "m", "api_key": "two words"}"#,
        #"{"provider": "openai", "model": "m", "api_key": 7}"#,
    ])
    func `refuses a connection that is none`(body: String) async throws {
        let code = await self.admins.makeCode()
        let admin = try #require(try await self.post("/api/v1/admin", #"{"code": "\#(code)"}"#).cookie)

        #expect(try await self.send("PUT", "/api/v1/admin/model", body, cookie: admin).status == 400)

        #expect(try await self.connection.connection() == nil)
    }

    private func leaveUnfinished(_ id: String, of person: PersonID, events: [Event]) async throws {
        let start = try self.start(id, of: person)
        _ = try await self.store.claim(start)
        try await self.store.checkpoint([ReplyPart(generation: start.reply, first: 1, events: events)])
    }

    /// Starts a reply that waits for its model.
    private func begin(_ id: String, of person: PersonID) async throws {
        _ = try await self.registry.start(self.start(id, of: person), on: self.home.loop) { .plain(self.time.source) }
    }

    private func start(_ id: String, of person: PersonID) throws -> GenerationStart {
        GenerationStart(
            person: person,
            conversation: try #require(Conversation.ID(rawValue: "conversation-0123")),
            message: Message(
                id: try #require(Message.ID(rawValue: id)),
                parent: nil,
                role: .user,
                parts: [.text("Hi")],
                createdAt: self.time.source.now()
            ),
            reply: try #require(Message.ID(rawValue: "reply-" + id)),
            title: "Hi",
            agent: "general"
        )
    }

    /// Sends a request line with perhaps some fields, and reads the answer to its end.
    func ask(
        _ lines: String,
        host: String = "localhost",
        cookie: String? = nil,
        body: String = ""
    ) async throws -> Answer {
        let client = try RawClient(port: self.server.port)
        let cookies = cookie.map { "Cookie: \($0)\r\n" } ?? ""
        try client.send("\(lines)\r\nHost: \(host)\r\n\(cookies)\r\n\(body)")
        return Answer(text: try await client.readToEnd())
    }

    func post(_ path: String, _ body: String, cookie: String? = nil) async throws -> Answer {
        try await self.send("POST", path, body, cookie: cookie)
    }

    func send(_ method: String, _ path: String, _ body: String, cookie: String? = nil) async throws -> Answer {
        let head = "\(method) \(path) HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)"
        return try await self.ask(head, cookie: cookie, body: body)
    }

    func token(_ body: String, cookie: String? = nil) async throws -> (url: String, cookie: String) {
        let answer = try await self.post("/api/v1/chat/token", body, cookie: cookie)
        let url = try #require(answer.json["stream_url"]?.string)
        return (url, try #require(answer.cookie ?? cookie))
    }
}

/// A task that ends with its owner.
final class Service: Sendable {
    private let task: Task<Void, Never>

    init(_ work: @escaping @Sendable () async -> Void) {
        self.task = Task { await work() }
    }

    deinit {
        self.task.cancel()
    }
}
