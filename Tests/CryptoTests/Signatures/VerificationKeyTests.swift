import Crypto
import Identifiers
import TestSupport
import Testing

@Suite struct `A key for signatures` {
    /// RFC 7515, appendix A.2 and A.3: the same text, signed by two keys.
    private static let text =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Ql"
        + "L-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs"
        + "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoud"
        + "F8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    private static let rsaSignature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG"
        + "bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
        + "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6"
        + "LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    private static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    private static let ecSignature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    private let rsa: VerificationKey
    private let ec: VerificationKey

    init() throws {
        self.rsa = try #require(
            VerificationKey(modulus: Self.bytes(Self.modulus), exponent: [1, 0, 1])
        )
        self.ec = try #require(VerificationKey(x: Self.bytes(Self.x), y: Self.bytes(Self.y)))
    }

    private static func bytes(_ text: String) throws -> [UInt8] {
        let bytes = Identifiers.bytes(ofBase64URL: text)
        return try #require(bytes)
    }

    private static func signed(by algorithm: VerificationKey.Algorithm) -> [UInt8] {
        Array(
            ((algorithm == .rs256 ? "eyJhbGciOiJSUzI1NiJ9." : "eyJhbGciOiJFUzI1NiJ9.") + Self.text).utf8
        )
    }

    @Test func `takes the signatures that RFC 7515 prints`() throws {
        #expect(self.rsa.algorithm == .rs256 && self.ec.algorithm == .es256)
        #expect(self.rsa.checks(try Self.bytes(Self.rsaSignature), of: Self.signed(by: .rs256)))
        #expect(self.ec.checks(try Self.bytes(Self.ecSignature), of: Self.signed(by: .es256)))
    }

    @Test(arguments: Seeds.all)
    func `takes no other: one bit changed in text or signature, one byte more or less`(
        seed: UInt64
    )
        throws
    {
        var random = SeededGenerator(seed: seed)
        for (key, signature) in [(self.rsa, Self.rsaSignature), (self.ec, Self.ecSignature)] {
            let right = try Self.bytes(signature)
            let text = Self.signed(by: key.algorithm)
            var (signature, other) = (right, text)
            signature[Int.random(in: signature.indices, using: &random)] ^=
                1 << UInt8.random(in: 0...7, using: &random)
            other[Int.random(in: other.indices, using: &random)] ^=
                1 << UInt8.random(in: 0...7, using: &random)
            #expect(!key.checks(signature, of: text))
            #expect(!key.checks(right, of: other))
            #expect(!key.checks(right + [UInt8.random(in: .min ... .max, using: &random)], of: text))
            #expect(
                !key.checks(right.dropLast(Int.random(in: 1...right.count, using: &random)) + [], of: text)
            )
            #expect(
                !key.checks(
                    (0..<right.count).map { _ in .random(in: .min ... .max, using: &random) },
                    of: text
                )
            )
        }
    }

    @Test func `takes no signature of nothing: all zero, or the order of the curve`() {
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC,
            0xE6, 0xFA, 0xAD, 0xA7,
            0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        let zero = [UInt8](repeating: 0, count: 32)
        for signature in [zero + zero, order + order, zero + order, order + zero, []] {
            #expect(!self.ec.checks(signature, of: Self.signed(by: .es256)))
        }
        #expect(!self.rsa.checks([UInt8](repeating: 0, count: 256), of: Self.signed(by: .rs256)))
    }

    @Test func `is none that is too weak, or no key`() throws {
        let modulus = try Self.bytes(Self.modulus)
        #expect(VerificationKey(modulus: Array(modulus.prefix(128)) + [1], exponent: [1, 0, 1]) == nil)
        #expect(VerificationKey(modulus: [], exponent: [3]) == nil)
        #expect(VerificationKey(modulus: modulus, exponent: []) == nil)
        for exponent: [UInt8] in [[1], [2], [0, 0], [1, 0, 0, 0, 1]] {
            #expect(VerificationKey(modulus: modulus, exponent: exponent) == nil, "\(exponent)")
        }
        #expect(VerificationKey(modulus: [0, 0] + modulus, exponent: [0, 1, 0, 1]) != nil)
        #expect(VerificationKey(modulus: Array(repeating: 0xFF, count: 1025), exponent: [3]) == nil)
        let (x, y) = (try Self.bytes(Self.x), try Self.bytes(Self.y))
        #expect(VerificationKey(x: y, y: x) == nil)
        #expect(VerificationKey(x: Array(x.dropLast()), y: y) == nil)
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(VerificationKey(x: zero, y: zero) == nil)
    }
}
