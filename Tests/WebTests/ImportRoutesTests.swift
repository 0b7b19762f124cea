import Chat
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(20))) struct `The import` {
    private static func body(_ conversations: [ArchivedConversation], id: String = "import-0123456789") -> String {
        let body: JSON = [
            "id": .string(id), "source": "chatgpt", "conversations": .array(conversations.map { json($0) }),
        ]
        return body.text
    }

    private static func talk(_ id: String, seed: UInt64 = 1, messages: Int = 4) -> ArchivedConversation {
        var random = SeededGenerator(seed: seed)
        return .random(id: id, messages: messages, at: Timestamp(milliseconds: 1000), using: &random)
    }

    @Test func `takes conversations in once, shows them, and can be undone`() async throws {
        let site = try await OwnSite()
        let body = Self.body([Self.talk("a"), Self.talk("b")])
        let ids = #"{"source": "chatgpt", "ids": ["a", "b", "c"]}"#
        #expect(try await site.ask("POST", "/api/v1/imports/preview", ids).json == ["known": []])

        let first = try await site.ask("POST", "/api/v1/imports", body)
        let cookie = try #require(first.cookie)
        let repeated = try await site.ask("POST", "/api/v1/imports", body, cookie: cookie)
        let other = Self.body([Self.talk("a")], id: "another-0123456789")
        let again = try await site.ask("POST", "/api/v1/imports", other, cookie: cookie)

        #expect(first.json["added"] == 2 && repeated.json == first.json)
        #expect(again.json["known"] == 1 && again.json["added"] == 0)
        #expect(
            try await site.ask("POST", "/api/v1/imports/preview", ids, cookie: cookie).json == ["known": ["a", "b"]]
        )
        let list = try await site.ask("GET", "/api/v1/imports", cookie: cookie).json["imports"]
        #expect(list?.array?.count == 2)
        func shown() async throws -> Int? {
            try await site.ask("GET", "/api/v1/conversations", cookie: cookie).json["conversations"]?.array?.count
        }
        let path = "/api/v1/imports/import-0123456789"
        let stranger = try await site.guest()
        #expect(try await site.ask("DELETE", path, cookie: stranger.cookie).status == 404)
        #expect(try await site.ask("DELETE", path).status == 401)
        #expect(try await site.ask("DELETE", path, cookie: cookie).status == 204)
        #expect(try await site.ask("POST", "/api/v1/imports", body, cookie: cookie).status == 409)
        #expect(try await shown() == 0)
        #expect(try await site.ask("POST", path + "/restore", "{}", cookie: stranger.cookie).status == 404)
        #expect(try await site.ask("POST", path + "/restore", "{}", cookie: cookie).status == 204)
        #expect(
            try await site.ask("POST", "/api/v1/imports/import-9999999999/restore", "{}", cookie: cookie).status == 404
        )
    }

    @Test func `tells which conversations it cannot take, and takes the others`() async throws {
        let site = try await OwnSite()
        var lost = Self.talk("lost")
        lost.messages[0].parent = "nobody"
        let good = json(Self.talk("good")).text
        let body =
            #"{"id": "import-0123456789", "source": "librechat", "conversations": [7, {"id": "odd"}, "#
            + "\(json(lost).text), \(good)]}"

        let answer = try await site.ask("POST", "/api/v1/imports", body)

        let refused = answer.json["refused"]?.array ?? []
        #expect(answer.status == 200 && answer.json["added"] == 1)
        #expect(Set(refused.compactMap { $0["id"]?.string }) == ["#1", "odd", "lost"])
        #expect(refused.allSatisfy { $0["reason"]?.string?.hasSuffix(".") == true })
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"id": "short", "source": "chatgpt", "conversations": []}"#,
        #"{"id": "import-0123456789", "source": "elsewhere", "conversations": []}"#,
        #"{"id": "import-0123456789", "source": "chatgpt", "conversations": {}}"#,
        #"{"id": "import-0123456789", "conversations": []}"#,
    ])
    func `refuses a batch that is none, and makes nobody a guest for it`(body: String) async throws {
        let site = try await OwnSite()

        let answer = try await site.ask("POST", "/api/v1/imports", body)

        #expect(answer.status == 400 && !answer.sentence.isEmpty && answer.cookie == nil)
    }

    @Test func `says when a batch is too large`() async throws {
        let site = try await OwnSite()
        let spaces = String(repeating: " ", count: ImportLimits.batch)

        let answer = try await site.ask("POST", "/api/v1/imports", Self.body([]) + spaces)

        #expect(answer.status == 413 && answer.sentence.contains("512 KiB"))
    }

    @Test(arguments: [
        #"{"source": "chatgpt"}"#, #"{"source": "chatgpt", "ids": [1]}"#, #"{"source": "chatgpt", "ids": [""]}"#,
        #"{"source": "none", "ids": []}"#,
    ])
    func `wants to be asked properly what is known`(body: String) async throws {
        let answer = try await OwnSite().ask("POST", "/api/v1/imports/preview", body)

        #expect(answer.status == 400 && !answer.sentence.isEmpty)
    }

    @Test func `loses nothing and answers with a sentence, whatever a body is mutilated to`() async throws {
        let site = try await OwnSite()
        let first = try await site.ask("POST", "/api/v1/imports", Self.body([Self.talk("kept", messages: 12)]))
        let cookie = try #require(first.cookie)
        let export = try await site.ask("GET", "/api/v1/export", cookie: cookie).json["conversations"]?[0]
        for seed in Seeds.all {
            var random = SeededGenerator(seed: seed)
            // The same conversation under the same import, so that what is mutilated could do harm.
            let body = mutilated(Self.body([Self.talk("kept", messages: 12), Self.talk("n\(seed)")]), using: &random)

            let answer = try await site.ask("POST", "/api/v1/imports", body, cookie: cookie)

            #expect([200, 400, 409, 413].contains(answer.status), "seed \(seed): \(answer.status)")
            let reasons = answer.json["refused"]?.array?.compactMap { $0["reason"]?.string } ?? [answer.sentence]
            #expect(reasons.allSatisfy { $0.hasSuffix(".") }, "seed \(seed): \(reasons)")
        }
        let after = try await site.ask("GET", "/api/v1/export", cookie: cookie).json["conversations"]?.array ?? []
        let kept = try #require(after.first { $0["id"] == export?["id"] })
        // What was there is there as it was; only further branches may have been added.
        let before = export?["messages"]?.array ?? []
        #expect(!before.isEmpty && kept["messages"]?.array?.starts(with: before) == true)
        #expect(kept["title"] == export?["title"])
    }
}

