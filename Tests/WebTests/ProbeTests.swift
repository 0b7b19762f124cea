import Accounts
import JSONValue
import TestSupport
import Testing
import Web

@Suite(.timeLimit(.minutes(20))) struct `A probe` {
    private let site: OwnSite

    init() async throws {
        self.site = try await OwnSite()
    }

    private func field(_ code: String) -> [String] { ["Shuren-Probe: \(code)"] }

    @Test(arguments: [
        ("GET", "/api/v1/admin/probe"), ("POST", "/api/v1/admin/probe"), ("GET", "/api/v1/admin/probe/stream?events=1"),
    ])
    func `answers nobody without a code but admins`(method: String, path: String) async throws {
        let body = method == "POST" ? "{}" : nil
        func status(cookie: String? = nil, _ fields: [String] = []) async throws -> Int {
            try await self.site.ask(method, path, body, cookie: cookie, fields: fields).status
        }
        let (cookie, _) = try await self.site.guest()
        #expect(try await status() == 401)
        #expect(try await status(cookie: cookie) == 403)
        #expect(try await status(self.field("")) == 401)
        let code = self.site.probes.makeCode()
        #expect(try await status(self.field(code + "x")) == 401)
        #expect(try await status(self.field(code)) == 200)
        // A code that is wrong is not made good by the cookie of an admin.
        _ = try await self.site.ask(
            "POST",
            "/api/v1/admin",
            "{\"code\": \"\(await self.site.admins.makeCode())\"}",
            cookie: cookie
        )
        #expect(try await status(cookie: cookie) == 200)
        #expect(try await status(cookie: cookie, self.field("wrong")) == 401)
        #expect(try await status(cookie: cookie, ["Sec-Fetch-Site: cross-site"]) == 403)
    }

    @Test func `has a code that ends: with the next one, with time, and with use`() async throws {
        let first = self.site.probes.makeCode()
        let second = self.site.probes.makeCode()
        func status(_ code: String) async throws -> Int {
            try await self.site.ask("GET", "/api/v1/admin/probe", fields: self.field(code)).status
        }
        #expect(try await status(first) == 401)
        for _ in 0..<100 { #expect(try await status(second) == 200) }
        #expect(try await status(second) == 401)
        let third = self.site.probes.makeCode()
        self.site.probeTime.advance(by: .seconds(599))
        #expect(try await status(third) == 200)
        self.site.probeTime.advance(by: .seconds(1))
        #expect(try await status(third) == 401)
    }

    @Test func `shows what arrived of a request, and counts a body`() async throws {
        let code = self.site.probes.makeCode()
        let fields = self.field(code) + ["Last-Event-ID: 41", "X-Forwarded-For: 198.51.100.4"]
        let seen = try await self.site.ask("GET", "/api/v1/admin/probe", fields: fields)
        #expect(seen.json["host"]?.string == "localhost" && seen.json["last_event_id"]?.string == "41")
        #expect(seen.json["forwarded_for"]?.string == "198.51.100.4" && seen.json["peer"]?.string == "127.0.0.1")
        #expect(seen.json["peer_is_trusted"]?.bool == false && seen.json["client"]?.string == "127.0.0.1")
        #expect(seen.json["is_secure"]?.bool == false && seen.json["public_url"]?.isNull == true)
        let body = "{\"\": \"\(String(repeating: "x", count: 5000))\"}"
        let counted = try await self.site.ask("POST", "/api/v1/admin/probe", body, fields: self.field(code))
        #expect(counted.json["bytes"]?.int == body.utf8.count)
    }

    @Test func `streams events with the times at which they were sent, keeps silent, and ends`() async throws {
        let code = self.site.probes.makeCode()
        let path = "/api/v1/admin/probe/stream?events=3&every_ms=100&silence_s=2"
        let client = try self.site.client("GET", path, fields: self.field(code))
        for wait in 1...4 {
            await self.site.probeTime.waited(wait)
            self.site.probeTime.advance(by: wait <= 2 ? .milliseconds(100) : .seconds(1))
        }
        let answer = OwnSite.Answer(text: try await client.readToEnd())
        #expect(answer.head.contains("Cache-Control: no-cache, no-store, no-transform"))
        #expect(
            answer.body == """
                : ok

                id: 1
                event: tick
                data: {"n":1,"sent_ms":0}

                id: 2
                event: tick
                data: {"n":2,"sent_ms":100}

                id: 3
                event: tick
                data: {"n":3,"sent_ms":200}

                event: end
                data: {}


                """
        )
        #expect(self.site.probeTime.waits == [.milliseconds(100), .milliseconds(100), .seconds(1), .seconds(1)])
    }

    @Test(arguments: [
        "events=51", "events=-1", "events=x", "every_ms=19", "every_ms=1001", "silence_s=121", "silence_s=+1",
        "events=", "beats=maybe",
    ])
    func `has bounds`(query: String) async throws {
        let code = self.site.probes.makeCode()
        #expect(
            try await self.site.ask("GET", "/api/v1/admin/probe/stream?\(query)", fields: self.field(code)).status
                == 400
        )
    }

    @Test func `has four places for streams, and a fifth when one has ended`() async throws {
        let code = self.site.probes.makeCode()
        let path = "/api/v1/admin/probe/stream?events=0&silence_s=1"
        let clients = try (0..<4).map { _ in try self.site.client("GET", path, fields: self.field(code)) }
        await self.site.probeTime.waited(4)
        let refused = try await self.site.ask("GET", path, fields: self.field(code))
        #expect(refused.status == 429 && refused.head.contains("Retry-After: 5"))
        self.site.probeTime.advance(by: .seconds(1))
        for client in clients { #expect(try await client.readToEnd().contains("event: end")) }
        #expect(
            try await self.site.ask("GET", "/api/v1/admin/probe/stream?events=1", fields: self.field(code)).status
                == 200
        )
    }
}
