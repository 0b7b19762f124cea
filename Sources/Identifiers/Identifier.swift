/// The identity of one `Subject`, made by whoever creates it: 16 to 64 characters of the base64url alphabet.
///
/// Ours are 128 random bits, thus 22 characters; a caller's own may be anything of that alphabet that is long enough
/// not to be guessed or met twice, a UUID among it. Two identifiers of different subjects never compare.
package struct Identifier<Subject>: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    /// Takes an identifier that came from outside; `nil` when its length or alphabet is not that of one.
    package init?(rawValue: String) {
        let characters = rawValue.utf8
        guard (16...64).contains(characters.count), characters.allSatisfy(isBase64URL) else { return nil }
        self.rawValue = rawValue
    }

    /// Makes a new identifier of 128 random bits.
    package init(using generator: inout some RandomNumberGenerator) {
        self.rawValue = base64URL(of: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { self.rawValue }
}

/// Stands for a person in ``PersonID``; the domain and the accounts both speak of people without knowing each other.
package enum PersonSubject {}

/// The identity of a person, guest or not.
package typealias PersonID = Identifier<PersonSubject>

/// Writes bytes in base64url without padding (RFC 4648, section 5).
package func base64URL(of bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var buffer: UInt32 = 0
    var bits = 0
    for byte in bytes {
        buffer = buffer << 8 | UInt32(byte)
        bits += 8
        while bits >= 6 {
            bits -= 6
            text.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
        }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
    return String(decoding: text, as: UTF8.self)
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

private func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
}

/// Reads base64url without padding; `nil` for what nobody would write so: other letters, letters too many, loose bits.
package func bytes(ofBase64URL text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 3 / 4)
    var buffer: UInt32 = 0
    var bits = 0
    for letter in text.utf8 {
        guard let value = value(ofBase64URL: letter) else { return nil }
        buffer = buffer << 6 | value
        bits += 6
        if bits >= 8 {
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
        }
    }
    guard bits < 6, buffer & (1 << UInt32(bits) - 1) == 0 else { return nil }
    return bytes
}

private func value(ofBase64URL letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
}
