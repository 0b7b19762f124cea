import Accounts
import CLinux
import Chat
import Checkup
import Configuration
import EventLoop
import Glibc
import HTTPClient
import HTTPServer
import Observability
import Persistence
import Providers
import Tools
import Web

/// Builds every part, runs them until a signal, and ends them in order.
struct Server {
    /// How long connections may take over the end of what they are told, before the process ends.
    ///
    /// The replies have ended by then and are saved: who takes longer reads them after the next start.
    private static let farewell = Duration.seconds(2)

    let configuration: Configuration
    /// Reads the settings anew.
    private let reread: @Sendable () throws -> Configuration
    let logger: Logger
    let metrics = Metrics()
    let errors = RecentErrors()
    let time = TimeSource.system

    init(configuration: Configuration, reread: @escaping @Sendable () throws -> Configuration) {
        self.configuration = configuration
        self.reread = reread
        self.logger = Logger.standardError(least: Logger.Level(configuration.logLevel), errors: self.errors)
    }

    /// Serves until the process is told to stop; returns when everything is saved and closed.
    func run() async throws {
        let signals = try Signals()
        let telling = Task { await self.logger.tellLeftOut() }
        let files = StaticFiles(
            try PublicFolder.read(self.configuration.publicDirectory),
            isSecure: self.configuration.isSecure
        )
        guard let (storage, port) = try await self.openStorageWhenPossible(files, signals) else {
            return self.logger.notice("stopped")
        }
        let loops = try self.makeLoops()
        storage.describe(in: self.metrics)
        describeProcess(in: self.metrics)
        do {
            let parts = try await self.makeParts(storage, loops)
            try await self.serve(parts, storage, files, on: port, loops, signals)
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
        telling.cancel()
        await telling.value
        self.logger.notice("stopped")
    }

    // MARK: Building

    private func makeLoops() throws -> [EventLoop] {
        let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        return try (0..<(self.configuration.loops ?? cores)).map { _ in try EventLoop() }
    }

    /// The parts of the domain, each knowing only what it needs.
    private struct DomainParts {
        let site: WebSite.Parts
        let registry: GenerationRegistry
        let control: Control
    }

    private func makeParts(_ storage: Storage, _ loops: [EventLoop]) async throws -> DomainParts {
        let configuration = self.configuration
        var lifetimes = Visitors.Lifetimes()
        lifetimes.streamToken = configuration.streamTokenLifetime
        if configuration.authentication == .jwt {
            // A session is as good as the token that began it; one of before the change ends within a day.
            lifetimes.extendsSessions = false
            lifetimes.session = .seconds(86_400)
        }
        let visitors = Visitors(store: storage.accounts, lifetimes: lifetimes, time: self.time)
        let rollout = self.makeRollout(storage.settings)
        let admins = AdminDoor(store: storage.accounts)
        let door = self.makeDoor(storage.accounts, visitors, admins, self.makeIdentities(loops[0]))
        let probes = ProbeDoor(publicURL: configuration.publicURL, time: self.time)
        let control = Control(
            admins: admins,
            visitors: visitors,
            people: door.people,
            rollout: rollout,
            probes: probes,
            room: { self.room.json },
            logger: self.logger,
            copyDatabase: { try await backUp(storage, to: $0) }
        )
        try await rollout.applyStored()
        let composing = try self.makeComposing(storage, loops)
        let models = try await self.makeModels(storage, composing.playbook, loops)
        let registry = GenerationRegistry(
            store: storage.generations,
            providers: models.providers,
            keeper: storage.replies,
            titles: configuration.titles ? storage.conversations : nil,
            watcher: rollout.ledger,
            limits: configuration.generationLimits,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
        let site = WebSite.Parts(
            registry: registry,
            conversations: storage.conversations,
            search: storage.search,
            visitors: visitors,
            door: door,
            limits: try await self.makeLimits(storage),
            rollout: rollout,
            composing: composing,
            models: models,
            admins: admins,
            own: storage.own,
            kept: configuration.keptDays,
            probes: probes,
            checkup: self.makeCheckup(models, loops),
            unreadiness: { storage.unreadiness }
        )
        return DomainParts(site: site, registry: registry, control: control)
    }

    func makeDoor(
        _ store: StoredAccounts,
        _ visitors: Visitors,
        _ admins: AdminDoor,
        _ identities: IdentityDoor?
    ) -> FrontDoor {
        FrontDoor(
            policy: self.configuration.accessPolicy,
            store: store,
            visitors: visitors,
            admins: admins,
            identities: identities,
            sharedAddresses: Set(self.configuration.trustedProxies),
            time: self.time
        )
    }

    /// Whose tokens are taken, if anybody's.
    func makeIdentities(_ loop: EventLoop) -> IdentityDoor? {
        let configuration = self.configuration
        guard configuration.authentication == .jwt else { return nil }
        // A client of its own, so that nobody's sign-in waits behind a reply.
        let documents = PublishedDocuments(
            address: configuration.identityKeysAddress,
            client: HTTPClient(loop: loop),
            time: self.time
        )
        return IdentityDoor(
            provider: IdentityProvider(
                issuer: configuration.identityIssuer,
                audience: configuration.identityAudience,
                signInAddress: configuration.identitySignInAddress
            ),
            keys: PublishedKeys(time: self.time, logger: self.logger, metrics: self.metrics) {
                () async throws(PublishedDocumentMissing) in try await documents.fetch()
            },
            time: self.time
        )
    }

    /// The limits, with what was taken of them before the server started.
    private func makeLimits(_ storage: Storage) async throws -> Limits {
        let messages = MessageLimiter(limit: self.configuration.messagesPerHour, time: self.time)
        let spending = Spending(
            self.configuration.budget,
            store: storage.spending,
            time: self.time,
            logger: self.logger
        )
        self.metrics.describe("shuren_cost_today", "What models were paid since the start, today in UTC.")
        self.metrics.beforeReading { spending.report(to: $0) }
        do throws(StoreError) {
            messages.remember(try await storage.generations.starts(since: messages.beginning))
            try await spending.load()
        } catch {
            throw PlainClient.Failure(description: error.sentence)
        }
        return Limits(
            messages: messages,
            heavyRequests: self.heavyRequests,
            spending: spending,
            addresses: ClientAddresses(proxies: self.configuration.trustedProxies)
        )
    }

    var heavyRequests: SlidingWindow<String> {
        SlidingWindow(limit: self.configuration.heavyRequestsPerMinute, in: .seconds(60), time: self.time)
    }

    func makeRollout(_ settings: any SettingStore) -> RolloutDesk {
        RolloutDesk(
            streaming: StreamingSwitch(start: self.configuration.streamingPolicy),
            rules: self.configuration.guardRules,
            patience: self.configuration.rolloutPatience,
            settings: settings,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
    }

    /// A client of its own, so that nobody's reply waits behind a look at the installation.
    private func makeCheckup(_ models: ModelConnector, _ loops: [EventLoop]) -> CheckupDesk {
        let check = InstallationCheck(
            storage: self.configuration.storage,
            publicURL: self.configuration.publicURL,
            client: HTTPClient(loop: loops[0]),
            time: self.time,
            room: self.room
        )
        let proofs = ProvedRestores(inFolder: self.configuration.dataDirectory)
        return CheckupDesk(
            store: StoredCheckup(inFolder: self.configuration.dataDirectory),
            time: self.time,
            logger: self.logger,
            lastProof: { proofs.last }
        ) { progress throws(CancellationError) in
            try await check.findings(model: await models.connection, provesRestore: true, progress: progress)
        }
    }

    private func makeComposing(_ storage: Storage, _ loops: [EventLoop]) throws -> Composing {
        let playbook = PlaybookSwitch(try Settings.readPlaybook(self.configuration))
        let shelf = ToolShelf(
            knowledge: try Settings.readKnowledge(self.configuration),
            playbook: playbook,
            profiles: storage.profiles,
            conversations: storage.conversations,
            facts: storage.facts,
            time: self.time
        )
        let (declarations, privateAddresses) = try Settings.readHTTPTools(self.configuration)
        // A client of their own: what tools may not reach must not be had over a connection that models opened.
        let client = HTTPClient(loop: loops[0], allowing: HTTPTool.policy(allowingPrivate: privateAddresses))
        let own = declarations.map { HTTPTool($0, client: client) }
        return Composing(
            playbook: playbook,
            profiles: storage.profiles,
            facts: storage.facts,
            tools: Toolbox(shelf.tools + own, time: self.time),
            contextTokens: self.configuration.contextTokens,
            time: self.time
        )
    }

    private func makeModels(
        _ storage: Storage,
        _ playbook: PlaybookSwitch,
        _ loops: [EventLoop]
    ) async throws -> ModelConnector {
        let clients = HTTPClientPool(loops: loops)
        let factory = ModelFactory(
            clients: clients,
            playbook: playbook,
            fallbacks: try self.configuration.modelFallbacks,
            coachPace: self.configuration.coachPace,
            coachStandsIn: self.configuration.coachStandsIn,
            limits: self.configuration.generationLimits,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
        // A client of its own, so that nobody's reply waits behind a check.
        let client = HTTPClient(loop: loops[0])
        let time = self.time
        do throws(StoreError) {
            return try await ModelConnector(
                configured: self.configuration.modelConnection,
                store: storage.connection,
                logger: self.logger,
                askServer: { await ModelServerCheck.run($0, client: client, time: time) },
                makeProvider: { factory.provider(for: $0) }
            )
        } catch {
            throw PlainClient.Failure(description: error.sentence)
        }
    }

    // MARK: Serving

    private func serve(
        _ parts: DomainParts,
        _ storage: Storage,
        _ files: StaticFiles,
        on port: UInt16,
        _ loops: [EventLoop],
        _ signals: Signals
    ) async throws {
        let site = self.makeSite(parts.site, files)
        let server = try HTTPServer(
            on: .tcp(host: self.configuration.numericHost, port: port),
            loops: loops,
            limits: self.connectionLimits(),
            metrics: self.metrics,
            logger: self.logger
        ) { await site.respond(to: $0, from: $1) }
        let controlSite = ControlSite(control: parts.control)
        let control = try HTTPServer(
            on: .local(path: controlSocketPath(self.configuration)),
            loops: [loops[0]],
            metrics: self.metrics,
            logger: self.logger
        ) { await controlSite.respond(to: $0, from: $1) }

        // The loops outlive everything that runs on them: what still waits for its turn when they stop would wait for ever.
        try await withThrowingDiscardingTaskGroup { group in
            for (index, loop) in loops.enumerated() {
                group.addTask { await loop.runOnOwnThread(named: "shuren-loop-\(index)") }
            }
            defer { for loop in loops { loop.stop() } }
            try await self.run(parts, storage, server, control, signals.arriving(on: loops[0]))
        }
    }

    /// Serves until a signal says to stop, and returns when nothing runs on the loops any more.
    private func run(
        _ parts: DomainParts,
        _ storage: Storage,
        _ server: HTTPServer,
        _ control: HTTPServer,
        _ signals: AsyncStream<Int32>
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await parts.registry.run() }
            group.addTask { await parts.site.rollout.run() }
            group.addTask { await parts.site.checkup.run() }
            group.addTask { try await storage.run() }
            // Whoever runs the server hears at once that the keys cannot be had, not only with the first visitor.
            if let identities = parts.site.door.identities { group.addTask { await identities.lookForKeys() } }
            try await server.open()
            try await control.open()
            self.announce("Shuren is ready", port: server.port)
            try await self.announceCode(parts.site.admins, port: server.port)

            await self.wait(for: signals, parts)
            await control.close(within: Self.farewell)
            await server.close(within: Self.farewell)
            unsafe unlink(controlSocketPath(self.configuration))
            parts.site.rollout.finish()
            parts.site.checkup.finish()
            storage.replies.finish()
        }
    }

    /// Does what the signals say, and returns when every reply has ended because one of them told the process to stop.
    private func wait(for signals: AsyncStream<Int32>, _ parts: DomainParts) async {
        for await signal in signals {
            guard signal == SIGHUP else {
                self.logger.notice("stopping", ["signal": "\(signal)"])
                break
            }
            await self.reread(parts.site)
        }
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await signal in signals where signal != SIGHUP {
                    self.logger.notice("stopping at once", ["signal": "\(signal)"])
                    await parts.registry.interruptAll()
                }
            }
            // Streams end with their replies; only then are the connections closed.
            await parts.registry.drain(within: self.configuration.drainTimeout)
            group.cancelAll()
        }
    }

