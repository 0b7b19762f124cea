import Accounts
import Identifiers
import Observability
import TestSupport
import Testing

@Suite struct `A key` {
    private let ada: PersonID
    private let bob: PersonID
    private let time = TestTime()
    private let store = MemoryAccounts()
    private let visitors: Visitors

    init() {
        var random = SeededGenerator(seed: 1)
        self.ada = PersonID(using: &random)
        self.bob = PersonID(using: &random)
        self.visitors = Visitors(store: self.store, time: self.time.source)
    }

    @Test(arguments: Seeds.all)
    func `has the scopes that it was made with, and may read where it may chat`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scopes = Set(KeyScope.allCases.filter { _ in Bool.random(using: &random) })
        let names = scopes.names.shuffled(using: &random)

        let read = Set<KeyScope>(names: names)

        #expect(read == (scopes.isEmpty ? nil : scopes))
        #expect(Set<KeyScope>(names: names + ["root"]) == nil)
        guard !scopes.isEmpty else { return }
        #expect(Set<KeyScope>(names: scopes.list.split(separator: ",").map(String.init)) == scopes)
        let key = APIKey(
            hash: SecretHash(rawValue: "k"),
            person: self.ada,
            name: "k",
            scopes: scopes,
            createdAt: self.time.source.now()
        )
        for scope in KeyScope.allCases {
            #expect(key.has(scope) == (scopes.contains(scope) || (scope == .read && scopes.contains(.chat))))
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 65), "two\nlines", "an\u{1B}[0m escape", "a\u{85}b"])
    func `has a name that fits on a line`(name: String) {
        #expect(KeyWish(name: name, scopes: [.read]) == nil)
        #expect(KeyWish(name: "写作 №1", scopes: [.read]) != nil)
    }

    @Test func `opens something until its day, and not a moment longer`() async throws {
        #expect(KeyWish(name: "k", scopes: [.read], days: 0) == nil)
        #expect(KeyWish(name: "k", scopes: [.read], days: 3651) == nil)
        #expect(KeyWish(name: "k", scopes: []) == nil)
        let key = try await self.visitors.createKey(name: "k", days: 1)
        let other = try await self.visitors.createKey(name: "l")

        self.time.advance(by: .seconds(86_399))
        #expect(try await self.visitors.holder(ofKey: key) != nil)
        self.time.advance(by: .seconds(1))
        #expect(try await self.visitors.holder(ofKey: key) == nil)
        #expect(try await self.visitors.holder(ofKey: other) != nil)
    }

    @Test func `is written down as used once a minute, however often it is used at once`() async throws {
        let key = try await self.visitors.createKey(name: "k")
        let visitors = self.visitors
        func useOften() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { _ = try await visitors.holder(ofKey: key) } }
                try await group.waitForAll()
            }
        }

        try await useOften()
        #expect(self.store.keyUseCount == 1)
        let used = try await self.visitors.keys(of: nil).first?.key.usedAt
        #expect(used == self.time.source.now())
        self.time.advance(by: .seconds(59))
        try await useOften()
        #expect(self.store.keyUseCount == 1)
        self.time.advance(by: .seconds(1))
        try await useOften()
        #expect(self.store.keyUseCount == 2)
    }

    @Test func `is one of twenty that a person has at most`() async throws {
        for number in 1...20 { _ = try await self.visitors.createKey(name: "\(number)", for: self.ada) }

        await #expect(throws: (any Error).self) { try await self.visitors.createKey(name: "21", for: self.ada) }
        _ = try await self.visitors.createKey(name: "1", for: self.bob)
        #expect(try await self.visitors.keys(of: self.ada).count == 20)
    }
}
