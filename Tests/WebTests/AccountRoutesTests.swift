import Accounts
import Chat
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

private let password = "correct horse battery"

extension OwnSite {
    /// Signs somebody up, who was the guest of that cookie or nobody; the cookie of the new session.
    fileprivate func signUp(_ name: String, as guest: String? = nil, code: String? = nil) async throws -> String {
        var body: JSON.Object = JSON.Object()
        body["name"] = .string(name)
        body["password"] = .string(password)
        if let code { body["code"] = .string(code) }
        let answer = try await self.ask("POST", "/api/v1/auth/sign-up", JSON.object(body).text, cookie: guest)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.cookie)
    }

    fileprivate func logIn(_ name: String, _ password: String, cookie: String? = nil) async throws -> Answer {
        let body: JSON = ["name": .string(name), "password": .string(password)]
        return try await self.ask("POST", "/api/v1/auth/login", body.text, cookie: cookie)
    }

    /// Signs up an admin, as the operator does with the code that the server printed.
    fileprivate func admin() async throws -> String {
        try await self.signUp("admin", code: await self.admins.makeCode())
    }

    fileprivate func me(_ cookie: String?) async throws -> JSON {
        try await self.ask("GET", "/api/v1/auth/me", cookie: cookie).json
    }
}

@Suite(.timeLimit(.minutes(20))) struct `People with accounts` {
    private static let closed = AccessPolicy(admission: .accounts, signUp: .closed)
    private static let invited = AccessPolicy(admission: .accounts, signUp: .invitation)

    // MARK: Signing up and in

    @Test func `begin as guests and keep what they wrote, with a new session`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let known = try await site.me(guest.cookie)

        let cookie = try await site.signUp("Ada", as: guest.cookie)

        #expect(known["guest"] == true && known["account"]?.isNull == true)
        #expect(cookie != guest.cookie)
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: cookie).status == 200)
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: guest.cookie).status == 401)
        let me = try await site.me(cookie)
        #expect(me["account"]?["name"] == "Ada" && me["account"]?["role"] == "person" && me["guest"] == false)
        #expect(me["auth"] == "open" && me["sign_up"] == "open")
    }

    @Test func `go on watching what they watched when they signed up`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, cookie: guest.cookie)
        let stream = try site.client("GET", try #require(token.json["stream_url"]?.string))
        _ = try await stream.read { $0.contains(": ok") }

        let cookie = try await site.signUp("Ada", as: guest.cookie)
        site.provider.then(.text("still here"), .end(.stop))

        #expect(try await stream.readToEnd().contains(#"{"done": true"#))
        let shown = try await site.ask("GET", "/api/v1/conversations/active", cookie: cookie)
        #expect(shown.status == 200)
    }

    @Test func `sign in again elsewhere, by the name in any letters, and out`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let first = try await site.signUp("Ada", as: guest.cookie)

        let second = try #require(try await site.logIn("ADA", password).cookie)
        let out = try await site.ask("POST", "/api/v1/auth/logout", "{}", cookie: second)

        #expect(second != first)
        #expect(out.status == 204 && out.text.contains("Set-Cookie: shuren=; Path=/; Max-Age=0;"))
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: first).status == 200)
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: second).status == 401)
    }

    @Test func `take nothing along from the guest that the browser was before it signed in`() async throws {
        let site = try await OwnSite()
        let account = try await site.signUp("Ada")
        let guest = try await site.guest()

        let cookie = try #require(try await site.logIn("Ada", password, cookie: guest.cookie).cookie)

        #expect(try await site.me(account)["account"]?["id"] == site.me(cookie)["account"]?["id"])
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: cookie).status == 404)
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: guest.cookie).status == 401)
    }

    @Test func `bring along what the browser has as a guest, when they wish so, and watch on`() async throws {
        let site = try await OwnSite()
        let account = try await site.signUp("Ada")
        let guest = try await site.guest()
        #expect(try await site.me(guest.cookie)["guest_conversations"]?.int == 1)
        let body = #"{"message": "Go on", "message_id": "going-on-and-on-0001"}"#
        let token = try await site.ask("POST", "/api/v1/chat/token", body, cookie: guest.cookie)
        let stream = try site.client("GET", try #require(token.json["stream_url"]?.string))
        _ = try await stream.read { $0.contains(": ok") }

        let wish: JSON = ["name": "Ada", "password": .string(password), "bring_along": true]
        let answer = try await site.ask("POST", "/api/v1/auth/login", wish.text, cookie: guest.cookie)
        let cookie = try #require(answer.cookie, "\(answer.text)")

        let path = "/api/v1/conversations/\(guest.talk)"
        for own in [account, cookie] { #expect(try await site.ask("GET", path, cookie: own).status == 200) }
        #expect(try await site.ask("GET", path, cookie: guest.cookie).status == 401)
        let listed = try await site.ask("GET", "/api/v1/conversations", cookie: cookie).json["conversations"]
        #expect(listed?.array?.count == 2)
        #expect(try await site.me(cookie)["guest_conversations"]?.int == 0)
        site.provider.then(.text("still here"), .end(.stop))
        #expect(try await stream.readToEnd().contains(#"{"done": true"#))
        let again = try await site.ask("POST", "/api/v1/chat", body, cookie: cookie)
        #expect(again.status == 200 && again.json["response"] == "still here")
    }

    @Test func `leave everything where it is when they are not let in`() async throws {
        let site = try await OwnSite()
        _ = try await site.signUp("Ada")
        let guest = try await site.guest()
        let wish: JSON = ["name": "Ada", "password": "wrong horse battery", "bring_along": true]

        let answer = try await site.ask("POST", "/api/v1/auth/login", wish.text, cookie: guest.cookie)

        #expect(answer.status == 401)
        let path = "/api/v1/conversations/\(guest.talk)"
        #expect(try await site.ask("GET", path, cookie: guest.cookie).status == 200)
    }

    @Test func `are told the same whether the name or the password is wrong`() async throws {
        let site = try await OwnSite()
        _ = try await site.signUp("Ada")

        let answers = try await [
            site.logIn("Ada", "wrong horse battery"), site.logIn("Eve", password), site.logIn("", ""),
            site.logIn("a b", password), site.logIn("Ada", String(repeating: "x", count: 100_000)),
        ]

        #expect(answers.allSatisfy { $0.status == 401 && $0.cookie == nil })
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(answers[0].json["error"]?["code"] == "wrong_credentials")
    }

    @Test func `wait longer with every wrong password, and only they`() async throws {
        let site = try await OwnSite()
        _ = try await site.signUp("Ada")
        _ = try await site.signUp("Bob")
        for _ in 0..<5 { #expect(try await site.logIn("Ada", "wrong horse").status == 401) }

        let early = try await site.logIn("Ada", password)

        #expect(early.status == 429 && early.head.contains("Retry-After: 1"))
        #expect(try await site.logIn("Bob", password).status == 200)
        site.time.advance(by: .seconds(1))
        #expect(try await site.logIn("Ada", password).status == 200)
    }

    @Test(
        arguments: [
            (#"{"name": "a b", "password": "correct horse battery"}"#, 400, "unusable_name"),
            (#"{"name": "Bob", "password": "short"}"#, 400, "unusable_password"),
            (#"{"name": "Bob", "password": "Password123"}"#, 400, "unusable_password"),
            (#"{"name": "Bobby", "password": "bobby2026"}"#, 400, "unusable_password"),
            (#"{"name": "ada", "password": "correct horse battery"}"#, 409, "name_taken"),
            (#"{"name": "Bob"}"#, 400, "bad_request"), (#"{"name": "Bob", "passwort": "x"}"#, 400, "bad_request"),
        ]
    )
    func `are told why an account cannot be made`(body: String, status: Int, code: String) async throws {
        let site = try await OwnSite()
        _ = try await site.signUp("Ada")

        let answer = try await site.ask("POST", "/api/v1/auth/sign-up", body)

        #expect(answer.status == status && answer.json["error"]?["code"] == .string(code))
        #expect(answer.cookie == nil)
    }

    @Test func `make one account each`() async throws {
        let site = try await OwnSite()
        let cookie = try await site.signUp("Ada")

        let body: JSON = ["name": "Bob", "password": .string(password)]
        let again = try await site.ask("POST", "/api/v1/auth/sign-up", body.text, cookie: cookie)

        #expect(again.status == 409 && again.json["error"]?["code"] == "has_account")
    }

    @Test func `sign in on our own page alone`() async throws {
        let site = try await OwnSite()
        let body: JSON = ["name": "Ada", "password": .string(password)]
        for path in ["sign-up", "login", "reset"] {
            let fields = ["Sec-Fetch-Site: cross-site", "Origin: http://elsewhere.example"]
            let answer = try await site.ask("POST", "/api/v1/auth/\(path)", body.text, fields: fields)
            #expect(answer.status == 403)
        }
    }

    // MARK: A server for some

    /// Everything that needs somebody, as requests of a stranger.
    private static let closedRoutes = [
        ("GET", "/api/v1/conversations"), ("GET", "/api/v1/conversations/active"), ("GET", "/api/v1/devices"),
        ("GET", "/api/v1/search?q=a"), ("GET", "/api/v1/onboarding"), ("GET", "/api/v1/facts"),
        ("GET", "/api/v1/export"),
        ("POST", "/api/v1/chat"), ("POST", "/api/v1/chat/token"), ("POST", "/api/v1/chat/stop"),
        ("POST", "/api/v1/sessions"),
        ("POST", "/api/v1/ui/chat"), ("PATCH", "/api/v1/preferences"), ("PATCH", "/api/v1/onboarding"),
        ("GET", "/api/v1/chat/stream?message=a"), ("GET", "/api/v1/stream-chat?message=a"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/api/v1/admin/people"), ("GET", "/api/v1/admin/model"), ("POST", "/api/v1/auth/password"),
        ("POST", "/api/v1/auth/recovery-codes"), ("DELETE", "/api/v1/data"),
    ]

    @Test(arguments: closedRoutes)
    func `are the only ones whom a server for accounts lets in`(method: String, path: String) async throws {
        let site = try await OwnSite(policy: Self.closed)
        let body = method == "GET" ? nil : Self.body(of: path)

        let answer = try await site.ask(method, path, body)

        #expect(answer.status == 401, "\(answer.text)")
        #expect(answer.cookie == nil && site.accounts.sessionCount == 0)
    }

    private static func body(of path: String) -> String {
        switch path.split(separator: "/").last {
        case "chat" where path.contains("ui"): #"{"id": "c", "messages": [{"role": "user", "content": "Hi"}]}"#
        case "stop": #"{"message_id": "message-of-a-stranger"}"#
        case "preferences": #"{"streaming": "on"}"#
        case "onboarding": #"{"skip": ["name"]}"#
        case "completions": #"{"model": "general", "messages": [{"role": "user", "content": "Hi"}]}"#
        case "password": #"{"password": "a", "new_password": "b"}"#
        case "recovery-codes": #"{"password": "a"}"#
        case "sessions", "data": "{}"
        default: #"{"message": "Hi"}"#
        }
    }

    @Test func `may look at what the sign-in page needs, and at nothing of a guest from before`() async throws {
        let site = try await OwnSite(policy: Self.invited)
        let (_, secret) = try await site.visitors.welcomeGuest()
        let cookie = "shuren=\(secret.text)"

        #expect(try await site.me(nil)["auth"] == "accounts")
        #expect(try await site.me(nil)["sign_up"] == "invitation")
        #expect(try await site.ask("GET", "/api/v1/config").status == 200)
        #expect(try await site.ask("GET", "/api/v1/conversations", cookie: cookie).status == 401)
    }

    @Test func `need an invitation where the server wants one, which is good once`() async throws {
        let site = try await OwnSite(policy: Self.invited)
        let admin = try await site.admin()
        let made = try await site.ask("POST", "/api/v1/admin/invitations", #"{"note": "for Ada"}"#, cookie: admin)
        let code = try #require(made.json["code"]?.string)
        #expect(made.status == 201 && made.json["path"]?.string == "/login#invitation=\(code)")
        let listed = try await site.ask("GET", "/api/v1/admin/invitations", cookie: admin)
        #expect(listed.json["invitations"]?[0]?["note"] == "for Ada" && !listed.text.contains(code))

        let body = { (code: JSON) -> String in
            (["name": "Ada", "password": .string(password), "code": code] as JSON).text
        }
        let without = try await site.ask("POST", "/api/v1/auth/sign-up", body(.null))
        let guessed = try await site.ask("POST", "/api/v1/auth/sign-up", body("0000-0000-0000-0000"))
        let invited = try await site.ask("POST", "/api/v1/auth/sign-up", body(.string(code.lowercased())))
        let again = try await site.ask(
            "POST",
            "/api/v1/auth/sign-up",
            (["name": "Eve", "password": .string(password), "code": .string(code)] as JSON).text
        )

        #expect([without.status, guessed.status, invited.status, again.status] == [403, 403, 200, 403])
        #expect(invited.json["account"]?["role"] == "person")
    }

    @Test func `come in no more with an invitation that was taken back or is too old`() async throws {
        let site = try await OwnSite(policy: Self.invited)
        let admin = try await site.admin()
        func invite() async throws -> (id: String, code: String) {
            let made = try await site.ask("POST", "/api/v1/admin/invitations", #"{"days": 1}"#, cookie: admin).json
            return (made["id"]?.string ?? "", made["code"]?.string ?? "")
        }
        func accept(_ code: String) async throws -> Int {
            let body: JSON = ["name": "Ada", "password": .string(password), "code": .string(code)]
            return try await site.ask("POST", "/api/v1/auth/sign-up", body.text).status
        }
        let (taken, old) = (try await invite(), try await invite())

        #expect(
            try await site.ask("DELETE", "/api/v1/admin/invitations/\(taken.id)", cookie: admin).status == 204
        )
        #expect(try await accept(taken.code) == 403)
        site.time.advance(by: .seconds(86_400))
        #expect(try await accept(old.code) == 403)
    }

    @Test(arguments: [closed, invited, AccessPolicy(admission: .open, signUp: .open)])
    func `begin with an admin, whom the code of the start makes in every mode`(policy: AccessPolicy) async throws {
        let site = try await OwnSite(policy: policy)
        let code = try #require(try await site.admins.codeForFirst())

        let admin = try await site.signUp("root-of-it", code: code)

        #expect(try await site.me(admin)["account"]?["role"] == "admin")
        #expect(try await site.ask("GET", "/api/v1/admin/people", cookie: admin).json["people"]?.array?.count == 1)
        #expect(try await site.admins.codeForFirst() == nil)
        let body: JSON = ["name": "Eve", "password": .string(password), "code": .string(code)]
        let again = try await site.ask("POST", "/api/v1/auth/sign-up", body.text)
        // Where anybody may sign up, a code that is none is no reason not to; it makes nobody an admin.
        #expect(again.status == (policy.signUp == .open ? 200 : 403))
        #expect(again.json["account"]?["role"] != "admin")
    }

    @Test func `keep the code of the start where the account could not be made`() async throws {
        let site = try await OwnSite(policy: Self.closed)
        let code = await site.admins.makeCode()
        let body: JSON = ["name": "Ada", "password": "password1", "code": .string(code)]

        #expect(try await site.ask("POST", "/api/v1/auth/sign-up", body.text).status == 400)
        #expect(try await site.me(site.signUp("Ada", code: code))["account"]?["role"] == "admin")
    }

    // MARK: Shutting out

    @Test func `are out at once when an admin disables them, with all that they watch`() async throws {
        let site = try await OwnSite()
        let admin = try await site.admin()
        let ada = try await site.signUp("Ada", as: try await site.guest().cookie)
        let id = try #require(try await site.me(ada)["account"]?["id"]?.string)
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, cookie: ada)
        let url = try #require(token.json["stream_url"]?.string)
        let stream = try site.client("GET", url)
        _ = try await stream.read { $0.contains(": ok") }

        let disabled = try await site.ask("POST", "/api/v1/admin/people/\(id)/disable", "{}", cookie: admin)

        #expect(disabled.status == 204)
        #expect(try await !stream.readToEnd().contains("done"))
        #expect(
            try await site.ask("GET", "/api/v1/conversations", cookie: ada).json["conversations"]?.array?.isEmpty
                == true
        )
        #expect(try await site.me(ada)["account"]?.isNull == true)
        #expect(try await site.ask("GET", url).status == 401)
        let refused = try await site.logIn("Ada", password)
        #expect(refused.status == 403 && refused.json["error"]?["code"] == "account_disabled")
        #expect(try await site.logIn("Ada", "wrong horse battery").status == 401)
        let listed = try await site.ask("GET", "/api/v1/admin/people", cookie: admin).json["people"]
        #expect(listed?[0]?["name"] == "Ada" && listed?[0]?["disabled_at"]?.isNull == false)
        #expect(try await site.ask("POST", "/api/v1/admin/people/\(id)/enable", "{}", cookie: admin).status == 204)
        #expect(try await site.logIn("Ada", password).status == 200)
    }

    @Test func `do nothing to each other unless they are admins`() async throws {
        let site = try await OwnSite()
        let admin = try await site.admin()
        let ada = try await site.signUp("Ada")
        let id = try #require(try await site.me(admin)["account"]?["id"]?.string)
        for (method, path) in [
            ("GET", "people"), ("POST", "people/\(id)/disable"), ("POST", "people/\(id)/enable"),
            ("POST", "people/\(id)/role"), ("POST", "people/\(id)/end-sessions"),
            ("POST", "people/\(id)/reset-code"), ("GET", "invitations"), ("POST", "invitations"),
            ("DELETE", "invitations/\(id)"),
        ] {
            let body = method == "POST" ? "{}" : nil
            #expect(try await site.ask(method, "/api/v1/admin/\(path)", body, cookie: ada).status == 403)
            #expect(try await site.ask(method, "/api/v1/admin/\(path)", body).status == 401)
        }
        let own = try await site.ask("POST", "/api/v1/admin/people/\(id)/disable", "{}", cookie: admin)
        #expect(own.status == 409)
        let role = try await site.ask("POST", "/api/v1/admin/people/\(id)/role", #"{"role": "person"}"#, cookie: admin)
        #expect(role.status == 409 && role.json["error"]?["code"] == "own_account")
    }

    @Test func `are made admins from their next request on, and signed out everywhere, by an admin`() async throws {
        let site = try await OwnSite()
        let admin = try await site.admin()
        let ada = try await site.signUp("Ada", as: try await site.guest().cookie)
        let id = try #require(try await site.me(ada)["account"]?["id"]?.string)
        func act(_ act: String, _ body: String = "{}") async throws -> Int {
            try await site.ask("POST", "/api/v1/admin/people/\(id)/\(act)", body, cookie: admin).status
        }
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, cookie: ada)
        let stream = try site.client("GET", try #require(token.json["stream_url"]?.string))
        _ = try await stream.read { $0.contains(": ok") }

        #expect(try await act("role", #"{"role": "owner"}"#) == 400)
        #expect(try await act("role", #"{"role": "admin"}"#) == 204)
        let path = "/api/v1/admin/people?containing=AD&limit=1"
        let listed = try await site.ask("GET", path, cookie: ada).json["people"]
        #expect(listed?.array?.count == 1 && listed?[0]?["name"] == "Ada" && listed?[0]?["role"] == "admin")
        #expect(listed?[0]?["second_factor"] == "off" && listed?[0]?["used_at"]?.int != nil)
        #expect(try await act("role", #"{"role": "person"}"#) == 204)
        #expect(try await site.ask("GET", path, cookie: ada).status == 403)

        #expect(try await act("end-sessions") == 204)
        #expect(try await !stream.readToEnd().contains("done"))
        #expect(try await site.me(ada)["account"]?.isNull == true)
        let left = try await site.ask("GET", path, cookie: admin).json["people"]
        #expect(left?[0]?["used_at"]?.isNull == true)
        #expect(try await site.logIn("Ada", password).status == 200)
        let long = String(repeating: "x", count: 65)
        #expect(try await site.ask("GET", "/api/v1/admin/people?containing=\(long)", cookie: admin).status == 400)
        let nobody = "/api/v1/admin/people/nobody/end-sessions"
        #expect(try await site.ask("POST", nobody, "{}", cookie: admin).status == 404)
    }

    // MARK: Passwords

    @Test func `are out everywhere else when they change their password`() async throws {
        let site = try await OwnSite()
        let here = try await site.signUp("Ada")
        let there = try #require(try await site.logIn("Ada", password).cookie)
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, cookie: there)
        let stream = try site.client("GET", try #require(token.json["stream_url"]?.string))
        _ = try await stream.read { $0.contains(": ok") }
        func change(_ old: String, _ new: String) async throws -> Answer {
            let body: JSON = ["password": .string(old), "new_password": .string(new)]
            return try await site.ask("POST", "/api/v1/auth/password", body.text, cookie: here)
        }

        #expect(try await change("wrong horse battery", "another horse").json["error"]?["code"] == "wrong_credentials")
        #expect(try await change(password, "password1").status == 400)
        #expect(try await change(password, "another horse").status == 204)

        #expect(try await !stream.readToEnd().contains("done"))
        #expect(try await site.me(here)["account"]?["name"] == "Ada")
        #expect(try await site.me(there)["account"]?.isNull == true)
        #expect(try await site.logIn("Ada", password).status == 401)
        #expect(try await site.logIn("Ada", "another horse").status == 200)
    }

    @Test func `choose another password with a code that an admin made, once`() async throws {
        let site = try await OwnSite()
        let admin = try await site.admin()
        let ada = try await site.signUp("Ada")
        let id = try #require(try await site.me(ada)["account"]?["id"]?.string)
        let made = try await site.ask("POST", "/api/v1/admin/people/\(id)/reset-code", "{}", cookie: admin)
        let code = try #require(made.json["code"]?.string)
        func reset(_ name: String, _ code: String, _ password: String = "another horse") async throws -> Answer {
            let body: JSON = ["name": .string(name), "code": .string(code), "password": .string(password)]
            return try await site.ask("POST", "/api/v1/auth/reset", body.text)
        }

        #expect(try await reset("admin", code).json["error"]?["code"] == "wrong_code")
        #expect(try await reset("Ada", "0000-0000-0000-0000").status == 403)
        #expect(try await reset("Nobody", code).status == 403)
        #expect(try await reset("Ada", code, "password1").status == 400)
        #expect(try await reset("Ada", code).status == 204)
        #expect(try await reset("Ada", code).status == 403)
        #expect(try await site.me(ada)["account"]?.isNull == true)
        #expect(try await site.logIn("Ada", "another horse").status == 200)
    }

    @Test func `come back with one of ten recovery codes, each good once`() async throws {
        let site = try await OwnSite()
        let ada = try await site.signUp("Ada")
        func codes(_ password: String) async throws -> Answer {
            let body: JSON = ["password": .string(password)]
            return try await site.ask("POST", "/api/v1/auth/recovery-codes", body.text, cookie: ada)
        }
        #expect(try await codes("wrong horse battery").status == 401)
        let old = try await codes(password).json["codes"]?[0]?.string ?? ""
        let new = try await codes(password).json["codes"]?.array?.compactMap(\.string) ?? []
        #expect(new.count == 10 && Set(new).count == 10)
        #expect(try await site.me(ada)["account"]?["recovery_codes"] == 10)
        func reset(_ code: String) async throws -> Int {
            let body: JSON = ["name": "ada", "code": .string(code), "password": "another horse"]
            return try await site.ask("POST", "/api/v1/auth/reset", body.text).status
        }

        #expect(try await reset(old) == 403)
        #expect(try await reset(new[3]) == 204)
        #expect(try await reset(new[3]) == 403)
        let cookie = try await site.logIn("Ada", "another horse").cookie
        #expect(try await site.me(cookie)["account"]?["recovery_codes"] == 9)
    }

    private typealias Answer = OwnSite.Answer
}
