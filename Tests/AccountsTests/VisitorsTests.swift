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
        #expect(try await self.visitors.holder(ofKey: session) == nil)
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

    @Test func `do not stay longer for coming back where a session ends with what began it`() async throws {
        var lifetimes = Visitors.Lifetimes()
        lifetimes.extendsSessions = false
        let visitors = Visitors(store: MemoryAccounts(), lifetimes: lifetimes, time: self.time.source)
        let (person, session) = try await visitors.welcomeGuest()
        self.time.advance(by: .seconds(29 * 86_400))
        #expect(try await visitors.person(ofSession: session) == person)

        self.time.advance(by: .seconds(86_400))

        #expect(try await visitors.person(ofSession: session) == nil)
    }

    @Test func `see where they are known, and end that for themselves alone`() async throws {
        let (person, session) = try await self.visitors.welcomeGuest(on: "Firefox on Linux")
        let (other, _) = try await self.visitors.welcomeGuest()
        let device = try #require(try await self.visitors.devices(of: person).first)

        #expect(device.device == "Firefox on Linux" && !device.deviceID.contains(session.text))
        #expect(try await self.visitors.endDevice(device.deviceID, of: other) == nil)
        #expect(try await self.visitors.endDevice(device.deviceID, of: person)?.hash == session.hash)
        #expect(try await self.visitors.person(ofSession: session) == nil)
        #expect(try await self.visitors.devices(of: person).isEmpty)
        #expect(try await self.visitors.devices(of: other).count == 1)
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
        #expect(try await self.visitors.holder(ofKey: key)?.key.scopes == [.read, .chat])
    }
}
