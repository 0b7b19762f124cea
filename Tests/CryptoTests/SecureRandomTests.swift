import Testing

@testable import Crypto

@Suite struct `Secure random numbers` {
    @Test func `do not repeat`() {
        var random = SecureRandom()

        #expect(Set((0..<1000).map { _ in random.next() }).count == 1000)
        #expect(random.bytes(16) != random.bytes(16))
    }

    @Test(arguments: [0, 1, 16, 1000]) func `come in the length asked for`(count: Int) {
        var random = SecureRandom()

        #expect(random.bytes(count).count == count)
    }

    @Test func `use every bit`() {
        var random = SecureRandom()
        let numbers = (0..<200).map { _ in random.next() }

        #expect(numbers.reduce(0, |) == .max)
        #expect(numbers.reduce(.max, &) == 0)
    }
}

@Suite struct `A comparison in constant time` {
    @Test(arguments: [
        ("", "", true), ("secret", "secret", true), ("secret", "secreT", false), ("secret", "secre", false),
        ("secret", "", false),
    ])
    func `answers like an ordinary one`(left: String, right: String, areEqual: Bool) {
        #expect(ConstantTime.areEqual(left, right) == areEqual)
    }
}
