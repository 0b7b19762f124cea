import Accounts
import Chat
import Configuration
import EventLoop
import Glibc
import HTTPServer
import Observability
import Persistence
import Providers
import Web

extension Server {
    /// How often it is looked whether the folder is free.
    private static let ownerPause = Duration.milliseconds(250)
    /// How often it is looked whether there is room on the disk.
    private static let roomPause = Duration.seconds(2)

    /// Opens the storage, and serves what can be read as long as that is all that is possible.
    ///
    /// That is so while the disk is full, and with `STANDBY` while another process owns the folder. Returns the storage with
    /// the port to serve on, which is the one on which it stood by; `nil` when the process was told to stop meanwhile.
    func openStorageWhenPossible(
        _ files: StaticFiles,
        _ signals: Signals
    ) async throws -> (storage: Storage, port: UInt16)? {
        var port = self.configuration.port
        guard let folder = try await self.folderWhenFree(&port, files, signals) else { return nil }
        while true {
            do {
                let storage = try await openStorage(
                    self.configuration,
                    in: folder,
                    logger: self.logger,
                    metrics: self.metrics
                )
                return (storage, port)
            } catch {
                guard folder.hasDatabase, !folder.hasRoom else { throw error }
                let reason = Storage.noRoom
                self.logger.error("serving only what can be read: \(reason)", ["error": "\(error)"])
                let isOver = try await self.standBy(because: reason, on: &port, owning: true, files, signals) {
                    () -> Bool? in
                    folder.hasRoom ? true : nil
                }
                guard isOver != nil else { return nil }
                self.logger.notice("there is room again")
            }
        }
    }

    private func folderWhenFree(
        _ port: inout UInt16,
        _ files: StaticFiles,
        _ signals: Signals
    ) async throws -> DataFolder? {
        do {
            return try DataFolder(path: self.configuration.dataDirectory)
        } catch {
            guard self.configuration.isStandby, case .inUse(_, let process) = error else { throw error }
            let reason = "another process owns the data folder; this one is standing by"
            self.logger.notice("standing by until the data folder is free", ["owner": process])
            let path = self.configuration.dataDirectory
            let folder = try await self.standBy(
                because: reason,
                on: &port,
                looking: Self.ownerPause,
                files,
                signals
            ) {
                // Whatever else is wrong with the folder says the next start.
                try? DataFolder(path: path)
            }
            if folder != nil { self.logger.notice("took over the data folder") }
            return folder
        }
    }

    /// Serves reads until `look` finds what is waited for; `nil` when the process was told to stop.
    private func standBy<Found: Sendable>(
        because reason: String,
        on port: inout UInt16,
        owning isOwned: Bool = false,
        looking pause: Duration = roomPause,
        _ files: StaticFiles,
        _ signals: Signals,
        until look: @escaping @Sendable () -> Found?
    ) async throws -> Found? {
        let path = self.configuration.dataDirectory
        let storage = ReadOnlyStorage(
            path: path,
            isOwned: isOwned,
            reason: reason,
            logger: self.logger,
            metrics: self.metrics
        )
        let loop = try EventLoop()
        let site = self.makeSite(try await self.standbyParts(storage, reason, loop), files)
        let server = try HTTPServer(
            on: .tcp(host: self.configuration.numericHost, port: port),
            loops: [loop],
            metrics: self.metrics,
            logger: self.logger
        ) { await site.respond(to: $0, from: $1) }
        async let running: Void = loop.runOnOwnThread(named: "shuren-standby")
        try await server.open()
        port = server.port
        self.announce("Shuren is standing by", port: port)
        let time = self.time
        let found = await withTaskGroup(of: Found?.self) { group in
            group.addTask {
                while (try? await time.sleep(pause)) != nil {
                    if let found = look() { return found }
                }
                return nil
            }
            group.addTask {
                for await signal in signals.arriving(on: loop) where signal != SIGHUP { break }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        await server.close()
        loop.stop()
        await running
        await storage.close()
        return found
    }

    private func standbyParts(
        _ storage: ReadOnlyStorage,
        _ reason: String,
        _ loop: EventLoop
    ) async throws -> WebSite.Parts {
        let coach = BuiltInCoach(pace: .zero, time: self.time)
        let models = try await ModelConnector(
            configured: .builtIn,
            store: storage.connection,
            logger: self.logger,
            askServer: { _ in ModelServerReport(findings: [reason], isWell: false) },
            makeProvider: { _ in coach }
        )
        let visitors = Visitors(store: storage.accounts, time: self.time)
        let admins = AdminDoor(store: storage.accounts)
        return WebSite.Parts(
            registry: GenerationRegistry(
                store: storage.generations,
                providers: models.providers,
                keeper: storage.replies,
                isStandby: true,
                time: self.time,
                logger: self.logger,
                metrics: self.metrics
            ),
            conversations: storage.conversations,
            search: storage.search,
            visitors: visitors,
            door: self.makeDoor(storage.accounts, visitors, admins, self.makeIdentities(loop)),
            limits: Limits(
                messages: MessageLimiter(limit: self.configuration.messagesPerHour, time: self.time),
                heavyRequests: self.heavyRequests,
                spending: Spending(self.configuration.budget, store: nil, time: self.time, logger: self.logger),
                addresses: ClientAddresses(proxies: self.configuration.trustedProxies)
            ),
            rollout: self.makeRollout(storage.settings),
            composing: Composing(
                playbook: PlaybookSwitch(Playbook()),
                profiles: storage.profiles,
                facts: storage.facts,
                tools: .empty(time: self.time),
                contextTokens: self.configuration.contextTokens,
                time: self.time
            ),
            models: models,
            admins: admins,
            own: storage.own,
            kept: self.configuration.keptDays,
            unreadiness: { reason }
        )
    }
}
