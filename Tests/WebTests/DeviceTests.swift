import HTTPTypes
import JSONValue
import TestSupport
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(20))) struct `The devices` {
    private static let firefox = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

    @Test func `are listed for their owner, by a name that a person knows`() async throws {
        let site = try await OwnSite()
        let made = try await site.ask("PATCH", "/api/v1/preferences", #"{"streaming": "on"}"#, fields: [Self.firefox])
        let other = try await site.guest()

        let devices = try await site.ask("GET", "/api/v1/devices", cookie: made.cookie).json["devices"]

        #expect(devices?.array?.count == 1)
        #expect(devices?[0]?["name"] == "Firefox on Linux" && devices?[0]?["current"] == true)
        #expect(devices?[0]?["used_at"]?.int == devices?[0]?["created_at"]?.int)
        let id = try #require(devices?[0]?["id"]?.string)
        #expect(made.cookie?.contains(id) == false)
        #expect(try await site.ask("DELETE", "/api/v1/devices/\(id)", cookie: other.cookie).status == 404)
        #expect(try await site.ask("DELETE", "/api/v1/devices/\(id)").status == 401)
        #expect(try await site.ask("GET", "/api/v1/devices").json == ["devices": []])
    }

    @Test func `end with what they have open, and with what was handed to them`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Go"}"#, cookie: guest.cookie)
        let stream = try #require(token.json["stream_url"]?.string)
        let open = try site.client("GET", stream)
        while site.provider.prompts.count < 2 { await Task.yield() }
        let id = try #require(
            try await site.ask("GET", "/api/v1/devices", cookie: guest.cookie).json["devices"]?[0]?["id"]?.string
        )

        let ended = try await site.ask("DELETE", "/api/v1/devices/\(id)", cookie: guest.cookie)
        let seen = try await open.readToEnd()

        #expect(ended.status == 204 && ended.text.contains("Set-Cookie: shuren=; Path=/; Max-Age=0;"))
        #expect(!seen.contains("done"))
        #expect(try await site.ask("GET", stream).status == 401)
        #expect(try await site.ask("GET", "/api/v1/conversations/\(guest.talk)", cookie: guest.cookie).status == 401)
    }

    @Test(
        arguments: [
            ("/api/v1/chat/token", #"{"message": "Go"}"#),
            ("/api/v1/sessions/talk-of-a-stranger/messages/stream", #"{"content": "Go"}"#),
            ("/api/v1/ui/chat", #"{"id": "chat-of-a-stranger", "messages": [{"role": "user", "content": "Go"}]}"#),
        ]
    )
    func `end with the first stream of a guest who was a stranger before it`(path: String, body: String) async throws {
        let site = try await OwnSite()
        var open = try site.client("POST", path, body)
        var head = try await open.read { $0.contains("\r\n\r\n") }
        if path.hasSuffix("token") {
            let answer = OwnSite.Answer(text: head + (try await open.readToEnd()))
            head = answer.head + "\r\n"
            open = try site.client("GET", try #require(answer.json["stream_url"]?.string))
        }
        let cookie = try #require(OwnSite.Answer(text: head).cookie)
        while site.provider.prompts.isEmpty { await Task.yield() }
        let devices = try await site.ask("GET", "/api/v1/devices", cookie: cookie).json["devices"]
        let id = try #require(devices?[0]?["id"]?.string)

        #expect(try await site.ask("DELETE", "/api/v1/devices/\(id)", cookie: cookie).status == 204)

        // The reply never ends here: what is open is read to its end only because it was ended.
        #expect(try await !open.readToEnd().contains("done"))
    }

    @Test func `are written down once an hour, whatever they call themselves meanwhile`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        func ask(_ name: String) async throws {
            _ = try await site.ask("GET", "/api/v1/devices", cookie: guest.cookie, fields: ["User-Agent: \(name)"])
        }

        for _ in 0..<20 { for name in ["Firefox/128.0", "Chrome/126.0"] { try await ask(name) } }
        #expect(site.accounts.updateCount == 0)
        site.time.advance(by: .seconds(3600))
        for _ in 0..<20 { for name in ["Firefox/128.0", "Chrome/126.0"] { try await ask(name) } }
        #expect(site.accounts.updateCount == 1)
    }

    @Test func `say to the hour when they were used`() async throws {
        let site = try await OwnSite()
        let guest = try await site.guest()
        func usedAfter() async throws -> Int {
            let device = try await site.ask("GET", "/api/v1/devices", cookie: guest.cookie).json["devices"]?[0]
            return (device?["used_at"]?.int ?? 0) - (device?["created_at"]?.int ?? 0)
        }

        site.time.advance(by: .seconds(3599))
        #expect(try await usedAfter() == 0)
        site.time.advance(by: .seconds(1))
        #expect(try await usedAfter() == 3_600_000)
    }

    @Test(
        arguments: [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
                    + "Mobile/15E148 Safari/604.1", "Safari on iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
                "Chrome on Android"
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Mac"),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
                "Chrome on ChromeOS"
            ),
            ("curl/8.5.0", nil), ("", nil), ("Linux", "Linux"),
        ] as [(String, String?)]
    )
    func `are called what a person calls them`(agent: String, name: String?) {
        let request = HTTPRequest(method: .get, path: "/", fields: ["User-Agent": agent])

        #expect(deviceName(of: request) == name)
    }
}
