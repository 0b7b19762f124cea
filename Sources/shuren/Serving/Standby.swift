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
    /// How often a standby looks whether the folder is free.
    private static let standbyPause = Duration.milliseconds(250)

    /// Opens the storage; with `STANDBY` it serves what can be read while another process owns the folder.
    ///
    /// Returns it with the port to serve on, which is the one on which it stood by; `nil` when the process was told to stop
    /// meanwhile.
    func openStorageWhenFree(
        _ files: StaticFiles,
        _ signals: Signals
    ) async throws -> (storage: Storage, port: UInt16)? {
        let folder: DataFolder
        var port = self.configuration.port
        do {
            folder = try DataFolder(path: self.configuration.dataDirectory)
        } catch {
            guard self.configuration.isStandby, case .inUse(_, let process) = error else { throw error }
            self.logger.notice("standing by until the data folder is free", ["owner": process])
            guard let freed = try await self.standBy(files, signals) else { return nil }
            self.logger.notice("took over the data folder")
            (folder, port) = freed
        }
        let storage = try await openStorage(self.configuration, in: folder, logger: self.logger, metrics: self.metrics)
        return (storage, port)
    }

    /// Serves reads until the folder is free, and takes it; `nil` when the process was told to stop.
    private func standBy(_ files: StaticFiles, _ signals: Signals) async throws -> (DataFolder, port: UInt16)? {
        let storage = ReadOnlyStorage(
            path: self.configuration.dataDirectory,
            logger: self.logger,
            metrics: self.metrics
        )
        let loop = try EventLoop()
        let site = self.makeSite(self.standbyParts(storage), files)
        let server = try HTTPServer(
            on: .tcp(host: self.configuration.numericHost, port: self.configuration.port),
            loops: [loop],
            metrics: self.metrics,
            logger: self.logger
        ) { await site.respond(to: $0, from: $1) }
        async let running: Void = loop.runOnOwnThread(named: "shuren-standby")
        try await server.open()
        self.announce("Shuren is standing by", port: server.port)
        let folder = await withTaskGroup(of: DataFolder?.self) { group in
            group.addTask { await self.folderWhenFree() }
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
        return folder.map { ($0, server.port) }
    }

    /// Takes the folder once nobody else has it; `nil` when cancelled before.
    private func folderWhenFree() async -> DataFolder? {
        while (try? await self.time.sleep(Self.standbyPause)) != nil {
            // Whatever else is wrong with the folder says the next start.
            if let folder = try? DataFolder(path: self.configuration.dataDirectory) { return folder }
        }
        return nil
    }

    private func standbyParts(_ storage: ReadOnlyStorage) -> WebSite.Parts {
        let provider = BuiltInCoach(pace: .zero, time: self.time)
        return WebSite.Parts(
            registry: GenerationRegistry(
                store: storage.generations,
                provider: provider,
                keeper: storage.replies,
                isStandby: true,
                time: self.time,
                logger: self.logger,
                metrics: self.metrics
            ),
            conversations: storage.conversations,
            visitors: Visitors(store: storage.accounts, time: self.time),
            limiter: MessageLimiter(limit: self.configuration.messagesPerHour, time: self.time),
            streaming: StreamingSwitch(start: self.configuration.streamingPolicy),
            agents: [.general],
            provider: provider,
            unreadiness: { "another process owns the data folder; this one is standing by" }
        )
    }
}
