import Chat
import Configuration
import EventLoop
import HTTPClient
import Observability
import Providers

/// Makes the provider that a connection leads to, with all that stands between a reply and a model.
///
/// From the outside in: the rules on health, the coach that stands in, the fallbacks in their order, and around each model
/// the breaker that leaves it alone while it keeps failing.
struct ModelFactory: Sendable {
    let clients: HTTPClientPool
    let playbook: PlaybookSwitch
    let fallbacks: [ModelServer]
    let coachPace: Duration
    let coachStandsIn: Bool
    let limits: GenerationLimits
    let time: TimeSource
    let logger: Logger
    let metrics: Metrics

    func provider(for connection: ModelConnection) -> any ModelProvider {
        CarefulProvider(self.answering(connection), playbook: self.playbook)
    }

    private func answering(_ connection: ModelConnection) -> any ModelProvider {
        let coach = BuiltInCoach(pace: self.coachPace, time: self.time)
        guard case .server(let server) = connection else { return coach }
        let model = FallbackProvider(
            self.breaking(server),
            self.fallbacks.map(self.breaking),
            logger: self.logger,
            metrics: self.metrics
        )
        guard self.coachStandsIn else { return model }
        return StandInProvider(model, standIn: coach, logger: self.logger, metrics: self.metrics)
    }

    private func breaking(_ server: ModelServer) -> any ModelProvider {
        BreakingProvider(
            MeteredProvider(self.asking(server), model: server.model, time: self.time, metrics: self.metrics),
            limits: self.limits,
            time: self.time,
            logger: self.logger,
            metrics: self.metrics
        )
    }

    private func asking(_ server: ModelServer) -> any ModelProvider {
        switch server.form {
        case .openai:
            OpenAIProvider(
                settings: OpenAIProvider.Settings(baseURL: server.address, key: server.key, model: server.model),
                clients: self.clients,
                time: self.time,
                logger: self.logger
            )
        case .anthropic:
            AnthropicProvider(
                settings: AnthropicProvider.Settings(baseURL: server.address, key: server.key, model: server.model),
                clients: self.clients,
                time: self.time,
                logger: self.logger
            )
        }
    }
}

extension Configuration {
    /// What the settings connect to.
    var modelConnection: ModelConnection {
        switch self.provider {
        case .builtin: .builtIn
        case .openai: .server(self.server(.openai))
        case .anthropic: .server(self.server(.anthropic))
        }
    }

    /// Who is asked, in order, where that one does not take a call.
    var modelFallbacks: [ModelServer] {
        get throws(Settings.FileError) {
            try self.fallbacks.map { fallback throws(Settings.FileError) in
                ModelServer(
                    form: fallback.provider == .anthropic ? .anthropic : .openai,
                    address: fallback.baseURL,
                    key: try fallback.keyFile.map { path throws(Settings.FileError) in
                        try Settings.readKey(path, namedBy: "LLM_FALLBACKS")
                    },
                    model: fallback.model
                )
            }
        }
    }

    private func server(_ form: ModelServer.Form) -> ModelServer {
        ModelServer(form: form, address: self.modelBaseURL, key: self.modelKey, model: self.model)
    }
}
