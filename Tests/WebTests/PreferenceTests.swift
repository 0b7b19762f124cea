import Accounts
import Chat
import JSONValue
import TestSupport
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(20))) struct `A reader's wishes` {
    @Test func `decide about streams, with a reason, and make a guest of a stranger`() async throws {
        let site = try await OwnSite()
        let stranger = try await site.ask("GET", "/api/v1/config").json
        #expect(stranger["preference"] == "auto" && stranger["reason"] == "enabled")

        let off = try await site.ask("PATCH", "/api/v1/preferences", #"{"streaming": "off"}"#)
        let cookie = try #require(off.cookie)
        let refused = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Hi"}"#, cookie: cookie)

        #expect(off.status == 200 && off.json["streaming"] == false)
        #expect(off.json["preference"] == "off" && off.json["reason"] == "preference")
        #expect(try await site.ask("GET", "/api/v1/config", cookie: cookie).json == off.json)
        #expect(refused.status == 409 && refused.json["error"]?["code"] == "streaming_disabled")
    }

    @Test func `beat the rollout and never the operator`() async throws {
        let site = try await OwnSite()
        site.streaming.apply(StreamingChanges(percent: 0))

        let on = try await site.ask("PATCH", "/api/v1/preferences", #"{"streaming": "on"}"#)
        let token = try await site.ask("POST", "/api/v1/chat/token", #"{"message": "Hi"}"#, cookie: on.cookie)
        site.streaming.apply(StreamingChanges(isEnabled: false))
        let config = try await site.ask("GET", "/api/v1/config", cookie: on.cookie).json

        #expect(on.json["streaming"] == true && token.status == 200)
        #expect(config["streaming"] == false && config["reason"] == "disabled" && config["preference"] == "on")
    }

    @Test(arguments: [
        "{}", "[]", "", #"{"streaming": "maybe"}"#, #"{"streaming": true}"#, #"{"streaming": "on", "colour": "red"}"#,
    ])
    func `must be ones that there are`(body: String) async throws {
        let site = try await OwnSite()

        let answer = try await site.ask("PATCH", "/api/v1/preferences", body)

        #expect(answer.status == 400 && !answer.sentence.isEmpty && answer.cookie == nil)
    }

    @Test func `are not a program's`() async throws {
        let site = try await OwnSite()
        let key = "Authorization: Bearer \(try await site.visitors.createKey(name: "test").text)"
        site.streaming.apply(StreamingChanges(percent: 0))

        let change = try await site.ask("PATCH", "/api/v1/preferences", #"{"streaming": "off"}"#, fields: [key])

        #expect(change.status == 403)
        #expect(try await site.ask("GET", "/api/v1/config", fields: [key]).json["streaming"] == true)
    }
}
