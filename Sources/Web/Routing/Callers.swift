import Accounts
import HTTPServer
import HTTPTypes
import Identifiers
import Observability

/// Who makes a request.
enum Caller: Sendable, Equatable {
    /// A browser with a running session.
    case reader(PersonID, session: SecretHash?)
    /// A program with an API key.
    case program(PersonID, key: SecretHash)
    /// Whoever sends a token of an identity provider.
    case bearer(PersonID)
    /// Nobody we know.
    case stranger

    var person: PersonID? {
        switch self {
        case .reader(let person, _), .program(let person, _), .bearer(let person): person
        case .stranger: nil
        }
    }

    /// Whether no browser brings by itself what lets them in, so that no other site can send it.
    var comesByItself: Bool {
        switch self {
        case .program, .bearer: false
        case .reader, .stranger: true
        }
    }

    /// The session that a browser came with.
    var session: SecretHash? {
        if case .reader(_, let session) = self { session } else { nil }
    }

    /// The session or the key that the caller came with, with which everything ends that they open.
    var credential: SecretHash? {
        switch self {
        case .reader(_, let session): session
        case .program(_, let key): key
        case .bearer, .stranger: nil
        }
    }
}

/// Finds out who makes a request, and makes guests of strangers where there may be guests.
struct Callers: Sendable {
    private let visitors: Visitors
    private let people: People
    private let identities: IdentityDoor?
    private let isSecure: Bool
    private let logger: Logger
    private let metrics: Metrics

    /// `isSecure` tells that browsers come over https.
    init(
        visitors: Visitors,
        people: People,
        identities: IdentityDoor?,
        isSecure: Bool,
        logger: Logger,
        metrics: Metrics
    ) {
        self.visitors = visitors
        self.people = people
        self.identities = identities
        self.isSecure = isSecure
        self.logger = logger
        self.metrics = metrics
    }

    private var policy: AccessPolicy { self.people.policy }

    /// Whom the server lets in.
    var admission: AccessPolicy.Admission { self.policy.admission }

    /// The caller of a request, who may be a stranger only where everybody is let in: elsewhere a stranger gets 401.
    ///
    /// Somebody who has to set up a second factor first is told so.
    func caller(of request: RoutedRequest) async throws -> Caller {
        if request.http.fields["Authorization"] == nil, let visitor = try await self.visitor(of: request.http) {
            guard !self.policy.lacksSecondFactor(visitor) else { throw WebError.secondFactorMissing }
            if self.policy.admits(visitor.standing) {
                return .reader(visitor.session.person, session: visitor.session.hash)
            }
        }
        let caller = try await self.keyHolder(request)
        guard caller != .stranger || self.policy.admission == .open else { throw WebError.unauthorized }
        return caller
    }

    /// The caller of a request that strangers may make wherever the server lets in only some: what a page needs to sign in.
    ///
    /// A bearer key that is no key is refused rather than ignored.
    func anyone(of request: RoutedRequest) async throws -> Caller {
        guard request.http.fields["Authorization"] == nil else { return try await self.keyHolder(request) }
        guard let visitor = try await self.visitor(of: request.http), self.policy.admits(visitor.standing),
            !self.policy.lacksSecondFactor(visitor)
        else { return .stranger }
        return .reader(visitor.session.person, session: visitor.session.hash)
    }

    /// Whether the browser is somebody's who has to set up a second factor before anything else.
    func lacksSecondFactor(_ request: HTTPRequest) async throws -> Bool {
        guard request.fields["Authorization"] == nil, self.policy.secondFactor != .none else { return false }
        return try await self.visitor(of: request).map(self.policy.lacksSecondFactor) ?? false
    }

