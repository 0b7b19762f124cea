import Accounts
import Checkup
import JSONValue
import Observability
import Synchronization
import TestSupport
import Testing
import Web

@Suite(.timeLimit(.minutes(20))) struct `A check-up` {
    private let site: OwnSite

    init() async throws {
        self.site = try await OwnSite()
    }

    private func admin() async throws -> String {
        let (cookie, _) = try await self.site.guest()
        let code = "{\"code\": \"\(await self.site.admins.makeCode())\"}"
        #expect(try await self.site.ask("POST", "/api/v1/admin", code, cookie: cookie).status == 200)
        return cookie
    }

    @Test(arguments: ["GET", "POST", "PATCH"]) func `is for admins alone`(method: String) async throws {
        let (cookie, _) = try await self.site.guest()
        let body = method == "GET" ? nil : "{}"
        #expect(try await self.site.ask(method, "/api/v1/admin/checkup", body).status == 401)
        #expect(try await self.site.ask(method, "/api/v1/admin/checkup", body, cookie: cookie).status == 403)
    }

    @Test func `runs once at a time, tells how far it is, and keeps what it found`() async throws {
        let cookie = try await self.admin()
        let service = Service { [site] in await site.checkup.run() }
        defer { withExtendedLifetime(service) {} }
        let begun = try await self.site.ask("POST", "/api/v1/admin/checkup", "{}", cookie: cookie)
        #expect(begun.status == 200 && begun.json["running"]?.isNull == false)
        await self.site.examination.began()
        let going = try await self.site.ask("POST", "/api/v1/admin/checkup", "{}", cookie: cookie)
        #expect(going.json["running"]?["step"]?.string == "comparing" && going.json["running"]?["share"]?.double == 0.5)
        self.site.examination.end()
        var state = going.json
        while state["running"]?.isNull == false {
            state = try await self.site.ask("GET", "/api/v1/admin/checkup", cookie: cookie).json
        }
        #expect(self.site.examination.count == 1)
        #expect(state["findings"]?.array?.first?["name"]?.string == "clock")
        #expect(state["findings"]?.array?.first?["values"]?["seconds"]?.string == "99")
        #expect(state["ended_at"]?.int == Int(self.site.time.source.now().milliseconds))
        #expect(state["advice"]?["buffering"]?["lines"]?.array?.count == 3)
    }

    @Test func `keeps the way from a browser and that the steps are set aside`() async throws {
        let cookie = try await self.admin()
        func change(_ body: String) async throws -> OwnSite.Answer {
            try await self.site.ask("PATCH", "/api/v1/admin/checkup", body, cookie: cookie)
        }
        let before = try await self.site.ask("GET", "/api/v1/admin/checkup", cookie: cookie).json
        #expect(before["steps"]?["admin"]?.bool == true && before["steps"]?["stream"]?.bool == false)
        // Whoever reaches this server may come in.
        #expect(before["steps"]?["people"]?.bool == true && before["steps"]?["model"]?.bool == false)
        #expect(try await change(#"{"stream": "bad"}"#).json["steps"]?["stream"]?.bool == false)
        let good = try await change(#"{"stream": "attention"}"#).json
        #expect(good["steps"]?["stream"]?.bool == true && good["stream"]?["verdict"]?.string == "attention")
        #expect(good["is_set_aside"]?.bool == false)
        #expect(try await change(#"{"set_aside": true}"#).json["is_set_aside"]?.bool == true)
        for wrong in [#"{"stream": "fine"}"#, #"{"set_aside": 1}"#, #"{"steps": {}}"#, "[]"] {
            #expect(try await change(wrong).status == 400)
        }
    }
}

/// A look at an installation that waits to be told that it is over.
final class ScriptedExamination: Sendable {
    private let begins = AsyncStream<Void>.makeStream()
    private let ends = AsyncStream<Void>.makeStream()
    private let runs = Mutex(0)

    var count: Int { self.runs.withLock { $0 } }

    func run(_ progress: CheckupDesk.Progress) async throws(CancellationError) -> [Finding] {
        self.runs.withLock { $0 += 1 }
        try progress("comparing", 0.5)
        self.begins.continuation.yield()
        for await _ in self.ends.stream { break }
        return [Finding("clock", .bad, "It is late.", code: "behind", values: ["seconds": "99"])]
    }

    /// Returns once a look has begun.
    func began() async {
        for await _ in self.begins.stream { break }
    }

    func end() { self.ends.continuation.yield() }
}

/// A record in memory.
final class MemoryCheckups: CheckupStore {
    private let kept = Mutex(CheckupRecord())

    func record() async -> CheckupRecord { self.kept.withLock { $0 } }

    func keep(_ record: CheckupRecord) async { self.kept.withLock { $0 = record } }
}
