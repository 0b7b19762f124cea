internal import Crypto
package import Identifiers
package import Observability

/// A key with which a program calls the API in the name of a person.
package struct APIKey: Sendable, Equatable {
    package let hash: SecretHash
    package let person: PersonID
    /// What its maker called it.
    package let name: String
    package let scopes: Set<KeyScope>
    package let createdAt: Timestamp
    /// From when on it opens nothing; `nil` for one that is good until it is ended.
    package let expiresAt: Timestamp?
    /// When it was used last, to the minute; `nil` before its first use.
    package let usedAt: Timestamp?

    package init(
        hash: SecretHash,
        person: PersonID,
        name: String,
        scopes: Set<KeyScope> = [.read, .chat],
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil,
        usedAt: Timestamp? = nil
    ) {
        self.hash = hash
        self.person = person
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }

    /// What it is called where it is ended: made from the hash, and no way back to the secret.
    package var id: String { String(SHA256.digest(of: "key-id:" + self.hash.rawValue).base64URL.prefix(22)) }

    /// Whether it opens what needs that scope; whoever may chat may read.
    package func has(_ scope: KeyScope) -> Bool {
        self.scopes.contains(scope) || (scope == .read && self.scopes.contains(.chat))
    }
}

/// What a key is for.
package enum KeyScope: String, Sendable, Hashable, CaseIterable {
    /// Looking at what is the person's own, and at nothing that starts something.
    case read
    /// All that the person does with conversations, looking included.
    case chat
    /// What admins do, as long as the person is one; nothing else.
    case admin
}

extension Set<KeyScope> {
    /// The scopes in the order in which they are always named: "read,chat".
    package var list: String { self.names.joined(separator: ",") }

    package var names: [String] { KeyScope.allCases.filter(self.contains).map(\.rawValue) }

    /// Reads names, of which there is at least one; `nil` when one of them is none of a scope.
    package init?(names: some Sequence<String>) {
        self.init()
        for name in names {
            guard let scope = KeyScope(rawValue: name) else { return nil }
            self.insert(scope)
        }
        guard !self.isEmpty else { return nil }
    }
}

/// A key, and how the person it acts for stands to this server.
package struct KeyHolder: Sendable, Equatable {
    package let key: APIKey
    /// `nil` for a key that stands for nobody but itself.
    package let account: Account?
    /// Whether they sign in with more than a password.
    package let hasSecondFactor: Bool

    package init(key: APIKey, account: Account?, hasSecondFactor: Bool = false) {
        self.key = key
        self.account = account
        self.hasSecondFactor = hasSecondFactor
    }
}

/// A key that somebody wants.
package struct KeyWish: Sendable {
    package static let longestName = 64
    package static let mostDays = 3650

    package let name: String
    package let scopes: Set<KeyScope>
    /// `nil` for one that is good until it is ended.
    package let lifetime: Duration?

    /// `nil` when the name is empty or too long, or breaks a line, or the days are none that a key can have.
    package init?(name: String, scopes: Set<KeyScope>, days: Int? = nil) {
        let isName =
            !name.isEmpty && name.unicodeScalars.count <= Self.longestName
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        guard isName, !scopes.isEmpty, days.map((1...Self.mostDays).contains) ?? true else { return nil }
        self.name = name
        self.scopes = scopes
        self.lifetime = days.map { .seconds($0 * 86_400) }
    }
}
