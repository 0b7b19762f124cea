package import Accounts
import Chat
package import HTTPServer
package import HTTPTypes
import Identifiers
package import JSONValue
package import Observability

/// What the command line can ask of a running server, over the socket that only the server's own user may open.
package struct ControlSite: Sendable {
    private let control: Control
    private let router: Router

    package init(control: Control) {
        self.control = control
        self.router = Router([
            Route(.post, "/keys") { request in
                let body = try jsonBody(of: request.http)
                let made = try await control.createKey(
                    named: body["name"]?.string ?? "",
                    for: body["person"]?.string,
                    scopes: body["scopes"]?.string,
                    days: body["days"]?.int
                )
                return .json(["key": .string(made)])
            },
            Route(.get, "/keys") { _ in .json(["keys": .array(try await control.keys().map(JSON.string))]) },
            Route(.post, "/keys/{id}/end") { request in
                try await control.endKey(request.parameters["id"] ?? "")
                return .json([:])
            },
            Route(.post, "/backup") { request in
                let path = try jsonBody(of: request.http)["path"]?.string ?? ""
                return .json(["copied": .string(try await control.backUp(to: path))])
            },
            Route(.post, "/admin-code") { _ in .json(["code": .string(await control.admins.makeCode())]) },
            Route(.get, "/room") { _ in .json(control.room()) },
            Route(.post, "/probe-code") { _ in .json(["code": .string(control.probes.makeCode())]) },
            Route(.get, "/people") { _ in
                .json(["people": .array(try await control.accounts().map { .object(JSON.Object(json($0))) })])
            },
            Route(.post, "/people") { request in
                let body = try jsonBody(of: request.http)
                let role: Role = body["admin"]?.bool == true ? .admin : .person
                let code = try await control.createAccount(named: body["name"]?.string ?? "", role: role)
                return .json(["code": .string(code)])
            },
            Route(.post, "/people/{act}") { request in
                let name = try jsonBody(of: request.http)["name"]?.string ?? ""
                switch request.parameters["act"] {
                case "disable": try await control.setAccount(named: name, isDisabled: true)
                case "enable": try await control.setAccount(named: name, isDisabled: false)
                case "reset-second-factor": try await control.resetSecondFactor(of: name)
                case "reset-password": return .json(["code": .string(try await control.resetPassword(of: name))])
                default: throw WebError.notFound
                }
                return .json([:])
            },
            Route(.post, "/invitations") { request in
                let note = try jsonBody(of: request.http)["note"]?.string ?? ""
                return .json(["code": .string(try await control.invite(note: note))])
            },
            Route(.get, "/flags") { _ in .json(.object(JSON.Object(flags(control)))) },
            Route(.post, "/flags/{name}") { request in
                let body = try jsonBody(of: request.http)
                let name = request.parameters["name"] ?? ""
                try await control.setFlag(name, to: body["value"]?.string, why: body["why"]?.string)
                return .json(.object(JSON.Object(flags(control))))
            },
            Route(.get, "/flag-changes") { _ in
                .json(["changes": .array(try await control.changes().map(JSON.string))])
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
                RoutedRequest(http: request, peer: peer, client: peer.address, parameters: parameters, query: query)
            )
        } catch let problem as Control.Problem {
            return WebError.badRequest(problem.description).response
        } catch let problem as RolloutDesk.Problem {
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
        /// Why no key can be made.
        case key(String)
        case noKey
        case backup(String)
        /// Why an account was not made or changed.
        case people(PeopleError)

        package var description: String {
            switch self {
            case .key(let reason): reason
            case .noKey: "There is no key of that id; shuren key list names them."
            case .backup(let reason): reason
            case .people(let error): WebError(error).message
            }
        }
    }

    package let admins: AdminDoor
    package let people: People
    /// Who may measure the way to the server.
    package let probes: ProbeDoor
    /// How much the process may have open, for whoever looks at the installation.
    let room: @Sendable () -> JSON
    private let visitors: Visitors
    private let rollout: RolloutDesk
    /// Copies the database to a path and says what was copied; throws ``Problem/backup(_:)`` when it cannot.
    private let copyDatabase: @Sendable (_ path: String) async throws -> String
    private let logger: Logger

    package init(
        admins: AdminDoor,
        visitors: Visitors,
        people: People,
        rollout: RolloutDesk,
        probes: ProbeDoor = ProbeDoor(),
        room: @escaping @Sendable () -> JSON = { [:] },
        logger: Logger,
        copyDatabase: @escaping @Sendable (_ path: String) async throws -> String
    ) {
        self.copyDatabase = copyDatabase
        self.admins = admins
        self.visitors = visitors
        self.people = people
        self.probes = probes
        self.room = room
        self.rollout = rollout
        self.logger = logger
    }

    // MARK: Keys

    /// Makes an API key and returns it, this once: for the account of a name, or for nobody but itself.
    package func createKey(
        named name: String,
        for owner: String? = nil,
        scopes list: String? = nil,
        days: Int? = nil
    ) async throws -> String {
        let names = (list ?? "read,chat").split(separator: ",").map(String.init)
        guard let scopes = Set<KeyScope>(names: names) else {
            throw Problem.key("--scopes is some of read, chat and admin, with a comma between them.")
        }
        guard let wish = KeyWish(name: name, scopes: scopes, days: days) else {
            throw Problem.key(
                "A key needs a name, so that you know later whose it is: --name with 1 to \(KeyWish.longestName) characters; "
                    + "--days is a number from 1 to \(KeyWish.mostDays)."
            )
        }
        let (secret, key) = try await self.onPeople { try await self.make(wish, for: owner) }
        self.logger.notice(
            "made an API key",
            ["key": key.id, "scopes": key.scopes.list, "person": key.person.rawValue]
        )
        return secret.text
    }

    private func make(_ wish: KeyWish, for owner: String?) async throws -> (Secret, APIKey) {
        if let owner { return try await self.people.makeKey(wish, for: try await self.account(owner)) }
        guard !wish.scopes.contains(.admin) else {
            throw Problem.key("A key for admins needs one whose it is: --person NAME.")
        }
        guard let made = try await self.visitors.createKey(wish) else { throw PeopleError.tooManyKeys }
        return made
    }

    /// A line for each key, the newest first: its id, scopes and owner, since and until when, its last use, and its name.
    package func keys() async throws -> [String] {
        try await self.people.keys(of: nil).map { holder in
            let key = holder.key
            let owner = holder.account?.name.text ?? "-"
            let until = key.expiresAt?.iso8601 ?? "-"
            let used = key.usedAt?.iso8601 ?? "-"
            return "\(key.id) \(key.scopes.list) \(owner) \(key.createdAt.iso8601) \(until) \(used) \(key.name)"
        }
    }

    /// Ends a key, and every stream that it has open.
    package func endKey(_ id: String) async throws {
        guard try await self.people.endKey(id, of: nil) else { throw Problem.noKey }
        self.logger.notice("ended an API key", ["key": id])
    }

    // MARK: People

    /// Every account, in the order of their names.
    package func accounts() async throws -> [Account] {
        var accounts: [Account] = []
        while true {
            let more = try await self.people.accounts(after: accounts.last?.name, limit: Self.accountsAtOnce)
            accounts += more.map(\.account)
            guard more.count == Self.accountsAtOnce else { return accounts }
        }
    }

    private static let accountsAtOnce = 500

    /// Makes an account and returns the code with which its owner chooses a password.
    package func createAccount(named name: String, role: Role) async throws -> String {
        try await self.onPeople {
            let (account, code) = try await self.people.makeAccount(named: name, role: role)
            self.logger.notice("made an account", ["person": account.person.rawValue, "role": role.rawValue])
            return code.text
        }
    }

    /// Disables an account or enables it again.
    package func setAccount(named name: String, isDisabled: Bool) async throws {
        try await self.onPeople {
            let person = try await self.account(name).person
            try await isDisabled ? self.people.disable(person) : self.people.enable(person)
            self.logger.notice(isDisabled ? "disabled an account" : "enabled an account", ["person": person.rawValue])
        }
    }

    /// Makes a code with which the owner of an account chooses a new password.
    package func resetPassword(of name: String) async throws -> String {
        try await self.onPeople {
            let person = try await self.account(name).person
            let code = try await self.people.makeResetCode(for: person)
            self.logger.notice("made a code for a new password", ["person": person.rawValue])
            return code.text
        }
    }

    /// Switches off the second factor of an account whose owner has lost it.
    package func resetSecondFactor(of name: String) async throws {
        try await self.onPeople {
            let person = try await self.account(name).person
            try await self.people.resetSecondFactor(of: person)
            self.logger.notice("switched off a second factor", ["person": person.rawValue])
        }
    }

    /// Makes an invitation that is good for a week.
    package func invite(note: String) async throws -> String {
        let (code, invitation) = try await self.people.invite(note: note, lifetime: .seconds(7 * 86_400))
        self.logger.notice("made an invitation", ["invitation": invitation.id])
        return code.text
    }

    private func account(_ name: String) async throws -> Account {
        guard let account = try await self.people.account(named: name) else { throw PeopleError.noAccount }
        return account
    }

    private func onPeople<Outcome>(_ act: () async throws -> Outcome) async throws -> Outcome {
        do {
            return try await act()
        } catch let error as PeopleError {
            throw Problem.people(error)
        }
    }

    /// Copies the database to a file and says what was copied.
    package func backUp(to path: String) async throws -> String {
        let copied = try await self.copyDatabase(path)
        self.logger.notice("made a backup", ["path": path, "copied": copied])
        return copied
    }

    /// The flags and their values in force.
    package func flags() -> [(name: String, value: String)] {
        self.rollout.flags.map { ($0.flag.rawValue, $0.value) }
    }

    /// Changes a flag for everybody at once and for the next start; `nil` goes back to the configuration's value.
    package func setFlag(_ name: String, to value: String?, why: String? = nil) async throws {
        try await self.rollout.change([name: value], by: "operator", why: why)
    }

    /// The newest changes of flags, newest first, a line for each.
    package func changes() async throws -> [String] {
        try await self.rollout.history().map { change in
            let what = change.isReset ? "reset to \(change.to)" : "from \(change.from) to \(change.to)"
            let why = change.why.map { ": \($0)" } ?? ""
            return "\(change.at.iso8601) \(change.name) \(what) by \(change.by)\(why)"
        }
    }
}
