import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue

/// The routes on which an admin sees how streaming does and turns it up and down.
struct RolloutRoutes: Sendable {
    let desk: RolloutDesk
    let guardian: AdminGuardian

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin/rollout") { request in
                _ = try await self.guardian.admin(request)
                return try await self.standing()
            },
            Route(.patch, "/api/v1/admin/rollout") { try await self.change($0) },
        ]
    }

    /// Changes flags; `null` goes back to what is configured.
    private func change(_ request: RoutedRequest) async throws -> HTTPResponse {
        let admin = try await self.guardian.admin(request)
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: ["flags", "why"])
        guard let flags = body["flags"]?.object, !flags.members.isEmpty else {
            throw WebError.badRequest(
                "\"flags\" must name at least one flag and its value, null for the configured one."
            )
        }
        var values: [String: String?] = [:]
        for member in flags.members {
            guard member.value.isNull || member.value.string != nil else {
                throw WebError.badRequest("The value of \"\(member.key.prefix(40))\" must be a string or null.")
            }
            values.updateValue(member.value.string, forKey: member.key)
        }
        do {
            try await self.desk.change(values, by: admin.rawValue, why: try member("why", of: body, "a text", \.string))
        } catch let problem as RolloutDesk.Problem {
            throw WebError.badRequest(problem.description)
        }
        return try await self.standing()
    }

    private func standing() async throws -> HTTPResponse {
        let isGuarded = self.desk.streaming.policy.isGuarded
        return .json([
            "flags": .array(self.desk.flags.map(\.json)),
            "comparison": self.desk.ledger.comparison.json(isGuarded: isGuarded),
            "history": .array(try await self.desk.history().map(\.json)),
        ])
    }
}
