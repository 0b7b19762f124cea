import Chat
import Configuration
import EventLoop
import Glibc
import HTTPClient
import Observability
import Persistence
import Providers

/// Looks whether the configured model can be asked, and says in plain words what is wrong.
func doctor(_ configuration: Configuration) async throws {
    let stored = try await StoredConnection(inFolder: configuration.dataDirectory).connection()
    if stored != nil { print("An admin connected what is looked at here; the settings would hold without it.") }
    guard case .server(let server) = stored ?? configuration.modelConnection else {
        return print(
            """
            No model is connected: the built-in coach answers. Connect one with LLM_BASE_URL and LLM_MODEL, for example
            LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2 shuren doctor
            """
        )
    }
    let loop = try EventLoop()
    async let running: Void = loop.runOnOwnThread(named: "shuren-doctor")
    let report = await ModelServerCheck.run(server, client: HTTPClient(loop: loop), time: .system)
    loop.stop()
    await running
    for finding in report.findings { print(finding) }
    guard report.isWell else {
        throw PlainClient.Failure(
            description:
                "the model cannot be asked as it is configured: look at LLM_BASE_URL, LLM_API_KEY_FILE, LLM_MODEL"
        )
    }
}
