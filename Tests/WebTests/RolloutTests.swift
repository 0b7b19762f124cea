import Accounts
import Chat
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing
import Web

@Suite(.timeLimit(.minutes(20))) struct `A rollout` {
    private let site: OwnSite

    init() async throws {
        self.site = try await OwnSite()
    }

    @Test func `is changed by an admin alone, at once, and every change is kept`() async throws {
        let (cookie, _) = try await self.site.guest()
        let wish = #"{"flags": {"streaming_rollout_percent": "0"}, "why": "too early"}"#
        #expect(try await self.site.ask("PATCH", "/api/v1/admin/rollout", wish, cookie: cookie).status == 403)
        #expect(try await self.site.ask("GET", "/api/v1/admin/rollout", cookie: cookie).status == 403)
        #expect(try await self.site.ask("GET", "/api/v1/admin/rollout").status == 401)
        try await self.enter(cookie)

        let changed = try await self.site.ask("PATCH", "/api/v1/admin/rollout", wish, cookie: cookie)

        #expect(changed.status == 200)
        let entry = changed.json["history"]?.array?.first
        #expect(entry?["name"]?.string == "streaming_rollout_percent" && entry?["why"]?.string == "too early")
        #expect(entry?["from"]?.string == "100" && entry?["to"]?.string == "0" && entry?["is_reset"]?.bool == false)
        #expect(entry?["by"]?.string.flatMap { PersonID(rawValue: $0) } != nil)
        let configuration = try await self.site.ask("GET", "/api/v1/config", cookie: cookie).json
        #expect(configuration["streaming"]?.bool == false && configuration["reason"]?.string == "rollout")
        #expect(configuration["source"]?.string == "operator")

        let reset = #"{"flags": {"streaming_rollout_percent": null}}"#
        let answer = try await self.site.ask("PATCH", "/api/v1/admin/rollout", reset, cookie: cookie)
        #expect(answer.json["history"]?.array?.first?["is_reset"]?.bool == true)
        #expect(try await self.site.ask("GET", "/api/v1/config", cookie: cookie).json["streaming"]?.bool == true)
    }

    @Test(arguments: [
        #"{"flags": {"streaming_rollout_percent": "101"}}"#, #"{"flags": {"colour": "red"}}"#, #"{"flags": {}}"#,
        #"{"flags": {"streaming_allow": "short"}}"#, #"{"flags": {"enable_streaming": true}}"#, #"{"why": "so"}"#,
        #"{"flags": {"enable_streaming": "true"}, "why": 5}"#,
        #"{"flags": {"streaming_old_way_before": "2026-02-30"}}"#, #"{"flags": {"rollout_guard": "on"}, "x": 1}"#,
    ])
    func `takes nothing that cannot be, and says what can`(wish: String) async throws {
        let (cookie, _) = try await self.site.guest()
        try await self.enter(cookie)

        let answer = try await self.site.ask("PATCH", "/api/v1/admin/rollout", wish, cookie: cookie)

        #expect(answer.status == 400 && !answer.sentence.isEmpty)
        #expect(try await self.site.accounts.changes(limit: 9) == [])
        #expect(self.site.streaming.policy == StreamingPolicy(isEnabled: true))
    }

    /// A stranger's first message goes the way that all their later ones go.
    @Test(arguments: 1...20)
    func `gives a stranger from the first message on what their group gets`(number: Int) async throws {
        self.site.streaming.apply(StreamingChanges(percent: 50))

        let first = try await self.site.ask("POST", "/api/v1/chat/token", #"{"message": "Hi"}"#)

        let cookie = try #require(first.cookie)
        let configuration = try await self.site.ask("GET", "/api/v1/config", cookie: cookie).json
        #expect(configuration["streaming"]?.bool == (first.status == 200))
        #expect(first.status == 200 || first.json["error"]?["code"]?.string == "streaming_disabled")
    }

    @Test func `counts each message of a reader once, in their group, and none of whoever wishes something`()
        async throws
    {
        try await self.site.rollout.change(["streaming_rollout_percent": "0"], by: "operator", why: nil)
        let (cookie, _) = try await self.site.guest()
        let body = #"{"message": "Again", "message_id": "AAAAAAAAAAAAAAAAAAAAAA"}"#
        self.site.provider.then(.text("Yes"), .end(.stop))
        for _ in 0..<3 {
            #expect(try await self.site.ask("POST", "/api/v1/chat", body, cookie: cookie).status == 200)
        }
        _ = try await self.site.ask("PATCH", "/api/v1/preferences", #"{"streaming": "off"}"#, cookie: cookie)
        self.site.provider.then(.text("No"), .end(.stop))
        #expect(try await self.site.ask("POST", "/api/v1/chat", #"{"message": "Off"}"#, cookie: cookie).status == 200)

        await self.site.rollout.look()

        let comparison = self.site.rollout.ledger.comparison
        #expect(comparison.whole.messages == 2 && comparison.whole.abandons == 0 && comparison.whole.visits == 1)
        #expect(comparison.streaming.messages == 0)
    }

    @Test func `steps back by itself when streaming does worse, and keeps the verdict with the change`() async throws {
        let desk = self.site.rollout
        try await desk.change(["streaming_rollout_percent": "20"], by: "operator", why: "a first step")
        try await desk.change(["streaming_rollout_percent": "60"], by: "operator", why: "a second step")
        self.fill(failing: .streaming)

        await desk.look()

        #expect(self.site.streaming.policy.percent == 20)
        #expect(self.site.streaming.source(of: .percent) == .guardChange)
        let history = try await desk.history()
        #expect(history[0].by == "guard" && history[0].from == "60" && history[0].to == "20")
        #expect(history[0].why?.hasPrefix("Streaming was worse: 40 of 40 (100 %) of its messages failed") == true)
        let verdict = try JSON(parsing: history[1].verdict ?? "")
        #expect(verdict["finding"]?.string == "more_failures" && verdict["percent"]?.int == 60)
        #expect(verdict["whole"]?["messages"]?.int == 40 && verdict["whole"]?["failed"]?.int == 0)
        #expect(desk.ledger.comparison.percent == 20 && desk.ledger.comparison.streaming.messages == 0)
    }

    @Test func `stays where it is while whole replies are the worse ones, or the guard is off`() async throws {
        let desk = self.site.rollout
        try await desk.change(["streaming_rollout_percent": "60"], by: "operator", why: nil)
        self.fill(failing: .whole)
        await desk.look()
        #expect(self.site.streaming.policy.percent == 60)

        try await desk.change(["rollout_guard": "off"], by: "operator", why: nil)
        try await desk.change(["streaming_rollout_percent": "70"], by: "operator", why: nil)
        self.fill(failing: .streaming)
        await desk.look()
        #expect(self.site.streaming.policy.percent == 70)
    }

    @Test func `keeps what there was to say of a stage that ended too early`() async throws {
        let desk = self.site.rollout
        try await desk.change(["streaming_rollout_percent": "30"], by: "operator", why: nil)
        self.fill(failing: nil)
        await desk.look()

        try await desk.change(["streaming_rollout_percent": "40"], by: "operator", why: nil)

        let verdict = try JSON(parsing: try await desk.history()[1].verdict ?? "")
        #expect(verdict["finding"]?.string == "undecided" && verdict["streaming"]?["messages"]?.int == 40)
    }

    @Test func `goes on with its counts after a restart, and steps back by what was counted before and after it`()
        async throws
    {
        let time = TestTime()
        let settings = MemoryAccounts()
        func desk() async throws -> RolloutDesk {
            let desk = RolloutDesk.inMemory(
                StreamingSwitch(start: StreamingPolicy(isEnabled: true, percent: 60)),
                settings,
                time.source
            )
            try await desk.applyStored()
            return desk
        }
        let first = try await desk()
        self.fill(failing: nil, in: first.ledger, count: 6)
        let running = Task { await first.run() }
        await time.waited(1)
        time.advance(by: .seconds(1))
        await time.waited(2)
        #expect(first.ledger.comparison.streaming.messages == 6)
        // Killed now: what the first second kept is there.
        let kept = try await settings.comparison()
        let second = try await desk()
        #expect(second.ledger.comparison == first.ledger.comparison && kept != nil)
        // What comes within five seconds is kept at the end at the latest.
        self.fill(failing: .streaming, in: first.ledger, count: 3, seed: 22)
        time.advance(by: .seconds(1))
        await time.waited(3)
        #expect(try await settings.comparison() == kept)
        first.finish()
        await running.value
        #expect(try await settings.comparison() != kept)

        let third = try await desk()
        #expect(third.ledger.comparison.streaming.messages == 9 && third.ledger.comparison.streaming.failures == 3)
        self.fill(failing: .streaming, in: third.ledger, count: 40, seed: 23)
        await third.look()
        #expect(third.streaming.policy.percent == 0)
        #expect(try await third.history().first?.why?.contains("43 of 49") == true)

        // Other rules make another test of the same counts.
        let other = RolloutDesk(
            streaming: StreamingSwitch(start: StreamingPolicy(isEnabled: true, percent: 60)),
            settings: settings,
            time: time.source,
            logger: .silent,
            metrics: Metrics()
        )
        try await settings.keep(KeptComparison(state: first.ledger.comparison.kept, cohort: ""))
        try await other.applyStored()
        #expect(other.ledger.comparison.streaming.messages == 0)
        // And what cannot be read is counted anew.
        try await settings.keep(KeptComparison(state: "{", cohort: ""))
        #expect(try await desk().ledger.comparison.streaming.messages == 0)
    }

    /// Forty messages of each group that have come to their end.
    private func fill(failing: RolloutGroup?, in other: RolloutLedger? = nil, count: Int = 40, seed: UInt64 = 21) {
        var generator = SeededGenerator(seed: seed)
        let ledger = other ?? self.site.rollout.ledger
        for group in RolloutGroup.allCases {
            for _ in 0..<count {
                let (person, message) = (PersonID(using: &generator), Message.ID(using: &generator))
                ledger.began(message, of: person, in: group)
                ledger.delivered(message, of: person)
                let state: ReplyState = group == failing ? .failed : .complete
                ledger.ended(
                    message,
                    of: person,
                    ReplyEnd(state: state, firstText: .seconds(1), duration: .seconds(2))
                )
            }
        }
    }

    private func enter(_ cookie: String) async throws {
        let code = await self.site.admins.makeCode()
        let answer = try await self.site.ask("POST", "/api/v1/admin", #"{"code": "\#(code)"}"#, cookie: cookie)
        try #require(answer.status == 200)
    }
}
