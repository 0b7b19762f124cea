import Configuration
import EventLoop
import Glibc
import HTTPClient
import Providers

/// Looks whether the configured model can be asked, and says in plain words what is wrong.
func doctor(_ configuration: Configuration) async throws {
    guard let form = ModelServerCheck.Form(configuration.provider) else {
        return print(
            """
            No model is connected: the built-in coach answers. Connect one with LLM_BASE_URL and LLM_MODEL, for example
            LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2 shuren doctor
            """
        )
    }
    let loop = try EventLoop()
    async let running: Void = loop.runOnOwnThread(named: "shuren-doctor")
    let check = await ModelServerCheck.run(
        form,
        baseURL: configuration.modelBaseURL ?? form.usualAddress,
        key: configuration.modelKey,
        model: configuration.model.isEmpty ? nil : configuration.model,
        client: HTTPClient(loop: loop)
    )
    loop.stop()
    await running
    for finding in check.findings { print(finding) }
    guard check.isWell else { throw PlainClient.Failure(description: "the model cannot be asked as it is configured") }
}

extension ModelServerCheck.Form {
    /// `nil` for the coach, which needs no server.
    fileprivate init?(_ provider: Configuration.Provider) {
        switch provider {
        case .builtin: return nil
        case .openai: self = .openai
        case .anthropic: self = .anthropic
        }
    }

    /// Where Ollama listens, and Anthropic's own address.
    var usualAddress: String {
        switch self {
        case .openai: "http://127.0.0.1:11434/v1"
        case .anthropic: "https://api.anthropic.com"
        }
    }
}
