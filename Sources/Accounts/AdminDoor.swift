internal import Crypto
package import Identifiers

/// Makes admins of people who enter a code that only the operator has seen.
///
/// The code is kept in memory alone, and good once; where the server's output is collected it stands there until it is
/// used. It has 80 random bits, so guessing needs no further limit.
package actor AdminDoor {
    private let store: any AccountStore
    private var code: SpokenCode?

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
        let code = SpokenCode(using: &random)
        self.code = code
        return code.text
    }

    /// Whether that is the code; changes nothing.
    package func accepts(_ text: String) -> Bool {
        guard let code, let typed = SpokenCode(reading: text) else { return false }
        return typed == code
    }

    /// Makes the person an admin if the code is the right one; says whether it was.
    package func enter(_ text: String, as person: PersonID) async throws(AccountStoreError) -> Bool {
        let store = self.store
        let entered: Void? = try await self.spend(text) { () async throws(AccountStoreError) in
            try await store.makeAdmin(person)
        }
        return entered != nil
    }

    /// Lets through what makes an admin, once for each code; `nil` when the code is not the right one.
    ///
    /// A code whose use failed may be used again.
    package func spend<Made: Sendable, Failure: Error>(
        _ text: String,
        on making: @Sendable () async throws(Failure) -> Made
    ) async throws(Failure) -> Made? {
        guard let code, self.accepts(text) else { return nil }
        self.code = nil
        do throws(Failure) {
            return try await making()
        } catch {
            self.code = self.code ?? code
            throw error
        }
    }
}
