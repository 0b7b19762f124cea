import Testing

@testable import Crypto

@Suite struct `A digest` {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `is the one that FIPS 180-4 prints`(text: String, hex: String) {
        #expect(SHA256.digest(of: text).hex == hex)
        #expect(SHA256.digest(of: Array(text.utf8)).hex == hex)
    }

    @Test func `comes back from its bytes, and only from thirty-two`() throws {
        let digest = SHA256.digest(of: "word")

        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(bytes: Array(digest.bytes.dropLast())) == nil)
        #expect(Digest(bytes: digest.bytes + [0]) == nil)
    }

    @Test func `differs as soon as one bit does`() throws {
        let digest = SHA256.digest(of: "word")

        for index in 0..<256 {
            var bytes = digest.bytes
            bytes[index / 8] ^= 1 << (index % 8)
            #expect(Digest(bytes: bytes) != digest)
        }
    }

    @Test(arguments: [
        (UInt8(0x00), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (UInt8(0xFF), "__________________________________________8"),
        (UInt8(0xFB), "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"),
    ])
    func `has a name that fits into an address`(byte: UInt8, text: String) throws {
        let digest = try #require(Digest(bytes: [UInt8](repeating: byte, count: 32)))

        #expect(digest.base64URL == text)
    }
}

@Suite struct `An HMAC` {
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `is the one that RFC 4231 prints`(key: [UInt8], message: String, hex: String) {
        #expect(HMACSHA256.code(for: Array(message.utf8), key: key).hex == hex)
    }

    @Test func `is made of nothing, too`() {
        #expect(HMACSHA256.code(for: [], key: []).hex.hasPrefix("b613679a0814d9ec"))
    }
}
