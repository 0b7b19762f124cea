import Accounts
import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue

/// The routes on which an operator's browser becomes an admin's, and an admin connects a model.
struct AdminRoutes: Sendable {
    let guardian: AdminGuardian
    let models: ModelConnector

    private var callers: Callers { self.guardian.callers }
    private var admins: AdminDoor { self.guardian.admins }

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin") { try await self.look($0) },
            Route(.post, "/api/v1/admin") { try await self.enter($0) },
            Route(.get, "/api/v1/admin/model") { try await self.model($0) },
            Route(.put, "/api/v1/admin/model") { try await self.connect($0) },
            Route(.delete, "/api/v1/admin/model") { try await self.reset($0) },
            Route(.post, "/api/v1/admin/model/check") { try await self.check($0) },
        ]
    }

    // MARK: Who is an admin

    private func look(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.anyone(of: request).person
        let isAdmin = if let person { try await self.admins.isAdmin(person) } else { false }
        return .json(["is_admin": .bool(isAdmin), "has_admin": .bool(try await self.admins.hasAdmin())])
    }

    /// Takes the code that the server printed, and makes a guest of a stranger first.
    private func enter(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let code = try jsonBody(of: request.http)["code"]?.string else {
            throw WebError.badRequest("Send the \"code\" that the server printed when it started.")
        }
        let caller = try await self.guardian.browser(request)
        let isRight = await self.admins.accepts(code)
        self.callers.report("admin_code", accepted: isRight)
        guard isRight else { throw Self.wrongCode }
        let visit = try await self.callers.visit(of: caller, request.http)
        guard try await self.admins.enter(code, as: visit.person) else { throw Self.wrongCode }
        return visit.answered(.json(["is_admin": true]))
    }

    private static let wrongCode = WebError(
        .forbidden,
        "wrong_code",
        "That is not the code. It is good once; \"shuren admin code\" prints another."
    )

    // MARK: The model

    private func model(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        return .json(json(await self.models.connection, from: await self.models.source))
    }

    private func connect(_ request: RoutedRequest) async throws -> HTTPResponse {
        let admin = try await self.guardian.admin(request)
        let connection = try await self.connection(in: try jsonBody(of: request.http))
        if case .server(let server) = connection, server.model.isEmpty {
            throw WebError.badRequest("Name the model: the test lists those that the server has.")
        }
        try await self.models.connect(to: connection, by: admin.rawValue)
        return .json(json(await self.models.connection, from: await self.models.source))
    }

    private func reset(_ request: RoutedRequest) async throws -> HTTPResponse {
        let admin = try await self.guardian.admin(request)
        try await self.models.connect(to: nil, by: admin.rawValue)
        return .json(json(await self.models.connection, from: await self.models.source))
    }

    /// Asks the server for its models, with what was typed in; nothing is kept.
    private func check(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        guard case .server(let server) = try await self.connection(in: try jsonBody(of: request.http)) else {
            throw WebError.badRequest("The built-in coach needs no test.")
        }
        let report = await self.models.check(server)
        return .json([
            "findings": .array(report.findings.map(JSON.string)), "models": .array(report.models.map(JSON.string)),
            "is_well": .bool(report.isWell),
        ])
    }

    /// What was typed in; the key that is there stays as long as the address does, and never goes to another server.
    private func connection(in body: JSON) async throws -> ModelConnection {
        let provider = body["provider"]?.string ?? ""
        let typed = try member("base_url", of: body, "an http or https address", \.string) ?? ""
        let model = try member("model", of: body, "the name of a model", \.string) ?? ""
        if provider == "builtin" { return .builtIn }
        guard let form = ModelServer.Form(rawValue: provider) else {
            throw WebError.badRequest("\"provider\" must be builtin, openai or anthropic.")
        }
        guard let address = typed.isEmpty ? form.usualAddress : ModelServer.address(typed) else {
            throw WebError.badRequest("\"base_url\" must be an http or https address.")
        }
        guard model.unicodeScalars.count <= 200, !model.contains(where: \.isNewline) else {
            throw WebError.badRequest("\"model\" must be the name of a model.")
        }
        return .server(
            ModelServer(form: form, address: address, key: try await self.key(in: body, for: address), model: model)
        )
    }

    private func key(in body: JSON, for address: String) async throws -> String? {
        guard let key = body["api_key"] else {
            guard case .server(let server) = await self.models.connection, server.address == address else { return nil }
            return server.key
        }
        guard !key.isNull else { return nil }
        guard let text = key.string, text.utf8.count <= 4096,
            text.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F })
        else { throw WebError.badRequest("\"api_key\" must be a key: letters, digits and signs without spaces.") }
        return text.isEmpty ? nil : text
    }
}

/// The connection as an admin sees it: whether there is a key, and never which.
private func json(_ connection: ModelConnection, from source: ModelConnector.Source) -> JSON {
    var server: ModelServer?
    if case .server(let connected) = connection { server = connected }
    return [
        "provider": .string(server?.form.rawValue ?? "builtin"),
        "base_url": server.map { .string($0.address) } ?? .null,
        "model": server.map { .string($0.model) } ?? .null,
        "has_key": .bool(server?.key != nil),
        "source": .string(source.rawValue),
    ]
}
