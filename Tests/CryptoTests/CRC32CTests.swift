import Testing

@testable import Crypto

@Suite struct `The checksum` {
    @Test(arguments: [
        ([UInt8](repeating: 0, count: 32), UInt32(0x8A91_36AA)),
        ([UInt8](repeating: 0xFF, count: 32), UInt32(0x62A8_AB43)),
        (Array(UInt8(0)..<32), UInt32(0x46DD_794E)),
        ((UInt8(0)..<32).reversed(), UInt32(0x113F_DB5C)),
        (Array("123456789".utf8), UInt32(0xE306_9283)),
        ([], UInt32(0)),
    ])
    func `is the one that RFC 3720 prints`(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(of: bytes) == expected)
    }

    @Test func `is the same however the bytes are cut`() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let whole = CRC32C.checksum(of: bytes)

        for cut in bytes.indices {
            var checksum = CRC32C()
            checksum.update(bytes[..<cut])
            checksum.update(bytes[cut...])
            #expect(checksum.value == whole)
        }
    }
}
