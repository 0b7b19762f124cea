import Crypto
import Identifiers
import JSONValue
import Observability
import Synchronization
import TestSupport
import Testing

@testable import Accounts

/// A provider that publishes what a test wants.
final class PublishingProvider: Sendable {
    struct State {
        var document = IdentityFixtures.keySet
        var cacheControl: String? = "public, max-age=300"
        var isGone = false
        var asked = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isSlow = false
    }

    let state = Mutex(State())

    var asked: Int { self.state.withLock { $0.asked } }

    func fetch() async throws(PublishedDocumentMissing) -> PublishedDocument {
        let isSlow = self.state.withLock { state in
            state.asked += 1
            return state.isSlow
        }
        if isSlow {
            await withCheckedContinuation { waiting in self.state.withLock { $0.waiting.append(waiting) }
            }
        }
        let (text, cacheControl, isGone) = self.state.withLock {
            ($0.document, $0.cacheControl, $0.isGone)
        }
        if isGone { throw PublishedDocumentMissing(reason: "gone") }
        return PublishedDocument(bytes: Array(text.utf8), cacheControl: cacheControl)
    }

    /// Lets all who wait go on.
    func answer() {
        let waiting = self.state.withLock { state in
            state.isSlow = false
            return state.waiting.exchange([])
        }
        for one in waiting { one.resume() }
    }
}

extension Array {
    fileprivate mutating func exchange(_ other: Self) -> Self {
        let old = self
        self = other
        return old
    }
}

