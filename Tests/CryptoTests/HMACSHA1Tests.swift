import Testing

@testable import Crypto

@Suite struct `An HMAC with SHA-1` {
    /// RFC 2202, section 3.
    @Test(arguments: [
        ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            [UInt8](repeating: 0xAA, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ])
    func `is the one that RFC 2202 prints`(key: [UInt8], message: String, hex: String) {
        let code = HMACSHA1.code(for: Array(message.utf8), key: key)

        #expect(code.count == 20)
        #expect(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == hex)
    }
}
