package import Accounts
package import Chat
package import HTTPServer
package import HTTPTypes
import JSONValue
package import Observability

/// What the command line can ask of a running server, over the socket that only the server's own user may open.
package struct ControlSite: Sendable {
    private let control: Control
    private let router: Router

    package init(control: Control) {
        self.control = control
        self.router = Router([
            Route(.post, "/keys") { request in
                let name = try jsonBody(of: request.http)["name"]?.string ?? ""
                return .json(["key": .string(try await control.createKey(name: name))])
            },
            Route(.post, "/backup") { request in
                let path = try jsonBody(of: request.http)["path"]?.string ?? ""
                return .json(["copied": .string(try await control.backUp(to: path))])
            },
            Route(.post, "/admin-code") { _ in .json(["code": .string(await control.admins.makeCode())]) },
            Route(.get, "/flags") { _ in .json(.object(JSON.Object(flags(control)))) },
            Route(.post, "/flags/{name}") { request in
                let value = try jsonBody(of: request.http)["value"]?.string
                try await control.setFlag(request.parameters["name"] ?? "", to: value)
                return .json(.object(JSON.Object(flags(control))))
            },
        ])
    }

    /// Answers one request of the command line.
    @concurrent
    package func respond(to request: HTTPRequest, from peer: Peer) async -> HTTPResponse {
        guard case .route(let route, let parameters) = self.router.match(request.method, request.path),
            let query = QueryParameters("")
        else { return WebError.notFound.response }
        do {
            return try await route.handler(
                RoutedRequest(http: request, peer: peer, parameters: parameters, query: query)
            )
        } catch let problem as Control.Problem {
            return WebError.badRequest(problem.description).response
        } catch {
            return WebError(describing: error).response
        }
    }
}

private func flags(_ control: Control) -> [JSON.Object.Member] {
    control.flags().map { JSON.Object.Member(key: $0.name, value: .string($0.value)) }
}

/// What an operator changes while the server runs; the same whether it is asked directly or over the socket.
package struct Control: Sendable {
    /// Why a change was not made.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        case noName
        case backup(String)
        case unknownFlag(String)
        case unusableValue(flag: String, value: String, expected: String)

        package var description: String {
            switch self {
            case .noName: "A key needs a name, so that you know later whose it is: --name NAME."
            case .backup(let reason): reason
            case .unknownFlag(let flag):
                "There is no flag \(flag). The flags are: \(flagNames.joined(separator: ", "))."
            case .unusableValue(let flag, let value, let expected):
                "\(flag) cannot be \"\(value)\": it must be \(expected)."
            }
        }
    }

    package let admins: AdminDoor
    private let visitors: Visitors
    private let settings: any SettingStore
    private let streaming: StreamingSwitch
    /// Copies the database to a path and says what was copied; throws ``Problem/backup(_:)`` when it cannot.
    private let copyDatabase: @Sendable (_ path: String) async throws -> String
    private let time: TimeSource
    private let logger: Logger

    package init(
        admins: AdminDoor,
        visitors: Visitors,
        settings: any SettingStore,
        streaming: StreamingSwitch,
        time: TimeSource,
        logger: Logger,
        copyDatabase: @escaping @Sendable (_ path: String) async throws -> String
    ) {
        self.copyDatabase = copyDatabase
        self.admins = admins
        self.visitors = visitors
        self.settings = settings
        self.streaming = streaming
        self.time = time
        self.logger = logger
    }

    /// Makes an API key and returns it, this once.
    package func createKey(name: String) async throws -> String {
        guard !name.isEmpty else { throw Problem.noName }
        let secret = try await self.visitors.createKey(name: name)
        self.logger.notice("made an API key", ["name": name])
        return secret.text
    }

    /// Copies the database to a file and says what was copied.
    package func backUp(to path: String) async throws -> String {
        let copied = try await self.copyDatabase(path)
        self.logger.notice("made a backup", ["path": path, "copied": copied])
        return copied
    }

    /// The flags and their values in force.
    package func flags() -> [(name: String, value: String)] {
        let policy = self.streaming.policy
        return zip(flagNames, ["\(policy.isEnabled)", "\(policy.percent)"]).map { ($0, $1) }
    }

    /// Changes a flag for everybody at once and for the next start; `nil` goes back to the configuration's value.
    package func setFlag(_ name: String, to value: String?) async throws {
        guard flagNames.contains(name) else { throw Problem.unknownFlag(name) }
        _ = try changes([name: value].compactMapValues { $0 })
        try await self.settings.set(name, to: value, by: "operator", at: self.time.now())
        try await self.applyStored()
        self.logger.notice("a flag was changed", ["flag": name, "value": value ?? "(as configured)"])
    }

    /// Takes the changes that earlier runs or others stored.
    package func applyStored() async throws {
        let stored = try await self.settings.settings()
        self.streaming.apply(try changes(stored.filter { flagNames.contains($0.key) }))
    }
}

private let flagNames = ["enable_streaming", "streaming_rollout_percent"]

private func changes(_ values: [String: String]) throws(Control.Problem) -> StreamingChanges {
    var changes = StreamingChanges()
    if let value = values["enable_streaming"] {
        guard let isEnabled = Bool(value) else {
            throw .unusableValue(flag: "enable_streaming", value: value, expected: "true or false")
        }
        changes.isEnabled = isEnabled
    }
    if let value = values["streaming_rollout_percent"] {
        guard let percent = Int(value), (0...100).contains(percent) else {
            throw .unusableValue(flag: "streaming_rollout_percent", value: value, expected: "a number from 0 to 100")
        }
        changes.percent = percent
    }
    return changes
}