    private func keyHolder(_ request: RoutedRequest) async throws -> Caller {
        guard let authorization = request.http.fields["Authorization"] else { return .stranger }
        let secret = Self.secret(in: authorization)
        // No key has a dot in it, and every token two.
        if let identities, let secret, secret.contains(".") {
            return .bearer(try await self.people.account(of: self.identity(in: secret, identities)).person)
        }
        let holder = try await self.holder(ofKey: secret)
        guard holder.key.has(request.scope) else { throw WebError.missingScope(request.scope) }
        guard !self.policy.lacksSecondFactor(holder) else { throw WebError.secondFactorMissing }
        return .program(holder.key.person, key: holder.key.hash)
    }

    /// Who has the session that a browser came with, let in or not.
    func visitor(of request: HTTPRequest) async throws -> Visitor? {
        guard let secret = request.cookie(self.cookieName).map(Secret.init(text:)) else { return nil }
        guard let visitor = try await self.visitors.visitor(ofSession: secret, on: deviceName(of: request)) else {
            self.report("session", accepted: false)
            return nil
        }
        return visitor
    }

    /// The person who makes a request, and 401 for a stranger.
    func person(of request: RoutedRequest) async throws -> PersonID {
        guard let person = try await self.caller(of: request).person else { throw WebError.unauthorized }
        return person
    }

    /// The caller as somebody: a stranger becomes a guest, with a session that everything they open from here on ends with.
    func visit(of caller: Caller, _ request: HTTPRequest) async throws -> Visit {
        switch caller {
        case .reader(let person, _), .program(let person, _), .bearer(let person):
            return Visit(caller: caller, person: person)
        case .stranger: break
        }
        guard self.policy.admission == .open else { throw WebError.unauthorized }
        let (person, session) = try await self.visitors.welcomeGuest(on: deviceName(of: request))
        self.metrics.count("shuren_guests_total")
        return Visit(caller: .reader(person, session: session.hash), person: person, cookie: self.cookie(of: session))
    }

    /// The `Set-Cookie` value that brings a browser back.
    func cookie(of session: Secret) -> String {
        self.cookie(session.text, seconds: self.visitors.cookieLifetime.components.seconds)
    }

    /// The `Set-Cookie` value that has a browser forget its session.
    var farewell: String { self.cookie("", seconds: 0) }

    private func cookie(_ value: String, seconds: Int64) -> String {
        let secure = self.isSecure ? "; Secure" : ""
        return "\(self.cookieName)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(secure)"
    }

    /// Browsers take the prefix only with `Secure`, which they drop on plain http.
    private var cookieName: String { self.isSecure ? "__Host-shuren" : "shuren" }

    private static func secret(in authorization: String) -> String? {
        let words = authorization.split(separator: " ")
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }

    private func holder(ofKey secret: String?) async throws -> KeyHolder {
        guard let secret, let holder = try await self.visitors.holder(ofKey: Secret(text: secret)) else {
            self.report("key", accepted: false)
            throw WebError(.unauthorized, "unauthorized", "The API key is not valid.")
        }
        return holder
    }

    /// Whom the token of a request speaks of; `nil` where no identity provider vouches for anybody.
    func identity(of request: HTTPRequest) async throws -> Identity? {
        guard let secret = request.fields["Authorization"].flatMap(Self.secret(in:)) else {
            throw WebError.unauthorized
        }
        guard let identities else { return nil }
        return try await self.identity(in: secret, identities)
    }

    private func identity(in token: String, _ identities: IdentityDoor) async throws -> Identity {
        do throws(IdentityProblem) {
            return try await identities.identity(in: token)
        } catch {
            self.report("identity_token", accepted: false)
            self.logger.notice("refused a token", ["reason": error.rawValue])
            throw WebError(error)
        }
    }

    /// Counts and writes down how it went when somebody showed what lets them in; names and secrets stay out.
    ///
    /// `person` is who came in, where that is worth a line: not for each request of a session.
    func report(_ kind: String, accepted: Bool, person: PersonID? = nil) {
        self.metrics.count("shuren_auth_total", ["kind": kind, "result": accepted ? "accepted" : "refused"])
        if !accepted { self.logger.notice("refused a credential", ["kind": kind]) }
        if let person { self.logger.notice("accepted a credential", ["kind": kind, "person": person.rawValue]) }
    }
}
