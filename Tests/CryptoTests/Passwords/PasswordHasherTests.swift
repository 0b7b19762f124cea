import Testing

@testable import Crypto

@Suite(.timeLimit(.minutes(20))) struct `The password hasher` {
    /// Cheap enough for a hundred cases.
    private static let cheap = PasswordHash.Cost(kibibytes: 64, passes: 1)
    private let hasher = PasswordHasher(cost: cheap)

    @Test(arguments: 0..<100)
    func `knows a password again by its hash, to the last letter, and salts each anew`(seed: Int) async throws {
        let letters = (0...seed).map { Character(Unicode.Scalar(UInt8(33 + ($0 * 7 + seed) % 90))) }
        let password = String(letters) + ["", "é", "密码", "\u{0}", " "][seed % 5]
        let hash = try await self.hasher.hash(password)

        #expect(try await self.hasher.verify(password, against: hash))
        #expect(try await !self.hasher.verify(password + "x", against: hash))
        #expect(try await !self.hasher.verify(String(password.dropLast()), against: hash))
        #expect(try await self.hasher.hash(password) != hash)
        #expect(!hash.text.contains(password) || password.count < 3)
    }

    @Test func `finds no password right where there is no hash`() async throws {
        #expect(try await !self.hasher.verify("", against: nil))
        #expect(try await !self.hasher.verify("password", against: nil))
    }

    @Test func `makes hashes that cost what they should, and knows those that do not`() async throws {
        let hash = try await PasswordHasher().hash("correct horse")

        #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(!PasswordHasher().isOutdated(hash))
        #expect(self.hasher.isOutdated(hash))
    }

    @Test func `sends away who comes when as many wait as may, and serves all others`() async throws {
        let hasher = PasswordHasher(cost: Self.cheap, threads: 2, capacity: 4)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("\(number)")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }

        #expect(outcomes.count == 200)
        #expect(outcomes.contains(true))
        // Whoever was sent away is served later.
        #expect(try await hasher.verify("a", against: hasher.hash("a")))
    }

    @Test func `refuses everybody where nobody may wait`() async {
        await #expect(throws: PasswordHasher.Failure.busy) {
            try await PasswordHasher(cost: Self.cheap, threads: 1, capacity: 0).hash("a")
        }
    }
}