    /// Takes the flags and the agents anew, both or neither.
    private func reread(_ parts: WebSite.Parts) async {
        do {
            let configuration = try self.reread()
            let playbook = try Settings.readPlaybook(configuration)
            await parts.rollout.restart(with: configuration.streamingPolicy)
            parts.composing.playbook.apply(playbook)
            let policy = parts.rollout.streaming.policy
            self.logger.notice(
                "read flags and agents anew; other settings need a restart",
                [
                    "enable_streaming": "\(policy.isEnabled)", "streaming_rollout_percent": "\(policy.percent)",
                    "source": parts.rollout.streaming.source(of: .percent).rawValue,
                    "agents": playbook.agents.agents.map(\.id).joined(separator: " "),
                ]
            )
        } catch {
            self.logger.error("the settings are unusable, so nothing was changed", ["error": "\(error)"])
        }
    }

    /// Some readers' connections need another to the model, and the database, the spool and the log need files, too:
    /// what the system does not allow is refused at the door rather than missed inside.
    private var room: Installation.Room {
        let files = Int(linux_raise_file_limit())
        return Installation.Room(
            openFiles: files,
            connections: min(self.configuration.connections, max(16, min(files / 4 * 3, files - 96))),
            wantedConnections: self.configuration.connections
        )
    }

