import Accounts
import TestSupport
import Testing

@Suite struct `The visitors` {
    private let time = TestTime()
    private let visitors: Visitors

    init() {
        self.visitors = Visitors(store: MemoryAccounts(), time: self.time.source)
    }

    @Test func `are known again by their session, and by nothing else`() async throws {
        let (person, session) = try await self.visitors.welcomeGuest()

        #expect(try await self.visitors.person(ofSession: session) == person)
        #expect(try await self.visitors.person(ofSession: Secret(text: "guessed-guessed-guessed")) == nil)
        #expect(try await self.visitors.person(ofKey: session) == nil)
    }

    @Test func `stay while they come back within thirty days, at most a year`() async throws {
        let (person, session) = try await self.visitors.welcomeGuest()
        for _ in 0..<13 {
            self.time.advance(by: .seconds(28 * 86_400))
            #expect(try await self.visitors.person(ofSession: session) == person)
        }
        self.time.advance(by: .seconds(2 * 86_400))
        #expect(try await self.visitors.person(ofSession: session) == nil)
    }

    @Test func `are forgotten when they stay away for thirty days`() async throws {
        let (_, session) = try await self.visitors.welcomeGuest()

        self.time.advance(by: .seconds(30 * 86_400))

        #expect(try await self.visitors.person(ofSession: session) == nil)
    }

    @Test func `get stream tokens that start something for five minutes`() async throws {
        let (person, _) = try await self.visitors.welcomeGuest()
        let (token, _) = try await self.visitors.issueStreamToken(
            for: person,
            message: "m",
            conversation: "c",
            text: nil
        )

        #expect(try await self.visitors.redeem(token)?.mayStart == true)
        self.time.advance(by: .seconds(300))
        #expect(try await self.visitors.redeem(token)?.mayStart == false)
        #expect(try await self.visitors.redeem(Secret(text: "other")) == nil)
    }

    @Test func `can be programs with a key`() async throws {
        let key = try await self.visitors.createKey(name: "bot")

        #expect(key.text.hasPrefix("sk-shuren-"))
        #expect(try await self.visitors.person(ofKey: key) != nil)
    }
}
