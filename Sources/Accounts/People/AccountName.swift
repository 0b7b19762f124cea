/// What a person signs in as: 2 to 64 letters, digits and `. _ - + @`, so that an address of mail can be one.
///
/// Names that differ in capital letters alone are the same name. Letters of every script are welcome as single characters;
/// marks that combine with the letter before would let two names look alike.
package struct AccountName: Sendable {
    private static let lengths = 2...64
    private static let signs: Set<Unicode.Scalar> = [".", "_", "-", "+", "@"]

    /// The name as its owner writes it.
    package let text: String
    /// By which it is found.
    package var folded: String { self.text.lowercased() }

    /// `nil` when that cannot be a name.
    package init?(_ text: String) {
        guard Self.lengths.contains(text.unicodeScalars.count), text.utf8.count <= 200,
            text.unicodeScalars.allSatisfy(Self.isAllowed), text.unicodeScalars.contains(where: Self.isLetterOrDigit)
        else { return nil }
        self.text = text
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        Self.signs.contains(scalar) || Self.isLetterOrDigit(scalar)
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }
}

extension AccountName: Hashable {
    package static func == (left: AccountName, right: AccountName) -> Bool { left.folded == right.folded }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.folded) }
}
