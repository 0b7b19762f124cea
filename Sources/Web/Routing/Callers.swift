import Accounts
import HTTPTypes
import Identifiers
import Observability

/// Who makes a request.
enum Caller: Sendable, Equatable {
    /// A browser with a running session.
    case reader(PersonID)
    /// A program with an API key.
    case program(PersonID)
    /// Nobody we know.
    case stranger

    var person: PersonID? {
        switch self {
        case .reader(let person), .program(let person): person
        case .stranger: nil
        }
    }
}

/// Finds out who makes a request, and makes guests of strangers.
struct Callers: Sendable {
    private let visitors: Visitors
    private let isSecure: Bool
    private let logger: Logger
    private let metrics: Metrics

    /// `isSecure` tells that browsers come over https.
    init(visitors: Visitors, isSecure: Bool, logger: Logger, metrics: Metrics) {
        self.visitors = visitors
        self.isSecure = isSecure
        self.logger = logger
        self.metrics = metrics
    }

    /// The caller of a request; a bearer key that is no key is refused rather than ignored.
    func caller(of request: HTTPRequest) async throws -> Caller {
        if let authorization = request.fields["Authorization"] {
            return .program(try await self.program(authorization))
        }
        guard let secret = self.sessionSecret(in: request) else { return .stranger }
        guard let person = try await self.visitors.person(ofSession: secret) else {
            self.report("session", accepted: false)
            return .stranger
        }
        return .reader(person)
    }

    /// The person who makes a request, and 401 for a stranger.
    func person(of request: HTTPRequest) async throws -> PersonID {
        guard let person = try await self.caller(of: request).person else { throw WebError.unauthorized }
        return person
    }

    /// Makes a stranger a guest: the person, and the `Set-Cookie` value that brings them back.
    func welcome() async throws -> (person: PersonID, cookie: String) {
        let (person, session) = try await self.visitors.welcomeGuest()
        self.metrics.count("shuren_guests_total")
        let seconds = self.visitors.cookieLifetime.components.seconds
        let secure = self.isSecure ? "; Secure" : ""
        let cookie = "\(self.cookieName)=\(session.text); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(secure)"
        return (person, cookie)
    }

    /// Browsers take the prefix only with `Secure`, which they drop on plain http.
    private var cookieName: String { self.isSecure ? "__Host-shuren" : "shuren" }

    private func program(_ authorization: String) async throws -> PersonID {
        let words = authorization.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer",
            let person = try await self.visitors.person(ofKey: Secret(text: String(words[1])))
        else {
            self.report("key", accepted: false)
            throw WebError(.unauthorized, "unauthorized", "The API key is not valid.")
        }
        return person
    }

    private func sessionSecret(in request: HTTPRequest) -> Secret? {
        request.cookie(self.cookieName).flatMap { Secret(text: $0) }
    }

    func report(_ kind: String, accepted: Bool) {
        self.metrics.count("shuren_auth_total", ["kind": kind, "result": accepted ? "accepted" : "refused"])
        if !accepted { self.logger.notice("refused a credential", ["kind": kind]) }
    }
}