    private func connectionLimits() -> ConnectionLimits {
        let room = self.room
        var limits = ConnectionLimits()
        limits.connections = room.connections
        limits.connectionsPerAddress = self.configuration.connectionsPerAddress
        limits.familiarAddresses.formUnion(self.configuration.trustedProxies)
        if limits.connections < self.configuration.connections {
            self.logger.notice(
                "fewer connections than configured, because of the limit on open files",
                ["connections": "\(limits.connections)", "open_files": "\(room.openFiles)"]
            )
        }
        return limits
    }

    func makeSite(_ parts: WebSite.Parts, _ files: StaticFiles) -> WebSite {
        let publicURL = self.configuration.publicURL
        let gate = RequestGate(
            hosts: OwnNames.all(configuration: self.configuration),
            origins: Set(self.configuration.allowedOrigins + (publicURL.map { [$0] } ?? []))
        )
        let isSecure = self.configuration.isSecure
        if !isSecure {
            self.logger.info("cookies are sent without Secure, because PUBLIC_URL is not https")
        }
        return WebSite(
            parts: parts,
            files: files,
            gate: gate,
            isSecure: isSecure,
            trustedPeers: Set(self.configuration.trustedProxies),
            errors: self.errors,
            hasLegacyPaths: self.configuration.hasLegacyPaths,
            version: Shuren.version,
            build: BuildDescription(Build.facts),
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
    }

    func announce(_ what: String, port: UInt16) {
        print("\(what): \(self.address(port))")
        fflush(nil)
        let facts: KeyValuePairs = [
            "host": self.configuration.numericHost, "port": "\(port)", "version": Shuren.version,
        ]
        self.logger.notice("listening", facts)
    }

    /// As long as nobody is the admin, whoever can see what the server prints may become it.
    private func announceCode(_ admins: AdminDoor, port: UInt16) async throws {
        guard let code = try await admins.codeForFirst() else { return }
        let page = self.configuration.authentication == .accounts ? "login#code" : "admin"
        print("Nobody is the admin yet: enter the code \(code) at \(self.address(port))\(page)")
        fflush(nil)
    }

    /// Where a browser on this machine finds the server.
    private func address(_ port: UInt16) -> String {
        let host = self.configuration.numericHost
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "http://\(["0.0.0.0", "[::]"].contains(bracketed) ? "127.0.0.1" : bracketed):\(port)/"
    }
}

extension Configuration {
    /// Whether browsers come over https.
    var isSecure: Bool { self.publicURL?.hasPrefix("https://") ?? false }

