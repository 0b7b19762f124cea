import Accounts
import CLinux
import Chat
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
    let configuration: Configuration
    /// Reads the settings anew.
    private let reread: @Sendable () throws -> Configuration
    let logger: Logger
    let metrics = Metrics()
    let time = TimeSource.system

    init(configuration: Configuration, reread: @escaping @Sendable () throws -> Configuration) {
        self.configuration = configuration
        self.reread = reread
        self.logger = Logger.standardError(least: Logger.Level(configuration.logLevel))
    }

    /// Serves until the process is told to stop; returns when everything is saved and closed.
    func run() async throws {
        let signals = try Signals()
        let files = StaticFiles(
            try PublicFolder.read(self.configuration.publicDirectory),
            isSecure: self.configuration.isSecure
        )
        guard let (storage, port) = try await self.openStorageWhenPossible(files, signals) else {
            return self.logger.notice("stopped")
        }
        let loops = try self.makeLoops()
        do {
            let parts = try await self.makeParts(storage, loops)
            try await self.serve(parts, storage, files, on: port, loops, signals)
        } catch {
            await storage.close()
            throw error
        }
        await storage.close()
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
        let visitors = Visitors(store: storage.accounts, lifetimes: lifetimes, time: self.time)
        let streaming = StreamingSwitch(start: configuration.streamingPolicy)
        let admins = AdminDoor(store: storage.accounts)
        let control = Control(
            admins: admins,
            visitors: visitors,
            settings: storage.settings,
            streaming: streaming,
            time: self.time,
            logger: self.logger,
            copyDatabase: { try await backUp(storage, to: $0) }
        )
        try await control.applyStored()
        let composing = try self.makeComposing(storage, loops)
        let models = try await self.makeModels(storage, composing.playbook, loops)
        let registry = GenerationRegistry(
            store: storage.generations,
            providers: models.providers,
            keeper: storage.replies,
            limits: configuration.generationLimits,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
        let site = WebSite.Parts(
            registry: registry,
            conversations: storage.conversations,
            visitors: visitors,
            limiter: MessageLimiter(limit: configuration.messagesPerHour, time: self.time),
            streaming: streaming,
            composing: composing,
            models: models,
            admins: admins,
            unreadiness: { storage.unreadiness }
        )
        return DomainParts(site: site, registry: registry, control: control)
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

        try await withThrowingDiscardingTaskGroup { group in
            for (index, loop) in loops.enumerated() {
                group.addTask { await loop.runOnOwnThread(named: "shuren-loop-\(index)") }
            }
            group.addTask { await parts.registry.run() }
            group.addTask { try await storage.run() }
            try await server.open()
            try await control.open()
            self.announce("Shuren is ready", port: server.port)
            try await self.announceCode(parts.site.admins, port: server.port)

            await self.wait(for: signals.arriving(on: loops[0]), parts)
            await control.close()
            await server.close()
            unsafe unlink(controlSocketPath(self.configuration))
            storage.replies.finish()
            for loop in loops { loop.stop() }
        }
    }

    /// Does what the signals say, and returns when every reply has ended because one of them told the process to stop.
    private func wait(for signals: AsyncStream<Int32>, _ parts: DomainParts) async {
        for await signal in signals {
            guard signal == SIGHUP else {
                self.logger.notice("stopping", ["signal": "\(signal)"])
                break
            }
            self.reread(parts.site)
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
    private func reread(_ parts: WebSite.Parts) {
        let streaming = parts.streaming
        do {
            let configuration = try self.reread()
            let playbook = try Settings.readPlaybook(configuration)
            streaming.restart(with: configuration.streamingPolicy)
            parts.composing.playbook.apply(playbook)
            let policy = streaming.policy
            self.logger.notice(
                "read flags and agents anew; other settings need a restart",
                [
                    "enable_streaming": "\(policy.isEnabled)", "streaming_rollout_percent": "\(policy.percent)",
                    "source": streaming.source.rawValue,
                    "agents": playbook.agents.agents.map(\.id).joined(separator: " "),
                ]
            )
        } catch {
            self.logger.error("the settings are unusable, so nothing was changed", ["error": "\(error)"])
        }
    }

    /// Some readers' connections need another to the model, and the database, the spool and the log need files, too:
    /// what the system does not allow is refused at the door rather than missed inside.
    private func connectionLimits() -> ConnectionLimits {
        let files = Int(linux_raise_file_limit())
        var limits = ConnectionLimits()
        limits.connections = min(self.configuration.connections, max(16, min(files / 4 * 3, files - 96)))
        limits.connectionsPerAddress = self.configuration.connectionsPerAddress
        limits.familiarAddresses.formUnion(self.configuration.trustedProxies)
        if limits.connections < self.configuration.connections {
            self.logger.notice(
                "fewer connections than configured, because of the limit on open files",
                ["connections": "\(limits.connections)", "open_files": "\(files)"]
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
            hasLegacyPaths: self.configuration.hasLegacyPaths,
            version: Shuren.version,
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
        print("Nobody is the admin yet: enter the code \(code) at \(self.address(port))admin")
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

    var generationLimits: GenerationLimits {
        var limits = GenerationLimits()
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
