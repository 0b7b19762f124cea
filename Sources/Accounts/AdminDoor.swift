internal import Crypto
package import Identifiers

/// Makes admins of people who enter a code that only the operator has seen.
///
/// The code is kept in memory alone, and good once; where the server's output is collected it stands there until it is
/// used. It has 80 random bits, so guessing needs no further limit.
package actor AdminDoor {
    private let store: any AccountStore
    private var code: String?

    package init(store: any AccountStore) {
        self.store = store
    }

    package nonisolated func isAdmin(_ person: PersonID) async throws(AccountStoreError) -> Bool {
        try await self.store.isAdmin(person)
    }

    package nonisolated func hasAdmin() async throws(AccountStoreError) -> Bool { try await self.store.hasAdmin() }

    /// A new code when there is no admin yet; `nil` when there is one.
    package func codeForFirst() async throws(AccountStoreError) -> String? {
        try await self.store.hasAdmin() ? nil : self.makeCode()
    }

    /// Makes a code, in place of any that was made before: 16 letters and digits in groups of four.
    package func makeCode() -> String {
        var random = SecureRandom()
        let letters = (0..<16).map { _ in Self.letters[Int.random(in: 0..<Self.letters.count, using: &random)] }
        self.code = String(letters)
        return stride(from: 0, to: 16, by: 4).map { String(letters[$0..<$0 + 4]) }.joined(separator: "-")
    }

    /// Whether that is the code; changes nothing.
    package func accepts(_ text: String) -> Bool {
        self.code.map { ConstantTime.areEqual(Self.plain(text), $0) } ?? false
    }

    /// Makes the person an admin if the code is the right one; says whether it was.
    ///
    /// How it is spelled does not matter: small letters, spaces, and letters that look like digits are read as meant.
    package func enter(_ text: String, as person: PersonID) async throws(AccountStoreError) -> Bool {
        guard let code, self.accepts(text) else { return false }
        self.code = nil
        do throws(AccountStoreError) {
            try await self.store.makeAdmin(person)
        } catch {
            self.code = self.code ?? code
            throw error
        }
        return true
    }

    /// Crockford's base 32: no letter that could be taken for a digit.
    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private static func plain(_ text: String) -> String {
        let looksLike: [Character: Character] = ["O": "0", "I": "1", "L": "1"]
        return String(text.uppercased().filter { $0.isLetter || $0.isNumber }.map { looksLike[$0] ?? $0 })
    }
}
