import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which people sign up, in and out, and look after how they do.
struct AccountRoutes: Sendable {
    let door: FrontDoor
    let callers: Callers
    let gate: RequestGate
    let conversations: any ConversationStore
    let registry: GenerationRegistry

    private var people: People { self.door.people }

    var routes: [Route] {
        [
            Route(.get, "/api/v1/auth/me") { try await self.look($0) },
            Route(.post, "/api/v1/auth/sign-up") { try await self.signUp($0) },
            Route(.post, "/api/v1/auth/login") { try await self.logIn($0) },
            Route(.post, "/api/v1/auth/session") { try await self.exchange($0) },
            Route(.post, "/api/v1/auth/logout") { try await self.logOut($0) },
            Route(.post, "/api/v1/auth/password") { try await self.changePassword($0) },
            Route(.post, "/api/v1/auth/reset") { try await self.resetPassword($0) },
            Route(.post, "/api/v1/auth/recovery-codes") { try await self.makeRecoveryCodes($0) },
            Route(.post, "/api/v1/auth/second-factor") { try await self.offerSecondFactor($0) },
            Route(.post, "/api/v1/auth/second-factor/confirm") { try await self.takeUpSecondFactor($0) },
            Route(.post, "/api/v1/auth/second-factor/remove") { try await self.removeSecondFactor($0) },
        ]
    }

    // MARK: Who is it

    private func look(_ request: RoutedRequest) async throws -> HTTPResponse {
        let caller = try await self.callers.anyone(of: request)
        let isLacking = try await self.callers.lacksSecondFactor(request.http)
        let person =
            isLacking ? try await self.callers.visitor(of: request.http)?.session.person : caller.person
        guard let person, let account = try await self.people.account(of: person) else {
            return self.answer(
                nil,
                isGuest: caller.session != nil,
                conversations: try await self.guestConversations(of: request)
            )
        }
        return self.answer(
            account,
            recoveryCodes: try await self.people.recoveryCodeCount(of: person),
            secondFactor: try await self.people.hasSecondFactor(person) ? "on" : isLacking ? "missing" : "off"
        )
    }

    /// How many conversations the browser has as a guest: also of a guest from before, who is let in no more.
    private func guestConversations(of request: RoutedRequest) async throws -> Int {
        guard let visitor = try await self.callers.visitor(of: request.http), visitor.standing == .guest else {
            return 0
        }
        return try await self.conversations.count(of: visitor.session.person)
    }

    private func answer(
        _ account: Account?,
        isGuest: Bool = false,
        conversations: Int = 0,
        recoveryCodes: Int? = nil,
        secondFactor: String? = nil
    ) -> HTTPResponse {
        var shown = JSON.Object(account.map { [JSON.Object.Member](json($0)) } ?? [])
        if let recoveryCodes { shown["recovery_codes"] = .number(JSON.Number(recoveryCodes)) }
        if let secondFactor { shown["second_factor"] = .string(secondFactor) }
        return .json([
            "auth": .string(self.people.policy.admission.rawValue),
            "sign_up": .string(self.people.policy.signUp.rawValue),
            "account": account == nil ? .null : .object(shown),
            "guest": .bool(isGuest),
            "guest_conversations": .number(JSON.Number(conversations)),
            "provider": self.door.identities.map { json($0.provider) } ?? .null,
        ])
    }

    // MARK: Coming and going

