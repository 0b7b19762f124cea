/// Why somebody was not let in, or an account not made or changed as was wished.
package enum PeopleError: Error, Sendable, Equatable {
    /// No account has that name, or it has another password; which of the two is nobody's business.
    case wrongCredentials
    /// The password is right, and the account disabled.
    case disabled
    case unusableName
    case nameTaken
    case unusablePassword(NewPassword.Problem)
    case hasAccount
    case signUpClosed
    /// Signing up needs an invitation, and what was sent is none that can be used.
    case noInvitation
    /// The password is right, and the account has a second factor that was not shown.
    case secondFactorNeeded
    /// The password is right, and what was shown besides is not.
    case wrongSecondFactor
    /// There is a second factor already; it has to be switched off first.
    case hasSecondFactor
    /// None is offered that could be taken up, or none in use that could be switched off.
    case noSecondFactor
    /// The code is wrong, used, or has ended.
    case wrongCode
    case noAccount
    /// What is wished is for admins, which the account is none of.
    case noAdmin
    /// There are as many keys as one person may have.
    case tooManyKeys
    /// Nobody would be left to undo it.
    case lastAdmin
    case tooManyAttempts(wait: Duration)
    /// More passwords are being checked than the server can.
    case busy
}
