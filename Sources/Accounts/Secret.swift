import Identifiers

/// A random word that opens something: a session, a stream, the API.
///
/// Shown once to its holder and kept only as a hash.
package struct Secret: Sendable, Equatable {
    /// 128 random bits as 22 characters of base64url, after the prefix of its kind if that has one.
    package let text: String

    /// Takes a secret that came from outside.
    package init(text: String) {
        self.text = text
    }

    /// Makes a new secret.
    package init(prefix: String = "", using generator: inout some RandomNumberGenerator) {
        self.text = prefix + Identifier<Secret>(using: &generator).rawValue
    }
}

/// What is stored of a secret: its SHA-256 in base64url.
///
/// A fast hash is enough because the secret is 128 random bits; passwords need a slow one.
package struct SecretHash: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}
