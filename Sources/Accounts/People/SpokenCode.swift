internal import Crypto

/// A secret that people read out, type and write down: 16 letters and digits with 80 random bits.
///
/// How it is spelled does not matter: small letters, spaces and signs between, and letters that look like digits are read as
/// meant.
package struct SpokenCode: Sendable, Equatable {
    private static let count = 16
    /// Crockford's base 32: no letter that could be taken for a digit.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private let letters: String

    package init(using random: inout some RandomNumberGenerator) {
        self.letters = String((0..<Self.count).map { _ in Self.alphabet[Int.random(in: 0..<32, using: &random)] })
    }

    /// Reads a code as somebody typed it; `nil` when it is none, whosever.
    package init?(reading text: String) {
        guard text.utf8.count <= 200 else { return nil }
        let looksLike: [Character: Character] = ["O": "0", "I": "1", "L": "1"]
        let letters = text.uppercased().filter { $0.isLetter || $0.isNumber }.map { looksLike[$0] ?? $0 }
        guard letters.count == Self.count, letters.allSatisfy(Self.alphabet.contains) else { return nil }
        self.letters = String(letters)
    }

    /// The code as it is shown: in groups of four.
    package var text: String {
        let letters = Array(self.letters)
        return stride(from: 0, to: Self.count, by: 4).map { String(letters[$0..<$0 + 4]) }.joined(separator: "-")
    }

    /// What is stored of it; 80 random bits need no slow hash.
    package var hash: SecretHash { SecretHash(rawValue: SHA256.digest(of: "code:" + self.letters).base64URL) }

    package static func == (left: SpokenCode, right: SpokenCode) -> Bool {
        ConstantTime.areEqual(left.letters, right.letters)
    }
}
