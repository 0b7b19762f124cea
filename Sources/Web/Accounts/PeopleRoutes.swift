import Accounts
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which admins see who has an account, let people in and shut them out.
struct PeopleRoutes: Sendable {
    /// How many accounts an answer has unless it is said, and how many at most.
    private static let usualCount = 100
    private static let mostCount = 500
    /// A text to look for is no longer than a name.
    private static let longestText = 64
    /// How many days an invitation is good unless it is said, and how many at most.
    private static let usualDays = 7
    private static let mostDays = 90

    let people: People
    let guardian: AdminGuardian

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin/people") { try await self.list($0) },
            Route(.post, "/api/v1/admin/people/{id}/disable") { try await self.disable($0) },
            Route(.post, "/api/v1/admin/people/{id}/enable") { try await self.enable($0) },
            Route(.post, "/api/v1/admin/people/{id}/role") { try await self.setRole($0) },
            Route(.post, "/api/v1/admin/people/{id}/end-sessions") { try await self.endSessions($0) },
            Route(.post, "/api/v1/admin/people/{id}/reset-code") { try await self.makeResetCode($0) },
            Route(.post, "/api/v1/admin/people/{id}/reset-second-factor") { try await self.resetSecondFactor($0) },
            Route(.get, "/api/v1/admin/invitations") { try await self.invitations($0) },
            Route(.post, "/api/v1/admin/invitations") { try await self.invite($0) },
            Route(.delete, "/api/v1/admin/invitations/{id}") { try await self.withdraw($0) },
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        let limit = request.query["limit"].map { Int($0) ?? 0 } ?? Self.usualCount
        guard (1...Self.mostCount).contains(limit) else {
            throw WebError.badRequest("limit must be a number from 1 to \(Self.mostCount).")
        }
        var after: AccountName?
        if let name = request.query["after"] {
            after = AccountName(name)
            if after == nil { throw WebError.badRequest("after must be the name of an account.") }
        }
        let text = request.query["containing"] ?? ""
        guard text.unicodeScalars.count <= Self.longestText else {
            throw WebError.badRequest("containing has at most \(Self.longestText) characters.")
        }
        let accounts = try await self.people.accounts(after: after, containing: text, limit: limit)
        return .json(["people": .array(accounts.map(json))])
    }

    private func setRole(_ request: RoutedRequest) async throws -> HTTPResponse {
        let admin = try await self.guardian.admin(request)
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: ["role"])
        guard let role = body["role"]?.string.flatMap(Role.init(rawValue:)) else {
            throw WebError.badRequest("\"role\" must be \"person\" or \"admin\".")
        }
        let person = try Self.person(request)
        guard person != admin else {
            throw WebError(.conflict, "own_account", "This is your own account; another admin can change its role.")
        }
        try await self.people.setRole(role, of: person)
        return HTTPResponse(.noContent)
    }

    private func endSessions(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        try await self.people.endSessions(of: try Self.person(request))
        return HTTPResponse(.noContent)
    }

    private func disable(_ request: RoutedRequest) async throws -> HTTPResponse {
        let admin = try await self.guardian.admin(request)
        let person = try Self.person(request)
        guard person != admin else {
            throw WebError(.conflict, "own_account", "This is your own account; another admin can disable it.")
        }
        try await self.people.disable(person)
        return HTTPResponse(.noContent)
    }

    private func enable(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        try await self.people.enable(try Self.person(request))
        return HTTPResponse(.noContent)
    }

    /// A code for somebody who has lost their password; whoever hands it over knows that it is them.
    private func makeResetCode(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        let code = try await self.people.makeResetCode(for: try Self.person(request))
        return .json(["code": .string(code.text)], .created)
    }

    /// For somebody who has lost their app and their recovery codes; whoever does it knows that it is them.
    private func resetSecondFactor(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        try await self.people.resetSecondFactor(of: try Self.person(request))
        return HTTPResponse(.noContent)
    }

    private static func person(_ request: RoutedRequest) throws -> PersonID {
        guard let person = PersonID(rawValue: request.parameters["id"] ?? "") else { throw PeopleError.noAccount }
        return person
    }

    // MARK: Invitations

    private func invitations(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        return .json(["invitations": .array(try await self.people.invitations().map { .object(JSON.Object(json($0))) })]
        )
    }

    private func invite(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: ["note", "days"])
        let note = try member("note", of: body, "a string", \.string) ?? ""
        guard note.unicodeScalars.count <= 100 else {
            throw WebError.badRequest("\"note\" has at most 100 characters.")
        }
        let days = try member("days", of: body, "a whole number", \.int) ?? Self.usualDays
        guard (1...Self.mostDays).contains(days) else {
            throw WebError.badRequest("\"days\" must be a number from 1 to \(Self.mostDays).")
        }
        let (code, invitation) = try await self.people.invite(note: note, lifetime: .seconds(days * 86_400))
        var shown = JSON.Object(json(invitation))
        shown["code"] = .string(code.text)
        shown["path"] = .string("/login#invitation=\(code.text)")
        return .json(.object(shown), .created)
    }

    private func withdraw(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        guard try await self.people.withdrawInvitation(request.parameters["id"] ?? "") else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }
}

/// An account as admins see it among the others.
private func json(_ listed: ListedAccount) -> JSON {
    var shown = JSON.Object(json(listed.account))
    shown["used_at"] = listed.usedAt.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null
    shown["second_factor"] = .string(listed.hasSecondFactor ? "on" : "off")
    return .object(shown)
}

/// An invitation as admins see it; its code was shown once.
private func json(_ invitation: OneTimeCode) -> [JSON.Object.Member] {
    [
        .init(key: "id", value: .string(invitation.id)),
        .init(key: "note", value: .string(invitation.note)),
        .init(key: "expires_at", value: .number(JSON.Number(Int(invitation.expiresAt.milliseconds)))),
    ]
}
