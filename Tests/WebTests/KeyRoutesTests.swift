import Accounts
import Chat
import HTTPTypes
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

private let password = "correct horse battery"

@Suite(.timeLimit(.minutes(20))) struct `Keys of people` {
    private func signUp(_ site: OwnSite, _ name: String = "Ada", code: String? = nil) async throws -> String {
        let body: JSON = [
            "name": .string(name), "password": .string(password), "code": code.map(JSON.string) ?? .null,
        ]
        return try #require(try await site.ask("POST", "/api/v1/auth/sign-up", body.text).cookie)
    }

    private func make(
        _ site: OwnSite,
        as cookie: String?,
        scopes: [String] = ["read", "chat"],
        days: Int? = nil,
        password: String = password,
        fields: [String] = []
    ) async throws -> OwnSite.Answer {
        let body: JSON = [
            "name": "my script", "password": .string(password), "scopes": .array(scopes.map(JSON.string)),
            "days": days.map { .number(JSON.Number($0)) } ?? .null,
        ]
        return try await site.ask("POST", "/api/v1/auth/keys", body.text, cookie: cookie, fields: fields)
    }

    private func key(_ answer: OwnSite.Answer) throws -> String {
        "Authorization: Bearer \(try #require(answer.json["key"]?.string, "\(answer.text)"))"
    }

    @Test func `act for them with what is theirs, are shown once and listed to them alone`() async throws {
        let site = try await OwnSite()
        let cookie = try await self.signUp(site)
        let made = try await self.make(site, as: cookie, days: 30)
        let key = try self.key(made)
        site.provider.then(.text("Hello"), .end(.stop))

        let talk = try await site.ask("POST", "/api/v1/chat", #"{"message": "Hi"}"#, fields: [key])
        let listed = try await site.ask("GET", "/api/v1/auth/keys", cookie: cookie)

        #expect(made.status == 201 && talk.status == 200)
        let path = "/api/v1/conversations/\(talk.json["conversation_id"]?.string ?? "")"
        #expect(try await site.ask("GET", path, cookie: cookie).status == 200)
        #expect(try await site.ask("GET", "/api/v1/auth/me", fields: [key]).json["account"]?["name"] == "Ada")
        let shown = listed.json["keys"]?[0]
        #expect(
            shown?["id"] == made.json["id"] && shown?["name"] == "my script" && shown?["scopes"] == ["read", "chat"]
        )
        #expect(shown?["used_at"]?.int == shown?["created_at"]?.int)
        #expect((shown?["expires_at"]?.int ?? 0) - (shown?["created_at"]?.int ?? 0) == 30 * 86_400_000)
        #expect(!listed.text.contains(made.json["key"]?.string ?? "?"))
        let other = try await self.signUp(site, "Bob")
        #expect(try await site.ask("GET", "/api/v1/auth/keys", cookie: other).json == ["keys": []])
        let id = made.json["id"]?.string ?? ""
        #expect(try await site.ask("DELETE", "/api/v1/auth/keys/\(id)", cookie: other).status == 404)
        #expect(try await site.ask("GET", path, fields: [key]).status == 200)
    }

    @Test func `are made with the password, by whoever has an account, and with no key`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let cookie = try await self.signUp(site)
        let key = try self.key(try await self.make(site, as: cookie))

        #expect(try await self.make(site, as: nil).status == 401)
        let asGuest = try await self.make(site, as: guest.cookie)
        #expect(asGuest.status == 403 && asGuest.json["error"]?["code"] == "accounts_only")
        #expect(try await self.make(site, as: cookie, password: "wrong horse").status == 401)
        #expect(try await self.make(site, as: cookie, fields: ["Origin: https://elsewhere.example"]).status == 403)
        for scopes in [[], ["root"], ["read", "root"]] {
            #expect(try await self.make(site, as: cookie, scopes: scopes).status == 400)
        }
        #expect(try await self.make(site, as: cookie, days: 0).status == 400)
        let admins = try await self.make(site, as: cookie, scopes: ["admin"])
        #expect(admins.status == 403 && admins.json["error"]?["code"] == "admins_only")

        let byKey = try await self.make(site, as: cookie, fields: [key])
        #expect(byKey.status == 403 && byKey.json["error"]?["code"] == "browsers_only")
        #expect(try await site.ask("GET", "/api/v1/auth/keys", fields: [key]).status == 403)
        let change: JSON = ["password": .string(password), "new_password": "another horse battery"]
        #expect(try await site.ask("POST", "/api/v1/auth/password", change.text, fields: [key]).status == 401)
        let only: JSON = ["password": .string(password)]
        for path in ["recovery-codes", "second-factor"] {
            #expect(
                try await site.ask("POST", "/api/v1/auth/\(path)", only.text, fields: [key]).status == 401,
                "\(path)"
            )
        }
        let devices = try await site.ask("GET", "/api/v1/devices", cookie: cookie).json["devices"]
        let device = "/api/v1/devices/\(devices?[0]?["id"]?.string ?? "")"
        #expect(try await site.ask("DELETE", device, fields: [key]).status == 403)
        for _ in 1..<20 { #expect(try await self.make(site, as: cookie).status == 201) }
        #expect(try await self.make(site, as: cookie).json["error"]?["code"] == "too_many_keys")
    }

    /// For any set of scopes, every route is refused for want of a scope or is not, as the scopes say.
    @Test(arguments: 1..<8)
    func `reach what their scopes say, and a sentence names the one that is missing elsewhere`(bits: Int) async throws {
        let site = try await OwnSite()
        let cookie = try await self.signUp(site, "root", code: await site.admins.makeCode())
        let names = ["read", "chat", "admin"].enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
        let key = try self.key(try await self.make(site, as: cookie, scopes: names))
        let starting = [
            "/api/v1/chat/stream", "/api/v1/chat/onboarding-stream", "/api/v1/chats/{id}/stream",
            "/api/v1/stream", "/api/v1/stream-chat", "/api/v1/ui/chat/{id}/stream",
        ]
        var count = 0
        for route in site.site.routes where Self.asksWho(route.path) {
            // This site's onboarding has no field that a change could be of, and says so first.
            if route.path == "/api/v1/onboarding", route.method == .patch { continue }
            let needed =
                route.path.hasPrefix("/api/v1/admin")
                ? "admin" : route.method == .get && !starting.contains(route.path) ? "read" : "chat"
            let has = names.contains(needed) || (needed == "read" && names.contains("chat"))
            // A probe of one event waits for nothing.
            let path = route.path.replacing("{id}", with: "abcdefghijklmnopqrstuv")
                .replacing("/probe/stream", with: "/probe/stream?events=1")
            // What is wrong with a body may be said first; what would be right starts nothing where it is refused.
            let body = route.method == .get ? nil : has ? "[]" : Self.bodies[route.path] ?? "{}"

            let answer = try await site.ask(route.method.rawValue, path, body, fields: [key])

            let isRefused = answer.status == 403 && answer.text.contains("it lacks the scope \\\"\(needed)\\\"")
            #expect(isRefused == !has, "\(route.method.rawValue) \(path) \(names): \(answer.text.suffix(300))")
            count += 1
        }
        #expect(count > 60)
    }

    private static let bodies = [
        "/api/v1/admin": #"{"code": "K7Q2-9XWD-4MTA-0RZE"}"#, "/api/v1/chat": #"{"message": "Hi"}"#,
        "/api/v1/chat/onboarding": #"{"message": "Hi"}"#, "/api/v1/chat/token": #"{"message": "Hi"}"#,
        "/api/v1/imports": #"{"id": "abcdefghijklmnop", "source": "shuren", "conversations": []}"#,
        "/api/v1/imports/preview": #"{"source": "shuren", "ids": []}"#,
        "/api/v1/preferences": #"{"streaming": "on"}"#,
        "/api/v1/sessions/{id}/messages/stream": #"{"content": "Hi", "role": "user"}"#,
        "/api/v1/ui/chat": #"{"id": "abcdefghijklmnop", "messages": [{"role": "user", "content": "Hi"}]}"#,
    ]

    /// All but the routes that ask nobody who they are, or only a browser.
    private static func asksWho(_ path: String) -> Bool {
        !["/livez", "/readyz", "/metrics"].contains(path) && !path.hasPrefix("/api/v1/auth/")
    }

    @Test func `end at once with the streams that they opened, and those of other keys go on`() async throws {
        let site = try await OwnSite()
        let cookie = try await self.signUp(site)
        let made = try await self.make(site, as: cookie)
        let key = try self.key(made)
        let other = try self.key(try await self.make(site, as: cookie))
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, fields: [key])
        let byToken = try #require(token.json["stream_url"]?.string)
        let open = [
            try site.client("GET", byToken),
            try site.client("GET", "/api/v1/chat/stream?message=Go&message_id=message-of-the-program", fields: [key]),
        ]
        let kept = try site.client(
            "GET",
            "/api/v1/chat/stream?message=Go&message_id=message-of-the-other",
            fields: [other]
        )
        while site.provider.prompts.count < 3 { await Task.yield() }

        let id = made.json["id"]?.string ?? ""
        #expect(try await site.ask("DELETE", "/api/v1/auth/keys/\(id)", cookie: cookie).status == 204)

        for stream in open { #expect(try await !stream.readToEnd().contains("done")) }
        #expect(try await site.ask("GET", byToken).status == 401)
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [key]).status == 401)
        #expect(try await site.ask("DELETE", "/api/v1/auth/keys/\(id)", cookie: cookie).status == 404)
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [other]).status == 200)
        // Each of the three replies goes on, watched or not.
        for _ in 0..<3 { site.provider.then(.text("still here")) }
        _ = try await kept.read { $0.contains("still here") }
    }

    @Test func `stop with the account, outlive a new password, and lack what the server asks for`() async throws {
        let site = try await OwnSite(
            policy: AccessPolicy(admission: .accounts, signUp: .open, secondFactor: .admins)
        )
        let cookie = try await self.signUp(site)
        let key = try self.key(try await self.make(site, as: cookie))
        let me = try await site.ask("GET", "/api/v1/auth/me", fields: [key]).json
        let person = try #require(me["account"]?["id"]?.string.flatMap { PersonID(rawValue: $0) })
        let change: JSON = ["password": .string(password), "new_password": "another horse battery"]
        #expect(try await site.ask("POST", "/api/v1/auth/password", change.text, cookie: cookie).status == 204)
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [key]).status == 200)

        try await site.door.people.disable(person)
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [key]).status == 401)
        try await site.door.people.enable(person)
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [key]).status == 200)

        try await site.accounts.makeAdmin(person)
        let lacking = try await site.ask("GET", "/api/v1/conversations", fields: [key])
        #expect(lacking.status == 403 && lacking.json["error"]?["code"] == "second_factor_missing")
        let alone = try await site.visitors.createKey(name: "operator's").text
        let bearer = "Authorization: Bearer \(alone)"
        #expect(try await site.ask("GET", "/api/v1/conversations", fields: [bearer]).status == 200)
    }

    @Test func `of an admin do what admins do, for as long as they are one`() async throws {
        let site = try await OwnSite()
        let cookie = try await self.signUp(site, "root", code: await site.admins.makeCode())
        let key = try self.key(try await self.make(site, as: cookie, scopes: ["admin"]))
        let alone = try await site.visitors.createKey(name: "nobody's", scopes: [.admin]).text

        #expect(try await site.ask("GET", "/api/v1/admin/people", fields: [key]).status == 200)
        let entered = try await site.ask("POST", "/api/v1/admin", #"{"code": "x"}"#, fields: [key])
        #expect(entered.json["error"]?["code"] == "browsers_only")
        let refused = try await site.ask("GET", "/api/v1/admin/people", fields: ["Authorization: Bearer \(alone)"])
        #expect(refused.status == 403 && refused.json["error"]?["code"] == "admins_only")
    }

    @Test func `are made, listed and ended by the operator, too`() async throws {
        let site = try await OwnSite()
        _ = try await self.signUp(site, "root", code: await site.admins.makeCode())
        _ = try await self.signUp(site)
        let control = Control(
            admins: site.admins,
            visitors: site.visitors,
            people: site.door.people,
            rollout: site.rollout,
            logger: .silent,
            copyDatabase: { $0 }
        )

        let key = try await control.createKey(named: "a script", for: "ADA", scopes: "read", days: 7)
        _ = try await control.createKey(named: "root's", for: "root", scopes: "admin,chat")

        let bearer = "Authorization: Bearer \(key)"
        #expect(try await site.ask("GET", "/api/v1/auth/me", fields: [bearer]).json["account"]?["name"] == "Ada")
        let line = try #require(try await control.keys().first { $0.hasSuffix(" a script") })
        #expect(line.contains(" read Ada 20"))
        for (owner, scopes) in [("Ada", "admin"), ("nobody", "read"), (nil, "admin"), (nil, "")] as [(String?, String)]
        {
            await #expect(throws: Control.Problem.self) {
                try await control.createKey(named: "x", for: owner, scopes: scopes)
            }
        }
        await #expect(throws: Control.Problem.noKey) { try await control.endKey("none") }
        try await control.endKey(String(try #require(line.split(separator: " ").first)))
        #expect(try await site.ask("GET", "/api/v1/auth/me", fields: [bearer]).status == 401)
        #expect(try await control.keys().count == 1)
    }
}
