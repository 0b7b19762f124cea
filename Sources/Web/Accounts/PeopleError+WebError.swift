import Accounts
import HTTPTypes

extension WebError {
    /// What somebody is told who was not let in, or whose account was not made or changed.
    init(_ error: PeopleError) {
        switch error {
        case .wrongCredentials:
            self.init(.unauthorized, "wrong_credentials", "The name or the password is wrong.")
        case .disabled:
            self.init(.forbidden, "account_disabled", "This account is disabled. Ask an admin of this server.")
        case .unusableName:
            self.init(
                .badRequest,
                "unusable_name",
                "A name has 2 to 64 letters and digits, and may have . _ - + and @ between them."
            )
        case .nameTaken:
            self.init(.conflict, "name_taken", "This name is taken. Choose another one.")
        case .unusablePassword(let problem):
            self.init(.badRequest, "unusable_password", problem.sentence)
        case .hasAccount:
            self.init(.conflict, "has_account", "There is an account here already. Sign out to make another one.")
        case .signUpClosed:
            self.init(.forbidden, "sign_up_closed", "Nobody can sign up here. Ask an admin of this server.")
        case .noInvitation:
            self.init(
                .forbidden,
                "no_invitation",
                "Signing up here needs an invitation, and this is none that can be used."
            )
        case .secondFactorNeeded:
            self.init(.unauthorized, "second_factor_needed", "Now the digits that your authenticator app shows.")
        case .wrongSecondFactor:
            self.init(.unauthorized, "wrong_second_factor", "These digits or this code are wrong, or were used before.")
        case .hasSecondFactor:
            self.init(.conflict, "has_second_factor", "There is a second factor already. Switch it off first.")
        case .noSecondFactor:
            self.init(.conflict, "no_second_factor", "There is no second factor that is waiting for this.")
        case .wrongCode:
            self.init(.forbidden, "wrong_code", "The name or the code is wrong, or the code was used or is too old.")
        case .noAccount:
            self.init(.notFound, "no_account", "There is no such account.")
        case .noAdmin:
            self.init(.forbidden, "admins_only", "Only an admin may do this.")
        case .tooManyKeys:
            self.init(.conflict, "too_many_keys", "There are \(Visitors.mostKeys) keys already. End one of them first.")
        case .lastAdmin:
            self.init(.conflict, "last_admin", "This is the last admin; nobody could undo it.")
        case .tooManyAttempts(let wait):
            self.init(
                .tooManyRequests,
                "too_many_attempts",
                "Too many attempts. Please wait a little.",
                retryAfter: wait
            )
        case .busy:
            self.init(
                .serviceUnavailable,
                "busy",
                "Too many people are signing in at the moment. Try again in a moment.",
                retryAfter: .seconds(2)
            )
        }
    }
}

extension NewPassword.Problem {
    fileprivate var sentence: String {
        switch self {
        case .tooShort: "A password has at least 8 characters."
        case .tooLong: "A password has at most 256 characters."
        case .common: "This password is among those that are guessed first. Choose another one."
        }
    }
}