/// A body that something has happened to on the way: to its bytes, or to what they say.
private func mutilated(_ body: String, using random: inout SeededGenerator) -> String {
    guard Bool.random(using: &random), let whole = try? JSON(parsing: body) else {  // ours can be parsed
        var bytes = Array(body.utf8)
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &random)
            default: bytes = Array(bytes.prefix(max(1, place)))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
    var value = whole
    for _ in 0...Int.random(in: 0...2, using: &random) { value = mutilated(value, using: &random) }
    return value.text
}

/// The value with one thing in it replaced, left out, or said twice.
private func mutilated(_ value: JSON, using random: inout SeededGenerator) -> JSON {
    let strange: [JSON] = [
        .null, true, -1, 1e300, "", .string(String(repeating: "x", count: 900)), [], [[]], "kept/3", "assistant",
        ["type": "text"], "\u{0}",
    ]
    guard Int.random(in: 0..<6, using: &random) > 0 else { return strange.randomElement(using: &random) ?? .null }
    switch value {
    case .array(var elements) where !elements.isEmpty:
        let place = Int.random(in: 0..<elements.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: elements.remove(at: place)
        case 1: elements.append(elements[place])
        default: elements[place] = mutilated(elements[place], using: &random)
        }
        return .array(elements)
    case .object(var object) where !object.members.isEmpty:
        guard let member = object.members.randomElement(using: &random) else { return value }
        object[member.key] =
            Int.random(in: 0..<5, using: &random) == 0 ? nil : mutilated(member.value, using: &random)
        return .object(object)
    default: return strange.randomElement(using: &random) ?? .null
    }
}
