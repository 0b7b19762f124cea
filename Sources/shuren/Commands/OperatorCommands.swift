import Accounts
import Chat
import Configuration
import Glibc
import JSONValue
import Observability
import Persistence
import Web

/// Makes a code with which a browser becomes an admin's, where a server runs that it can be entered at.
func createAdminCode(_ configuration: Configuration) async throws {
    guard let answer = try await askServer("POST", "/admin-code", [:], configuration) else {
        throw PlainClient.Failure(
            description: "no server runs on \(configuration.dataDirectory) (DATA_DIR); start it, and run this again"
        )
    }
    print(answer["code"]?.string ?? "")
}

/// Prints the flags and their values in force.
func listFlags(_ configuration: Configuration) async throws {
    if let answer = try await askServer("GET", "/flags", nil, configuration) { return printFlags(answer) }
    try await withControl(configuration) { control in
        for (name, value) in control.flags() { print("\(name) \(value)") }
    }
}

/// Changes a flag at once and for later starts; `nil` goes back to the configuration's value.
func setFlag(_ name: String, to value: String?, why: String?, _ configuration: Configuration) async throws {
    let path = "/flags/\(String(name.filter { $0.isLetter || $0 == "_" }))"
    let body: JSON = ["value": value.map(JSON.string) ?? .null, "why": why.map(JSON.string) ?? .null]
    if let answer = try await askServer("POST", path, body, configuration) {
        return printFlags(answer)
    }
    try await withControl(configuration) { control in
        try await control.setFlag(name, to: value, why: why)
        for (name, value) in control.flags() { print("\(name) \(value)") }
    }
}

/// Prints who changed which flag, when, from what to what, and why; the newest change first.
func listFlagChanges(_ configuration: Configuration) async throws {
    if let answer = try await askServer("GET", "/flag-changes", nil, configuration) {
        return (answer["changes"]?.array ?? []).compactMap(\.string).forEach { print($0) }
    }
    try demandData(configuration)
    try await withControl(configuration) { control in try await control.changes().forEach { print($0) } }
}

/// Ends with an error unless the server on this machine says that it is ready.
func healthcheck(_ configuration: Configuration) throws {
    let host = ["0.0.0.0", "::"].contains(configuration.host) ? "127.0.0.1" : configuration.host
    let answer = try PlainClient.request("GET", "/readyz", at: .tcp(host: host, port: configuration.port))
    guard answer.status == 200 else {
        throw PlainClient.Failure(description: String(decoding: answer.body, as: UTF8.self))
    }
}

private func printFlags(_ answer: JSON) {
    for member in answer.object?.members ?? [] { print("\(member.key) \(member.value.string ?? "")") }
}

/// What the running server answers; `nil` when none runs on this data folder.
func askServer(
    _ method: String,
    _ path: String,
    _ body: JSON?,
    _ configuration: Configuration
) async throws -> JSON? {
    let address = PlainClient.Address.local(path: controlSocketPath(configuration))
    guard let answer = try? PlainClient.request(method, path, body: body?.bytes() ?? [], at: address) else {
        return nil  // nobody listens there: the caller works on the data folder itself, which its lock protects
    }
    let json = try JSON(parsing: answer.body)
    guard answer.status == 200 else {
        throw PlainClient.Failure(description: json["error"]?["message"]?.string ?? "the server refused")
    }
    return json
}

/// Works on the data folder directly.
func withControl(_ configuration: Configuration, _ work: (Control) async throws -> Void) async throws {
    let storage = try await openStorage(configuration, logger: .standardError(least: .warning), metrics: Metrics())
    let rollout = RolloutDesk(
        streaming: StreamingSwitch(start: configuration.streamingPolicy),
        settings: storage.settings,
        time: .system,
        logger: .silent,
        metrics: Metrics()
    )
    let admins = AdminDoor(store: storage.accounts)
    let visitors = Visitors(store: storage.accounts, time: .system)
    let door = FrontDoor(
        policy: configuration.accessPolicy,
        store: storage.accounts,
        visitors: visitors,
        admins: admins,
        time: .system
    )
    let control = Control(
        admins: admins,
        visitors: visitors,
        people: door.people,
        rollout: rollout,
        logger: .silent,
        copyDatabase: { try await backUp(storage, to: $0) }
    )
    do {
        try await rollout.applyStored()
        try await work(control)
        await storage.close()
    } catch {
        await storage.close()
        throw error
    }
}

/// Where a running server listens for the command line.
func controlSocketPath(_ configuration: Configuration) -> String { configuration.dataDirectory + "/control.sock" }

func openStorage(
    _ configuration: Configuration,
    in owned: DataFolder? = nil,
    logger: Logger,
    metrics: Metrics
) async throws -> Storage {
    try await Storage.open(configuration.storage, in: owned, logger: logger, metrics: metrics)
}

extension Configuration {
    var storage: Storage.Settings {
        var settings = Storage.Settings(dataFolder: self.dataDirectory, spoolFolder: self.spoolDirectory)
        settings.logsFailedSaves = self.logFailedSaves
        settings.spoolSize = self.spoolMegabytes << 20
        settings.retention = self.retention
        return settings
    }

    var streamingPolicy: StreamingPolicy {
        var policy = StreamingPolicy(isEnabled: self.enableStreaming, percent: self.streamingRolloutPercent)
        // The settings hold only what can be taken here.
        _ = policy.take(self.streamingAllow.joined(separator: ","), for: .allowed)
        _ = policy.take(self.streamingDeny.joined(separator: ","), for: .denied)
        _ = policy.take(self.streamingOldWayBefore, for: .oldWayBefore)
        policy.isGuarded = self.isRolloutGuarded
        return policy
    }

    var guardRules: GuardRules {
        var rules = GuardRules()
        rules.margin = Double(self.rolloutGuardMarginPoints) / 100
        rules.minimum = self.rolloutGuardMinimum
        rules.sample = self.rolloutGuardSample
        rules.errorRate = self.rolloutGuardErrorRate
        return rules
    }
}