    /// The address to listen on, with the one name that everybody writes made numeric.
    var numericHost: String { self.host == "localhost" ? "127.0.0.1" : self.host }

    var accessPolicy: AccessPolicy {
        let admission: AccessPolicy.Admission =
            switch self.authentication {
            case .open: .open
            case .accounts: .accounts
            case .jwt: .jwt
            }
        let signUp: AccessPolicy.SignUp =
            switch self.signUp {
            case .open: .open
            case .invitation: .invitation
            case .closed: .closed
            case nil: admission == .open ? .open : .invitation
            }
        let secondFactor: AccessPolicy.SecondFactor =
            switch self.requiredTOTP {
            // What people sign in with elsewhere is asked for elsewhere.
            case _ where admission == .jwt: .none
            case .none: .none
            case .admins: .admins
            case .all: .all
            }
        return AccessPolicy(admission: admission, signUp: signUp, secondFactor: secondFactor)
    }

    /// What models may cost.
    var budget: Budget {
        var budget = Budget()
        budget.messagesPerDay = self.budgetMessagesPerDay
        budget.tokensPerDay = self.budgetTokensPerDay
        budget.costPerDay = self.budgetCostPerDay
        budget.tokensPerConversation = self.tokensPerConversation
        budget.prices.input = self.inputPrice
        budget.prices.output = self.outputPrice
        budget.prices.currency = self.priceCurrency
        return budget
    }

    var generationLimits: GenerationLimits {
        var limits = GenerationLimits()
        limits.running = self.streams
        limits.firstChunk = self.firstChunkTimeout
        limits.silence = self.streamIdleTimeout
        limits.runningPerPerson = self.streamsPerPerson
        return limits
    }
}

extension Logger.Level {
    init(_ level: Configuration.LogLevel) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
    }
}
