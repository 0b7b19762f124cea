import Accounts
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which people make keys for programs that act in their name, and end them.
///
/// A key reaches none of them: whoever has found one makes no other with it.
struct KeyRoutes: Sendable {
    let people: People
    let callers: Callers
    let gate: RequestGate

    var routes: [Route] {
        [
            Route(.get, "/api/v1/auth/keys") { try await self.list($0) },
            Route(.post, "/api/v1/auth/keys") { try await self.make($0) },
            Route(.delete, "/api/v1/auth/keys/{id}") { try await self.end($0) },
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.owner(request)
        let keys = try await self.people.keys(of: person)
        return .json(["keys": .array(keys.map { .object(JSON.Object(json($0.key))) })])
    }

    private func make(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: ["name", "password", "scopes", "days"])
        let person = try await self.owner(request)
        let wish = try Self.wish(body)
        let password = try member("password", of: body, "a string", \.string)
        guard password != nil || self.people.policy.admission == .jwt else {
            throw WebError.badRequest("\"password\" is missing.")
        }
        do {
            let (secret, key) = try await self.people.makeKey(wish, for: person, password: password)
            self.callers.report("key_making", accepted: true, person: person)
            var shown = JSON.Object(json(key))
            shown["key"] = .string(secret.text)
            return .json(.object(shown), .created)
        } catch let error as PeopleError {
            self.callers.report("key_making", accepted: false)
            throw error
        }
    }

    private func end(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.owner(request)
        guard try await self.people.endKey(request.parameters["id"] ?? "", of: person) else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }

    private static func wish(_ body: JSON) throws -> KeyWish {
        let names = try member("scopes", of: body, "a list", \.array)?.map { $0.string ?? "" }
        let days = try member("days", of: body, "a whole number", \.int)
        guard let scopes = Set<KeyScope>(names: names ?? []) else {
            throw WebError.badRequest("\"scopes\" must be a list with some of read, chat and admin.")
        }
        guard let name = body["name"]?.string, let wish = KeyWish(name: name, scopes: scopes, days: days) else {
            throw WebError.badRequest(
                "\"name\" must have 1 to \(KeyWish.longestName) characters, and \"days\" be a number from 1 to "
                    + "\(KeyWish.mostDays)."
            )
        }
        return wish
    }

    /// Who asks on our own page, and has an account.
    private func owner(_ request: RoutedRequest) async throws -> PersonID {
        let caller = try await self.callers.caller(of: request)
        guard !caller.comesByItself || self.gate.isFromOwnPage(request.http) else {
            throw WebError(.forbidden, "cross_origin", "This request comes from another site and is refused.")
        }
        if case .program = caller {
            throw WebError.browsersOnly("Keys are made and ended in the browser, not with a key.")
        }
        guard let person = caller.person else { throw WebError.unauthorized }
        guard try await self.people.account(of: person) != nil else {
            throw WebError(.forbidden, "accounts_only", "A key acts for an account. Make yours first.")
        }
        return person
    }
}

/// A key as its owner sees it; its secret was shown once.
func json(_ key: APIKey) -> [JSON.Object.Member] {
    func time(_ time: Timestamp?) -> JSON { time.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null }
    return [
        .init(key: "id", value: .string(key.id)),
        .init(key: "name", value: .string(key.name)),
        .init(key: "scopes", value: .array(key.scopes.names.map(JSON.string))),
        .init(key: "created_at", value: time(key.createdAt)),
        .init(key: "expires_at", value: time(key.expiresAt)),
        .init(key: "used_at", value: time(key.usedAt)),
    ]
}
