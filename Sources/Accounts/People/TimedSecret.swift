internal import Crypto
package import Observability

/// What an authenticator app and the server both know, and make six digits of every half minute (TOTP, RFC 6238).
package struct TimedSecret: Sendable, Equatable {
    /// How long six digits are shown, in seconds; every app takes this for granted.
    private static let period: Int64 = 30
    private static let digits = 6
    private static let byteCount = 20

    private let bytes: [UInt8]

    package init(using random: inout some RandomNumberGenerator) {
        self.bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Reads a secret as it was kept; `nil` when it is none.
    package init?(base32 text: String) {
        guard let bytes = Base32.bytes(of: text), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// As it is kept, and typed into an app that has no camera.
    package var base32: String { Base32.text(of: self.bytes) }

    /// The number of the half minute that six typed digits are of, if it is this one, the one before or the one after, and
    /// later than the last that was used: clocks differ, and what somebody has looked over a shoulder is good for nothing.
    package func step(of typed: String, at time: Timestamp, after last: Int64?) -> Int64? {
        let digits = typed.filter { !$0.isWhitespace }
        guard digits.utf8.count == Self.digits else { return nil }
        let now = time.milliseconds / 1000 / Self.period
        return (now - 1...now + 1).first { step in
            ConstantTime.areEqual(self.code(of: step), digits) && step > last ?? -1
        }
    }

    /// The six digits of a half minute (RFC 4226, section 5.3).
    package func code(of step: Int64) -> String {
        let counter = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: step >> Int64($0)) }
        let digest = HMACSHA1.code(for: counter, key: self.bytes)
        let offset = Int(digest[19] & 15)
        let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }
}

/// Five bits a letter (RFC 4648, section 6), without padding.
private enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var (letters, bits, count): ([UInt8], UInt32, UInt32) = ([], 0, 0)
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFFF
            count += 8
            while count >= 5 {
                count -= 5
                letters.append(Self.alphabet[Int(bits >> count & 31)])
            }
        }
        if count > 0 { letters.append(Self.alphabet[Int(bits << (5 - count) & 31)]) }
        return String(decoding: letters, as: UTF8.self)
    }

    static func bytes(of text: String) -> [UInt8]? {
        var (bytes, bits, count): ([UInt8], UInt32, UInt32) = ([], 0, 0)
        for letter in text.utf8 {
            guard let value = Self.alphabet.firstIndex(of: letter) else { return nil }
            bits = (bits << 5 | UInt32(value)) & 0xFFFF
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }
}
