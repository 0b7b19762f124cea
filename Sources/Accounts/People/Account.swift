package import Crypto
package import Identifiers
package import Observability

/// What a person may do beyond what is their own.
package enum Role: String, Sendable, CaseIterable {
    case person, admin
}

/// A person who signs in with a name.
package struct Account: Sendable, Equatable {
    package let person: PersonID
    package let name: AccountName
    package let role: Role
    package let createdAt: Timestamp
    /// Since when nothing opens for them any more; `nil` for an account in use.
    package let disabledAt: Timestamp?

    package init(person: PersonID, name: AccountName, role: Role, createdAt: Timestamp, disabledAt: Timestamp? = nil) {
        self.person = person
        self.name = name
        self.role = role
        self.createdAt = createdAt
        self.disabledAt = disabledAt
    }
}

/// An account as admins see it among the others.
package struct ListedAccount: Sendable, Equatable {
    package let account: Account
    /// When one of its sessions was last used, as exactly as that is noted: to the hour; `nil` when it has none.
    package let usedAt: Timestamp?
    package let hasSecondFactor: Bool

    package init(account: Account, usedAt: Timestamp?, hasSecondFactor: Bool) {
        self.account = account
        self.usedAt = usedAt
        self.hasSecondFactor = hasSecondFactor
    }
}

/// How somebody who is known stands to this server.
package enum Standing: Sendable, Equatable {
    /// Known by a cookie alone.
    case guest
    case account(Role)
    /// Has an account that an admin has disabled.
    case disabled
}

/// An account that is about to be, and with what it begins.
package struct NewAccount: Sendable {
    /// What lets it be made, besides the rules of the server.
    package enum Ticket: Sendable, Equatable {
        /// Anybody may sign up here, or the operator makes it.
        case none
        case invitation(SecretHash)
    }

    package let account: Account
    /// `nil` for one whose owner has yet to choose a password.
    package let password: PasswordHash?
    package let ticket: Ticket
    /// With which its owner is signed in from the first moment; `nil` when somebody else makes it for them.
    package let session: SessionChange?

    package init(account: Account, password: PasswordHash?, ticket: Ticket = .none, session: SessionChange? = nil) {
        self.account = account
        self.password = password
        self.ticket = ticket
        self.session = session
    }
}

/// A new session, in place of the one that the browser came with.
package struct SessionChange: Sendable, Equatable {
    package let new: Session
    /// What the browser came with; nothing is opened by it any more.
    package let old: SecretHash?

    package init(new: Session, old: SecretHash?) {
        self.new = new
        self.old = old
    }
}

/// What an account's owner shows besides the password.
package enum SecondFactor: Sendable, Equatable {
    /// Shown to its owner, who has yet to show that their app knows it.
    case offered(TimedSecret)
    /// Asked for at every sign-in; the last half minute whose digits were used.
    case inUse(TimedSecret, lastStep: Int64)
}

/// A code that does one thing once, and is kept as a hash.
package struct OneTimeCode: Sendable, Equatable {
    package enum Purpose: Sendable, Equatable {
        /// Lets whoever has it make an account.
        case invitation
        /// Lets whoever has it choose the password of an account.
        case reset(PersonID)
    }

    package let hash: SecretHash
    package let purpose: Purpose
    /// What its maker calls it: whom it is for.
    package let note: String
    package let expiresAt: Timestamp

    package init(hash: SecretHash, purpose: Purpose, note: String = "", expiresAt: Timestamp) {
        self.hash = hash
        self.purpose = purpose
        self.note = note
        self.expiresAt = expiresAt
    }

    /// What it is called where admins see it: made from the hash, and no way back to the code.
    package var id: String { String(SHA256.digest(of: "code-id:" + self.hash.rawValue).base64URL.prefix(22)) }
}