    private func signUp(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["name", "password", "code"])
        let name = try text(body, "name")
        let code = try member("code", of: body, "a string", \.string)
        let origin = try await self.origin(of: request)
        return try await self.attempt("sign_up") {
            let (account, session) = try await self.people.signUp(
                as: name,
                password: try text(body, "password"),
                code: code,
                from: origin
            )
            return (account.person, self.signedIn(account, session))
        }
    }

    private func logIn(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["name", "password", "second_factor", "bring_along"])
        let name = try text(body, "name")
        let secondFactor = try member("second_factor", of: body, "a string", \.string)
        let bringsAlong = try member("bring_along", of: body, "true or false", \.bool) ?? false
        let origin = try await self.origin(of: request)
        return try await self.attempt("login") {
            let (account, session) = try await self.people.logIn(
                as: name,
                password: try text(body, "password"),
                secondFactor: secondFactor,
                from: origin,
                handOver: bringsAlong ? self.handOver : nil
            )
            return (account.person, self.signedIn(account, session))
        }
    }

    /// Makes a guest's conversations the account's, a bounded part of them at a time.
    @Sendable
    private func handOver(from guest: PersonID, to account: PersonID) async throws {
        await self.registry.handOver(from: guest, to: account)
        while try await self.conversations.handOver(from: guest, to: account) > 0 {}
    }

    /// Gives a browser whose page has a token a session that ends with it, for what a browser can open without fields.
    private func exchange(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let identity = try await self.callers.identity(of: request.http) else { throw WebError.notFound }
        let origin = try await self.origin(of: request)
        return try await self.attempt("identity_session") {
            let (account, session) = try await self.people.begin(with: identity, from: origin)
            return (account.person, self.signedIn(account, session))
        }
    }

    private func signedIn(_ account: Account, _ session: Secret) -> HTTPResponse {
        var response = self.answer(account)
        response.fields.append("Set-Cookie", self.callers.cookie(of: session))
        return response
    }

    /// Ends the session that the browser came with; one that comes without is out already.
    private func logOut(_ request: RoutedRequest) async throws -> HTTPResponse {
        try self.checkOwnPage(request)
        if let visitor = try await self.callers.visitor(of: request.http) {
            try await self.people.logOut(visitor.session)
        }
        var response = HTTPResponse(.noContent)
        response.fields.append("Set-Cookie", self.callers.farewell)
        return response
    }

    // MARK: Passwords

    private func changePassword(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["password", "new_password"])
        let (person, session) = try await self.reader(request)
        return try await self.attempt("password") {
            try await self.people.changePassword(
                of: person,
                from: try text(body, "password"),
                to: try text(body, "new_password"),
                keeping: session
            )
            return (person, HTTPResponse(.noContent))
        }
    }

    private func resetPassword(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["name", "code", "password"])
        let name = try text(body, "name")
        let origin = try await self.origin(of: request)
        return try await self.attempt("reset") {
            let person = try await self.people.resetPassword(
                of: name,
                by: try text(body, "code"),
                to: try text(body, "password"),
                from: origin
            )
            return (person, HTTPResponse(.noContent))
        }
    }

    private func makeRecoveryCodes(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["password"])
        let (person, _) = try await self.reader(request)
        return try await self.attempt("recovery_codes") {
            let codes = try await self.people.makeRecoveryCodes(for: person, password: try text(body, "password"))
            return (person, .json(["codes": .array(codes.map { .string($0.text) })]))
        }
    }

    // MARK: The second factor

    private func offerSecondFactor(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["password"])
        let (person, _) = try await self.reader(request)
        return try await self.attempt("second_factor_offer") {
            let (secret, name) = try await self.people.offerSecondFactor(
                to: person,
                password: try text(body, "password")
            )
            let label = name.text.utf8.map { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    ? String(UnicodeScalar(byte)) : "%" + hex(byte)
            }
            let address = "otpauth://totp/Shuren:\(label.joined())?secret=\(secret.base32)&issuer=Shuren"
            return (person, .json(["secret": .string(secret.base32), "address": .string(address)]))
        }
    }

    private func takeUpSecondFactor(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["digits"])
        let (person, _) = try await self.reader(request)
        return try await self.attempt("second_factor") {
            try await self.people.takeUpSecondFactor(of: person, digits: try text(body, "digits"))
            return (person, HTTPResponse(.noContent))
        }
    }

    private func removeSecondFactor(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try self.body(of: request, with: ["password", "second_factor"])
        let (person, _) = try await self.reader(request)
        return try await self.attempt("second_factor_removal") {
            try await self.people.switchOffSecondFactor(
                of: person,
                password: try text(body, "password"),
                shown: try text(body, "second_factor")
            )
            return (person, HTTPResponse(.noContent))
        }
    }

    // MARK: Steps

    /// What our own page sends: neither a page that the operator lists nor a program signs people in.
    private func body(of request: RoutedRequest, with keys: Set<String>) throws -> JSON {
        guard self.door.identities == nil else {
            throw WebError(.forbidden, "sign_in_elsewhere", "An identity provider signs people in here.")
        }
        try self.checkOwnPage(request)
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: keys)
        return body
    }

    private func checkOwnPage(_ request: RoutedRequest) throws {
        guard self.gate.isFromOwnPage(request.http) else {
            throw WebError(.forbidden, "cross_origin", "This request comes from another site and is refused.")
        }
    }

    /// Whose browser it is, also of somebody who has yet to set up what the server asks for.
    private func reader(_ request: RoutedRequest) async throws -> (person: PersonID, session: SecretHash?) {
        guard request.http.fields["Authorization"] == nil,
            let visitor = try await self.callers.visitor(of: request.http),
            self.people.policy.admits(visitor.standing)
        else { throw WebError.unauthorized }
        return (visitor.session.person, visitor.session.hash)
    }

    private func origin(of request: RoutedRequest) async throws -> People.Origin {
        let address = request.client
        return People.Origin(
            address: self.door.sharedAddresses.contains(address) ? nil : address,
            device: deviceName(of: request.http),
            visitor: try await self.callers.visitor(of: request.http)
        )
    }

    /// Does what somebody wants to be let in for, and counts and writes down how it went: neither names nor passwords.
    private func attempt(
        _ kind: String,
        _ act: () async throws -> (PersonID, HTTPResponse)
    ) async throws -> HTTPResponse {
        do {
            let (person, response) = try await act()
            self.callers.report(kind, accepted: true, person: person)
            return response
        } catch let error as PeopleError {
            self.callers.report(kind, accepted: false)
            throw error
        }
    }
}

/// A byte as two digits of base sixteen.
private func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
}

/// A text that a body must have.
private func text(_ body: JSON, _ name: String) throws(WebError) -> String {
    guard let text = body[name]?.string else { throw WebError.badRequest("\"\(name)\" is missing.") }
    return text
}

/// Who signs people in, for whoever has to be led there.
private func json(_ provider: IdentityProvider) -> JSON {
    ["issuer": .string(provider.issuer), "sign_in_url": provider.signInAddress.map(JSON.string) ?? .null]
}

/// An account as its owner and admins see it.
func json(_ account: Account) -> [JSON.Object.Member] {
    [
        .init(key: "id", value: .string(account.person.rawValue)),
        .init(key: "name", value: .string(account.name.text)),
        .init(key: "role", value: .string(account.role.rawValue)),
        .init(key: "created_at", value: .number(JSON.Number(Int(account.createdAt.milliseconds)))),
        .init(
            key: "disabled_at",
            value: account.disabledAt.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null
        ),
    ]
}
