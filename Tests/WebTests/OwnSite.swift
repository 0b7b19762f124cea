import Accounts
import Chat
import Crypto
import EventLoop
import HTTPServer
import JSONValue
import Observability
import TestSupport
import Web

/// A site over stores in memory, with a socket, for the routes of what is the reader's own.
final class OwnSite: Sendable {
    let provider = ScriptedProvider()
    let store = MemoryStore()
    let accounts = MemoryAccounts()
    let time = TestTime()
    let streaming = StreamingSwitch(start: StreamingPolicy(isEnabled: true))
    let rollout: RolloutDesk
    let admins: AdminDoor
    let visitors: Visitors
    let site: WebSite
    let probes: ProbeDoor
    /// A time of the probes' own, which nothing else waits by.
    let probeTime = TestTime()
    let examination = ScriptedExamination()
    let checkup: CheckupDesk
    let door: FrontDoor
    private let home: TestLoop
    private let server: HTTPServer
    private let service: Task<Void, Never>

    init(
        hasLegacyPaths: Bool = false,
        policy: AccessPolicy = AccessPolicy(admission: .open, signUp: .open)
    ) async throws {
        self.home = try TestLoop()
        self.visitors = Visitors(store: self.accounts, time: self.time.source)
        self.rollout = .inMemory(self.streaming, self.accounts, self.time.source)
        let admins = AdminDoor(store: self.accounts)
        self.probes = ProbeDoor(time: self.probeTime.source)
        self.checkup = CheckupDesk(
            store: MemoryCheckups(),
            time: self.time.source,
            logger: .silent,
            lastProof: { nil }
        ) { [examination] progress throws(CancellationError) in try await examination.run(progress) }
        self.door = FrontDoor(
            policy: policy,
            store: self.accounts,
            visitors: self.visitors,
            admins: admins,
            hasher: PasswordHasher(cost: PasswordHash.Cost(kibibytes: 64, passes: 1)),
            time: self.time.source
        )
        self.admins = admins
        let (profiles, facts) = (MemoryProfiles(), MemoryFacts())
        let registry = GenerationRegistry(
            store: self.store,
            providers: ProviderSwitch(self.provider),
            keeper: self.store,
            watcher: self.rollout.ledger,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let site = WebSite(
            parts: WebSite.Parts(
                registry: registry,
                conversations: self.store,
                search: self.store,
                visitors: self.visitors,
                door: self.door,
                limits: .testing(messagesPerHour: 0, time: self.time.source),
                rollout: self.rollout,
                composing: .plain(profiles, self.time.source, facts: facts),
                models: try await ModelConnector(
                    configured: .builtIn,
                    store: MemoryConnection(),
                    logger: .silent,
                    askServer: { _ in ModelServerReport(findings: [], models: [], isWell: true) },
                    makeProvider: { [provider] _ in provider }
                ),
                admins: admins,
                own: .inMemory(self.store, profiles, facts),
                probes: self.probes,
                checkup: self.checkup,
                unreadiness: { nil }
            ),
            files: StaticFiles([:], isSecure: false),
            gate: RequestGate(hosts: ["localhost"]),
            isSecure: false,
            hasLegacyPaths: hasLegacyPaths,
            version: "test",
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        self.site = site
        self.server = try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: 0),
            loops: [self.home.loop],
            metrics: Metrics(),
            logger: .silent
        ) { await site.respond(to: $0, from: $1) }
        self.service = Task { await registry.run() }
        try await self.server.open()
    }

    deinit { self.service.cancel() }

    /// What the server said to one request.
    struct Answer: Sendable {
        let text: String

        var status: Int { Int(self.text.dropFirst(9).prefix(3)) ?? 0 }
        var head: String { String(self.text.split(separator: "\r\n\r\n", maxSplits: 1).first ?? "") }
        var body: String {
            let parts = self.text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? String(parts[1]) : ""
        }
        var json: JSON { (try? JSON(parsing: self.body)) ?? .null }  // what is no JSON fails the expectation
        var cookie: String? { self.text.firstMatch(of: /Set-Cookie: ([^;]+);/).map { String($0.1) } }
        var sentence: String { self.json["error"]?["message"]?.string ?? "" }
    }

    /// Sends a request and reads the answer to its end.
    func ask(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        cookie: String? = nil,
        fields: [String] = []
    ) async throws -> Answer {
        let client = try self.client(method, path, body, cookie: cookie, fields: fields)
        return Answer(text: try await client.readToEnd())
    }

    /// Sends a request and leaves the answer to be read.
    func client(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        cookie: String? = nil,
        fields: [String] = []
    ) throws -> RawClient {
        let client = try RawClient(port: self.server.port)
        var lines = ["\(method) \(path) HTTP/1.0", "Host: localhost"] + fields
        if let cookie { lines.append("Cookie: \(cookie)") }
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return client
    }

    /// Makes a guest by a message that is answered, and returns their cookie and the conversation.
    func guest(
        saying text: String = "Hi",
        hearing reply: String = "Hello"
    ) async throws -> (cookie: String, talk: String) {
        self.provider.then(.text(reply), .end(.stop))
        let body: JSON = ["message": .string(text)]
        let answer = try await self.ask("POST", "/api/v1/chat", body.text)
        return (answer.cookie ?? "", answer.json["conversation_id"]?.string ?? "")
    }
}

extension Limits {
    /// Limits without a budget, and with what a test wants of the others.
    static func testing(messagesPerHour: Int = 0, heavyRequests: Int = 0, time: TimeSource) -> Limits {
        Limits(
            messages: MessageLimiter(limit: messagesPerHour, time: time),
            heavyRequests: SlidingWindow(limit: heavyRequests, in: .seconds(60), time: time),
            spending: Spending(Budget(), store: nil, time: time, logger: .silent),
            addresses: ClientAddresses(proxies: [])
        )
    }
}

extension RolloutDesk {
    /// A desk without a disk.
    static func inMemory(
        _ streaming: StreamingSwitch,
        _ settings: any SettingStore,
        _ time: TimeSource
    ) -> RolloutDesk {
        var rules = GuardRules()
        (rules.minimum, rules.sample) = (10, 100)
        return RolloutDesk(
            streaming: streaming,
            rules: rules,
            patience: .seconds(60),
            settings: settings,
            time: time,
            logger: .silent,
            metrics: Metrics()
        )
    }
}
