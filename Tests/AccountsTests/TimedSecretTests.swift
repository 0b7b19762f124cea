import Accounts
import Observability
import TestSupport
import Testing

@Suite struct `The secret of an authenticator app` {
    /// "12345678901234567890" of RFC 6238, appendix B.
    private let printed: TimedSecret

    init() throws {
        self.printed = try #require(TimedSecret(base32: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    }

    /// The last six of the eight digits that appendix B prints for SHA-1.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `makes the digits that RFC 6238 prints`(second: Int64, digits: String) {
        #expect(self.printed.code(of: second / 30) == digits)
        #expect(self.printed.step(of: digits, at: Timestamp(milliseconds: second * 1000), after: nil) == second / 30)
    }

    @Test(arguments: Seeds.all)
    func `comes back from its letters, and is taken half a minute early or late, once, and no more`(seed: UInt64) throws
    {
        var random = SeededGenerator(seed: seed)
        let secret = TimedSecret(using: &random)
        let step = Int64.random(in: 10...1_000_000_000, using: &random)
        let second = step * 30 + Int64.random(in: 0..<30, using: &random)
        let now = Timestamp(milliseconds: second * 1000)
        let codes = (-3...3).map { secret.code(of: step + $0) }

        #expect(TimedSecret(base32: secret.base32) == secret)
        #expect(secret.base32.count == 32)
        for (offset, code) in zip(Int64(-3)...3, codes) where codes.filter({ $0 == code }).count == 1 {
            let spelled = " \(code.prefix(3)) \(code.suffix(3))"
            #expect(secret.step(of: spelled, at: now, after: nil) == ((-1...1).contains(offset) ? step + offset : nil))
            #expect(secret.step(of: code, at: now, after: step + offset) == nil)
        }
    }

    @Test(arguments: ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
    func `is not shown by anything else`(typed: String) {
        #expect(self.printed.step(of: typed, at: Timestamp(milliseconds: 59_000), after: nil) == nil)
    }

    @Test(arguments: ["", "GEZDGNBV", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"])
    func `is twenty bytes in base 32 and nothing else`(text: String) {
        #expect(TimedSecret(base32: text) == nil)
    }
}
