import Accounts
import HTTPTypes

extension WebError {
    /// What somebody is told whose token opens nothing; what is wrong with one that never was good is for the log.
    init(_ problem: IdentityProblem) {
        switch problem {
        case .expired: self = .unauthorized
        case .malformed, .algorithm, .key, .signature, .early, .issuer, .audience, .subject:
            self.init(.unauthorized, "unauthorized", "The token is not valid.")
        case .unreachable:
            self.init(
                .serviceUnavailable,
                "identity_provider_unavailable",
                "Who you are cannot be checked at the moment. Try again in a moment.",
                retryAfter: .seconds(5)
            )
        }
    }
}
