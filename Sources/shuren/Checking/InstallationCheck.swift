import Checkup
import Chat
import HTTPClient
import HTTPTypes
import Observability
import Persistence
import Providers

/// Looks at the installation from inside: database, spool, devices, model, clock, and whether a backup can be restored.
struct InstallationCheck: Sendable {
    /// How far the look has come: what is being done, and from 0 to 1 where that is known.
    typealias Progress = @Sendable (_ step: String, _ share: Double) throws(CancellationError) -> Void

    let storage: Storage.Settings
    let publicURL: String?
    let client: HTTPClient
    let time: TimeSource
    /// What the serving process may take; `nil` where none serves.
    let room: Installation.Room?

    /// What is found; with `provesRestore` a restore is tried as well.
    @concurrent
    func findings(
        model connection: ModelConnection,
        provesRestore: Bool,
        progress: @escaping Progress
    ) async throws(CancellationError) -> [Finding] {
        var installation = Installation()
        installation.room = self.room
        try progress("looking", 0)
        await self.look(at: &installation)
        try progress("asking", 0)
        if case .server(let server) = connection {
            let report = await ModelServerCheck.run(server, client: self.client, time: self.time)
            installation.model = .asked(sentences: report.findings, isWell: report.isWell)
        }
        installation.clock = await self.clock(connection)
        if installation.database != nil {
            installation.restore = provesRestore ? try await self.restore(progress) : self.lastRestore
        }
        return installation.findings
    }

    private func look(at installation: inout Installation) async {
        switch await Storage.look(at: self.storage) {
        case .failure(let error): installation.problem = "\(error)"
        case .success(nil): installation.isNew = true
        case .success(let look?):
            installation.database = look.database.map {
                Installation.Database(
                    conversations: $0.conversations,
                    messages: $0.messages,
                    version: $0.version,
                    problems: $0.findings
                )
            }
            installation.databaseBytes = look.databaseBytes
            installation.spool = look.spool.map {
                Installation.Spool(waiting: $0.waiting, damaged: $0.damagedStretches)
            }
            installation.isSpoolApart = look.isSpoolApart
            (installation.freeForDatabase, installation.freeForSpool) = (look.freeForDatabase, look.freeForSpool)
        }
    }

    // MARK: The clock

    /// Compares with the model's server, which is elsewhere more often than the proxy.
    private func clock(_ connection: ModelConnection) async -> Installation.Clock {
        var addresses = [self.publicURL].compactMap { $0 }
        if case .server(let server) = connection { addresses.insert(server.address, at: 0) }
        let elsewhere = addresses.filter { Origin(origin(of: $0))?.isLoopback == false }
        guard let address = elsewhere.first else { return .alone }
        let whom = origin(of: address)
        guard let theirs = await self.date(at: whom + "/") else { return .silent(whom: whom) }
        return .ahead(self.time.now().since(theirs), of: whom)
    }

    /// What time it is there, by any answer.
    private func date(at url: String) async -> Timestamp? {
        let client = self.client
        let time = self.time
        return await withTaskGroup(of: Timestamp?.self) { group in
            group.addTask {
                let request = HTTPClientRequest(method: .head, url: url, fields: ["User-Agent": "shuren"])
                // Without an answer there is no time to compare with, whatever the reason.
                let response = try? await client.send(request) { _, _ in .more }
                return response?.fields["Date"].flatMap(Timestamp.init(httpDate:))
            }
            group.addTask {
                // A cancelled sleep means that the server was faster.
                try? await time.sleep(.seconds(10))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    // MARK: The restore

    private var lastRestore: Installation.Restore {
        .last(ProvedRestores(inFolder: self.storage.dataFolder).last, now: self.time.now())
    }

    private func restore(_ progress: @escaping Progress) async throws(CancellationError) -> Installation.Restore {
        do throws(ProofError) {
            let proved = try await Storage.restoreProved(self.storage, time: self.time) {
                now throws(CancellationError) in
                try progress(now.step.rawValue, now.share)
            }
            return .proved(proved)
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .differs, .failed: return .failed("\(error)")
            case .noDatabase, .inProgress, .noRoom, .otherVersion: return .untried("\(error)")
            }
        }
    }
}

/// An address without what follows the host.
private func origin(of address: String) -> String {
    let parts = address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count >= 2 else { return address }
    return "\(parts[0])//\(parts[1].split(separator: "/")[0])"
}
