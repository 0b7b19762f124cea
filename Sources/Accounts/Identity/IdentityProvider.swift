internal import Crypto
package import Identifiers

/// Who signs people in elsewhere, and whose word is taken for who they are.
package struct IdentityProvider: Sendable, Equatable {
    /// What the provider calls itself: the `iss` of its tokens, letter by letter.
    package let issuer: String
    /// What it calls this server: one of the `aud` of its tokens.
    package let audience: String
    /// Where people sign in; `nil` when the operator has not said.
    package let signInAddress: String?

    package init(issuer: String, audience: String, signInAddress: String? = nil) {
        self.issuer = issuer
        self.audience = audience
        self.signInAddress = signInAddress
    }
}

/// Somebody whom an identity provider vouches for.
package struct Identity: Sendable, Equatable {
    package let issuer: String
    /// What the provider calls them, for ever.
    package let subject: String
    /// When the token ends, in seconds since 1970.
    package let endsAt: Double

    package init(issuer: String, subject: String, endsAt: Double) {
        self.issuer = issuer
        self.subject = subject
        self.endsAt = endsAt
    }

    /// Who they are here: made of issuer and subject alone, so that no table has to be kept to know them again.
    package var person: PersonID {
        let digest = SHA256.digest(
            of: "identity:\(self.issuer.utf8.count):\(self.issuer)\(self.subject)"
        )
        guard let person = PersonID(rawValue: String(digest.base64URL.prefix(22))) else {
            preconditionFailure("twenty-two characters of base64url are an identifier")
        }
        return person
    }

    /// The name of their account: the subject where that can be one, else one made of it.
    var accountName: AccountName {
        if let name = AccountName(self.subject) { return name }
        let made = "person-" + SHA256.digest(of: self.subject).hex.prefix(12)
        guard let name = AccountName(made) else {
            preconditionFailure("\(made) is no name of an account")
        }
        return name
    }
}

/// Why a token opens nothing.
package enum IdentityProblem: String, Error, Sendable, CaseIterable {
    /// It is no JSON Web Token, or one that nobody could take.
    case malformed
    /// Its algorithm is not the one of its key, or it asks for something that is not understood here.
    case algorithm
    /// Nobody publishes the key that it names.
    case key
    case signature
    case expired
    /// It is not good yet, or comes from the future.
    case early
    case issuer
    case audience
    case subject
    /// The provider's keys cannot be had.
    case unreachable
}
