/// The parameters of a query by the URL standard's parser of `application/x-www-form-urlencoded`, but strict.
struct SlowQuery {
    let pairs: [(name: String, value: String)]

    /// `nil` when an escape is broken, a name or value is not UTF-8, or a name comes twice.
    init?(_ text: String) {
        var pairs: [(name: String, value: String)] = []
        for piece in Array(text.utf8).split(separator: UInt8(ascii: "&")).map(Array.init) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.count
            guard let name = Self.decoded(Array(piece.prefix(equals))),
                let value = Self.decoded(Array(piece.dropFirst(equals + 1))),
                !pairs.contains(where: { $0.name == name })
            else { return nil }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    private static func decoded(_ bytes: [UInt8]) -> String? {
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                let digits = String(decoding: bytes[(index + 1)...].prefix(2), as: UTF8.self)
                // `UInt8("+1", radix: 16)` is a number too.
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), digits.utf8.allSatisfy({ $0 < 0x80 }),
                    let byte = UInt8(digits, radix: 16)
                else { return nil }
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