@Suite(.timeLimit(.minutes(5))) struct `A token of an identity provider` {
    private let time = TestTime()
    private let published = PublishingProvider()
    private let keys: PublishedKeys

    init() {
        let published = self.published
        self.keys = PublishedKeys(time: self.time.source, logger: .silent, metrics: Metrics()) {
            () async throws(PublishedDocumentMissing) in try await published.fetch()
        }
    }

    private func door(
        _ issuer: String = IdentityFixtures.issuer,
        _ audience: String = "shuren"
    )
        -> IdentityDoor
    {
        IdentityDoor(
            provider: IdentityProvider(issuer: issuer, audience: audience),
            keys: self.keys,
            time: self.time.source
        )
    }

    private func problem(_ token: String, _ door: IdentityDoor? = nil) async -> IdentityProblem? {
        do throws(IdentityProblem) {
            _ = try await (door ?? self.door()).identity(in: token)
            return nil
        } catch {
            return error
        }
    }

    @Test func `says who somebody is, by either algorithm`() async throws {
        let ada = try await self.door().identity(in: IdentityFixtures.rs256)
        let bob = try await self.door().identity(in: IdentityFixtures.es256)

        #expect(ada.subject == "ada" && bob.subject == "bob" && ada.person != bob.person)
        #expect(ada.endsAt == 1_795_176_600)
        #expect(try await self.door().identity(in: IdentityFixtures.rs256Nameless).person == ada.person)
        #expect(self.published.asked == 1)
    }

    @Test func `may be one of Firebase's`() async throws {
        let door = self.door("https://securetoken.google.com/shuren-demo", "shuren-demo")

        let identity = try await door.identity(in: IdentityFixtures.firebase)

        #expect(identity.subject == "XyZ0aBcDeFgHiJkLmNoPqRsTuV12")
        #expect(await self.problem(IdentityFixtures.rs256, door) == .issuer)
    }

    @Test(
        arguments: [
            (IdentityFixtures.hs256, .algorithm), (IdentityFixtures.unsigned, .algorithm),
            (IdentityFixtures.critical, .algorithm), (IdentityFixtures.otherType, .algorithm),
            (IdentityFixtures.esNamedAsRSA, .key), (IdentityFixtures.rsaNamedAsES, .key),
            (IdentityFixtures.unknownKey, .key), ("", .malformed), ("a.b", .malformed),
            ("..", .malformed),
            (IdentityFixtures.rs256 + ".", .malformed), (IdentityFixtures.rs256 + "=", .malformed),
        ] as [(String, IdentityProblem)]
    )
    func `opens nothing with another algorithm, another key or another form`(
        token: String,
        expected: IdentityProblem
    ) async {
        #expect(await self.problem(token) == expected)
    }

    @Test(arguments: Seeds.all)
    func `opens nothing when any of its letters is another one`(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        for token in [IdentityFixtures.rs256, IdentityFixtures.es256] {
            var letters = Array(token.utf8)
            let place = Int.random(in: letters.indices, using: &random)
            let others = Array(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= \u{0}é".utf8
            )
            letters[place] = others.filter { $0 != letters[place] }.randomElement(using: &random) ?? 0x2E
            #expect(
                await self.problem(String(decoding: letters, as: UTF8.self)) != nil,
                "letter \(place)"
            )
        }
    }

    @Test func `is good from a minute before to a minute after its time`() async {
        #expect(await self.problem(IdentityFixtures.rs256) == nil)
        self.time.advance(by: .seconds(659))
        #expect(await self.problem(IdentityFixtures.rs256) == nil)
        self.time.advance(by: .seconds(1))
        #expect(await self.problem(IdentityFixtures.rs256) == .expired)
    }

    @Test(
        arguments: [
            (#"{"exp": 2000}"#, nil), (#"{"exp": 2000.5, "nbf": 1060, "iat": 1060}"#, nil),
            (#"{"exp": 940}"#, .expired), (#"{"exp": 941}"#, nil), (#"{}"#, .malformed),
            (#"{"exp": "2000"}"#, .malformed),
            (#"{"exp": 1e999}"#, .malformed), (#"{"exp": 2000, "nbf": 1061}"#, .early),
            (#"{"exp": 2000, "iat": 1061}"#, .early), (#"{"exp": 2000, "iat": "now"}"#, .malformed),
            (#"{"exp": 2000, "sub": ""}"#, .subject), (#"{"exp": 2000, "sub": 7}"#, .subject),
            (#"{"exp": 2000, "sub": "a\nb"}"#, .subject), (#"{"exp": 2000, "sub": null}"#, .subject),
            (#"{"exp": 2000, "aud": []}"#, .audience),
            (#"{"exp": 2000, "aud": ["a", 7, "shuren"]}"#, nil),
            (#"{"exp": 2000, "aud": "shuren "}"#, .audience),
            (#"{"exp": 2000, "aud": {"shuren": true}}"#, .audience),
            (#"{"exp": 2000, "iss": "https://id.example/"}"#, .issuer),
            (#"{"exp": 2000, "iss": null}"#, .issuer),
        ] as [(String, IdentityProblem?)]
    )
    func `has the claims that it must have`(changes: String, expected: IdentityProblem?) throws {
        var claims = JSON.Object([
            .init(key: "iss", value: "https://id.example"), .init(key: "aud", value: "shuren"),
            .init(key: "sub", value: "ada"),
        ])
        for member in try JSON(parsing: changes).object?.members ?? [] {
            claims[member.key] = member.value
        }
        let parts = [#"{"alg":"RS256"}"#, JSON.object(claims).text, "x"].map {
            base64URL(of: Array($0.utf8))
        }
        let token = try IdentityToken(reading: parts.joined(separator: "."))

        var problem: IdentityProblem?
        do throws(IdentityProblem) {
            _ = try token.identity(
                for: IdentityProvider(issuer: "https://id.example", audience: "shuren"),
                at: Timestamp(milliseconds: 1_000_000)
            )
        } catch {
            problem = error
        }

        #expect(problem == expected)
    }

    @Test func `has a subject of at most 255 bytes, and is not longer than sixteen kilobytes itself`()
        throws
    {
        func token(_ subject: Int, padding: Int = 0) -> String {
            let claims: JSON = [
                "iss": "i", "aud": "a", "exp": 2000, "sub": .string(String(repeating: "s", count: subject)),
                "more": .string(String(repeating: "m", count: padding)),
            ]
            return [#"{"alg":"RS256"}"#, claims.text, "x"].map { base64URL(of: Array($0.utf8)) }.joined(
                separator: "."
            )
        }
        let provider = IdentityProvider(issuer: "i", audience: "a")
        let now = Timestamp(milliseconds: 0)
        #expect(
            try IdentityToken(reading: token(255)).identity(for: provider, at: now).subject.count == 255
        )
        #expect(throws: IdentityProblem.subject) {
            try IdentityToken(reading: token(256)).identity(for: provider, at: now)
        }
        #expect(throws: IdentityProblem.malformed) {
            try IdentityToken(reading: token(1, padding: 16_000))
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct `The keys of an identity provider` {
    private let time = TestTime()
    private let published = PublishingProvider()
    private let keys: PublishedKeys

    init() {
        let published = self.published
        self.keys = PublishedKeys(time: self.time.source, logger: .silent, metrics: Metrics()) {
            () async throws(PublishedDocumentMissing) in try await published.fetch()
        }
    }

    private func finds(_ name: String?) async -> IdentityProblem? {
        do throws(IdentityProblem) {
            _ = try await self.keys.key(named: name, .rs256)
            return nil
        } catch {
            return error
        }
    }

    private func publish(_ change: (inout PublishingProvider.State) -> Void) {
        self.published.state.withLock { change(&$0) }
    }

    @Test func `are asked for again when they are as old as the provider says`() async {
        #expect(await self.finds("rsa-1") == nil)
        self.time.advance(by: .seconds(299))
        #expect(await self.finds("rsa-1") == nil)
        #expect(self.published.asked == 1)
        self.time.advance(by: .seconds(1))
        #expect(await self.finds("rsa-1") == nil)
        #expect(self.published.asked == 2)
    }

    @Test(
        arguments: [
            (nil, 3600), ("no-store", 60), ("max-age=0", 60),
            ("private, max-age=120, must-revalidate", 120),
            ("max-age=999999999", 86_400), ("Max-Age=\"120\"", 120), ("s-maxage=7", 3600),
            ("max-age=much", 3600),
        ] as [(String?, Int)]
    )
    func `are kept as long as the field says, within a minute and a day`(
        field: String?,
        seconds: Int
    )
        async
    {
        self.publish { $0.cacheControl = field }
        #expect(await self.finds("rsa-1") == nil)
        self.time.advance(by: .seconds(seconds - 1))
        #expect(await self.finds("rsa-1") == nil)
        #expect(self.published.asked == 1)
        self.time.advance(by: .seconds(1))
        #expect(await self.finds("rsa-1") == nil)
        #expect(self.published.asked == 2)
    }

    @Test func `are asked for when one is missing, once a minute however many tokens name it`() async {
        #expect(await self.finds("rsa-1") == nil)
        for _ in 0..<50 { #expect(await self.finds("new") == .key) }
        #expect(self.published.asked == 2)
        self.publish { $0.document = $0.document.replacing(#""rsa-1""#, with: #""new""#) }
        self.time.advance(by: .seconds(60))
        #expect(await self.finds("new") == nil)
        #expect(await self.finds("rsa-1") == .key)
        #expect(self.published.asked == 3)
    }

    @Test func `are used for a day while the provider is gone, and no longer`() async {
        #expect(await self.finds("rsa-1") == nil)
        self.publish { $0.isGone = true }
        for _ in 0..<24 {
            #expect(await self.finds("rsa-1") == nil)
            self.time.advance(by: .seconds(3599))
        }
        #expect(await self.finds("rsa-1") == nil)
        self.time.advance(by: .seconds(60))
        #expect(await self.finds("rsa-1") == .unreachable)
        self.publish { $0.isGone = false }
        #expect(await self.finds("rsa-1") == .unreachable)
        self.time.advance(by: .seconds(5))
        #expect(await self.finds("rsa-1") == nil)
    }

    @Test(
        arguments: [
            "", "no", "{}", #"{"keys": {}}"#, #"{"keys": []}"#,
            #"{"keys": [{"kty": "oct", "k": "AAAA", "kid": "rsa-1"}]}"#,
        ]
    )
    func `stay as they are when what is published is none`(document: String) async {
        #expect(await self.finds("rsa-1") == nil)
        self.publish { $0.document = document }
        self.time.advance(by: .seconds(300))
        #expect(await self.finds("rsa-1") == nil)
        #expect(self.published.asked == 2)
    }

    @Test(
        arguments: [
            (#""use": "sig""#, #""use": "enc""#), (#""alg": "RS256""#, #""alg": "RS512""#),
            (#""alg": "RS256""#, #""alg": "RSA-OAEP""#), (#""use": "sig""#, #""key_ops": ["sign"]"#),
            (#""kty": "RSA""#, #""kty": "oct""#), (#""e": "AQAB""#, #""e": "AQ""#),
            (#""e": "AQAB""#, #""x": "AQAB""#),
        ]
    )
    func `are left out when they are for something else, or too weak`(old: String, new: String) async {
        self.publish { $0.document = $0.document.replacing(old, with: new) }
        // Where none is left there is no key set at all.
        #expect([.key, .unreachable].contains(await self.finds("rsa-1")))
        #expect([.key, .unreachable].contains(await self.finds("weak")))
    }

    @Test
    func `are asked for once by all who come at the same time, and the old ones serve meanwhile`()
        async throws
    {
        self.publish { $0.isSlow = true }
        let keys = self.keys
        async let found = withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await keys.key(named: "rsa-1", .rs256) } }
            try await group.waitForAll()
        }
        while self.published.state.withLock({ $0.waiting.isEmpty }) { await Task.yield() }
        self.published.answer()
        try await found
        #expect(self.published.asked == 1)

        self.time.advance(by: .seconds(300))
        self.publish { $0.isSlow = true }
        async let first = keys.key(named: "rsa-1", .rs256)
        while self.published.state.withLock({ $0.waiting.isEmpty }) { await Task.yield() }
        _ = try await keys.key(named: "rsa-1", .rs256)
        self.published.answer()
        _ = try await first
        #expect(self.published.asked == 2)
    }
}
