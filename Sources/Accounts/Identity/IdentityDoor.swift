package import Observability

/// Tells whom a token of an identity provider speaks of.
package struct IdentityDoor: Sendable {
    package let provider: IdentityProvider
    private let keys: PublishedKeys
    private let time: TimeSource

    package init(provider: IdentityProvider, keys: PublishedKeys, time: TimeSource) {
        self.provider = provider
        self.keys = keys
        self.time = time
    }

    /// Asks for the keys before anybody needs them.
    package func lookForKeys() async { await self.keys.look() }

    /// Whom the token speaks of, when the provider has signed it, for this server, and it is good now.
    package func identity(in text: String) async throws(IdentityProblem) -> Identity {
        let token = try IdentityToken(reading: text)
        // What is of no use whoever has signed it asks nobody for a key.
        let identity = try token.identity(for: self.provider, at: self.time.now())
        let key = try await self.keys.key(named: token.keyID, token.algorithm)
        guard token.isSigned(by: key) else { throw .signature }
        return identity
    }
}
