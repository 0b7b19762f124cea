/// Who is let in, and who may make an account.
package struct AccessPolicy: Sendable, Equatable {
    /// Who may use the server.
    package enum Admission: String, Sendable, CaseIterable {
        /// Everybody: whoever has no account is a guest.
        case open
        /// Whoever is signed in.
        case accounts
        /// Whoever an identity provider vouches for.
        case jwt
    }

    /// Who may make an account of their own.
    package enum SignUp: String, Sendable, CaseIterable {
        case open, invitation, closed
    }

    /// Which accounts need a second factor.
    package enum SecondFactor: String, Sendable, CaseIterable {
        case none, admins, all
    }

    package let admission: Admission
    package let signUp: SignUp
    package let secondFactor: SecondFactor

    package init(admission: Admission, signUp: SignUp, secondFactor: SecondFactor = .none) {
        self.admission = admission
        self.signUp = signUp
        self.secondFactor = secondFactor
    }

    package func admits(_ standing: Standing) -> Bool {
        switch standing {
        case .account: true
        case .guest: self.admission == .open
        case .disabled: false
        }
    }

    /// Whether somebody has to set up a second factor before anything else.
    package func lacksSecondFactor(_ visitor: Visitor) -> Bool {
        guard !visitor.hasSecondFactor, case .account(let role) = visitor.standing else { return false }
        return self.asksForSecondFactor(role)
    }

    /// Whether a key's owner has to set up a second factor before anything else; a key of nobody's needs none.
    package func lacksSecondFactor(_ holder: KeyHolder) -> Bool {
        guard !holder.hasSecondFactor, let account = holder.account else { return false }
        return self.asksForSecondFactor(account.role)
    }

    private func asksForSecondFactor(_ role: Role) -> Bool {
        switch self.secondFactor {
        case .none: return false
        case .admins: return role == .admin
        case .all: return true
        }
    }
}
