import Accounts
import HTTPTypes
import Observability

extension HTTPFields {
    /// Tells programs how much of a limit is left (draft-ietf-httpapi-ratelimit-headers-10).
    mutating func append(_ standing: LimitStanding) {
        self.append(
            "RateLimit-Policy",
            "\"\(standing.name)\";q=\(standing.quota);w=\(Int(standing.window.inSeconds))"
        )
        self.append(
            "RateLimit",
            "\"\(standing.name)\";r=\(standing.remaining);t=\(retryAfterSeconds(standing.untilMore))"
        )
    }
}
