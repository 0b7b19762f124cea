import Chat
import Checkup
import Configuration
import EventLoop
import Glibc
import HTTPClient
import Observability
import Persistence

/// Looks at the installation from inside, beside the running server or without one, and says in plain words what is wrong.
func doctor(provesRestore: Bool, _ configuration: Configuration) async throws {
    let stored = try await StoredConnection(inFolder: configuration.dataDirectory).connection()
    if stored != nil { print("An admin connected the model that is asked here; the settings would hold without it.") }
    let room = try await askServer("GET", "/room", nil, configuration).flatMap(Installation.Room.init)
    let loop = try EventLoop()
    async let running: Void = loop.runOnOwnThread(named: "shuren-doctor")
    let check = InstallationCheck(
        storage: configuration.storage,
        publicURL: configuration.publicURL,
        client: HTTPClient(loop: loop),
        time: .system,
        room: room
    )
    let findings = try await check.findings(
        model: stored ?? configuration.modelConnection,
        provesRestore: provesRestore
    ) { step, share in
        guard isatty(2) == 1 else { return }
        write("\r\u{1B}[K\(step) \(Int(share * 100)) %")
    }
    if isatty(2) == 1 { write("\r\u{1B}[K") }
    loop.stop()
    await running
    for finding in findings { print(report(finding)) }
    if let url = configuration.publicURL { print("The way to readers: shuren doctor --url \(url)") }
    guard findings.verdict != .bad else {
        throw PlainClient.Failure(description: "something is not well, see above")
    }
    print(findings.verdict == .good ? "all is well" : "it works; see above what could be better")
}

/// Writes on the terminal without ending the line.
private func write(_ text: String) {
    var text = text
    // A terminal that is gone needs no progress.
    _ = text.withUTF8 { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
}
