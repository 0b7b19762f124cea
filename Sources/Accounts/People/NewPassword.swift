/// A password that somebody chose and that is good enough to be kept.
///
/// As NIST SP 800-63B (section 3.1.1.2) asks: long enough, not one that is guessed first, and otherwise whatever its owner
/// likes; nothing is cut off.
package struct NewPassword: Sendable {
    /// Why a password is not taken.
    package enum Problem: Error, Sendable, Equatable {
        case tooShort
        case tooLong
        /// It is among those that are guessed first, or nearly.
        case common
    }

    package static let shortest = 8
    package static let longest = 256

    package let text: String

    /// Takes a password that somebody chose for an account of that name.
    package init(_ text: String, for name: AccountName) throws(Problem) {
        guard text.unicodeScalars.count >= Self.shortest else { throw .tooShort }
        guard text.unicodeScalars.count <= Self.longest else { throw .tooLong }
        guard !isCommonPassword(text, of: name) else { throw .common }
        self.text = text
    }
}
