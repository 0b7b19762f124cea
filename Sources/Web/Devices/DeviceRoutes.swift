import Accounts
import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// The routes on which a reader sees where they are signed in, and ends what they no longer want there.
struct DeviceRoutes: Sendable {
    let replies: Replies

    var routes: [Route] {
        [
            Route(.get, "/api/v1/devices") { try await self.list($0) },
            Route(.delete, "/api/v1/devices/{id}") { try await self.end($0) },
        ]
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        let caller = try await self.replies.callers.caller(of: request)
        guard let person = caller.person else { return .json(["devices": []]) }
        let devices = try await self.replies.visitors.devices(of: person)
        return .json(["devices": .array(devices.map { json($0, isCurrent: $0.hash == caller.session) })])
    }

    /// Ends a session, and every stream that it has open.
    private func end(_ request: RoutedRequest) async throws -> HTTPResponse {
        let caller = try await self.replies.callers.caller(of: request)
        guard let person = caller.person else { throw WebError.unauthorized }
        if case .program = caller { throw WebError.browsersOnly("A browser signs out, not a key.") }
        let id = request.parameters["id"] ?? ""
        guard let ended = try await self.replies.visitors.endDevice(id, of: person) else { throw WebError.notFound }
        self.replies.viewers.ended(ended.hash)
        var response = HTTPResponse(.noContent)
        if ended.hash == caller.session { response.fields.append("Set-Cookie", self.replies.callers.farewell) }
        return response
    }
}

private func json(_ session: Session, isCurrent: Bool) -> JSON {
    [
        "id": .string(session.deviceID),
        "name": session.device.map(JSON.string) ?? .null,
        "created_at": .number(JSON.Number(Int(session.createdAt.milliseconds))),
        "used_at": .number(JSON.Number(Int(session.usedAt.milliseconds))),
        "current": .bool(isCurrent),
    ]
}
