import Accounts
import Identifiers
import TestSupport
import Testing

@Suite struct `The door to the admin's room` {
    private let accounts = MemoryAccounts()
    private let door: AdminDoor
    private let ada: PersonID
    private let bob: PersonID

    init() throws {
        self.door = AdminDoor(store: self.accounts)
        self.ada = try #require(PersonID(rawValue: "ada-------------"))
        self.bob = try #require(PersonID(rawValue: "bob-------------"))
    }

    @Test func `opens once to whoever has the code, however they spell it`() async throws {
        let code = try #require(await self.door.codeForFirst())
        let spelled = code.lowercased().replacing("-", with: " ").replacing("0", with: "o").replacing("1", with: "l")

        #expect(try await self.door.enter(spelled, as: self.ada))
        #expect(try await self.door.isAdmin(self.ada))
        #expect(try await self.door.hasAdmin())
        #expect(try await !self.door.enter(code, as: self.bob))
        #expect(try await !self.door.isAdmin(self.bob))
    }

    @Test(arguments: ["", "-", "0000-0000-0000-0000", "AAAA"])
    func `stays shut to everybody else`(guess: String) async throws {
        #expect(try await !self.door.enter(guess, as: self.bob))
        _ = try await self.door.codeForFirst()
        #expect(try await !self.door.enter(guess, as: self.bob))
        #expect(try await !self.door.hasAdmin())
    }

    @Test func `has no code of its own accord once there is an admin, but one for the operator who asks`() async throws
    {
        let first = await self.door.makeCode()
        let second = await self.door.makeCode()
        #expect(try await !self.door.enter(first, as: self.ada))
        #expect(try await self.door.enter(second, as: self.ada))

        #expect(try await self.door.codeForFirst() == nil)
        let third = await self.door.makeCode()
        #expect(try await self.door.enter(third, as: self.bob))
    }

    @Test func `has codes of sixteen letters and digits that differ`() async {
        var codes: Set<String> = []
        for _ in 0..<100 { codes.insert(await self.door.makeCode()) }

        #expect(codes.count == 100)
        #expect(codes.allSatisfy { $0.wholeMatch(of: /([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}/) != nil })
    }
}
