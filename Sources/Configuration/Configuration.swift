/// Every setting of the server, read once at the start.
///
/// A setting has one name in three places: `stream_idle_timeout_seconds` in the file, `STREAM_IDLE_TIMEOUT_SECONDS` in
/// the environment, `--stream-idle-timeout-seconds` on the command line. The later place wins.
package struct Configuration: Sendable, Equatable {
    /// What replies come from.
    package enum Provider: String, Sendable, CaseIterable {
        case builtin, openai, anthropic
    }

    /// A model that is asked where the ones before it did not take a call.
    package struct Fallback: Sendable, Equatable {
        package let provider: Provider
        package let baseURL: String
        package let model: String
        /// Where its key is; `nil` for a server that wants none.
        package let keyFile: String?

        /// Reads `openai https://model.example/v1 small /run/secrets/key`.
        init?(_ text: String) {
            let words = text.split(separator: " ").map(String.init)
            guard (3...4).contains(words.count), let provider = Provider(rawValue: words[0]), provider != .builtin,
                let address = httpAddress(words[1])
            else { return nil }
            self.provider = provider
            self.baseURL = address
            self.model = words[2]
            self.keyFile = words.count == 4 ? words[3] : nil
        }
    }

    /// How much is logged.
    package enum LogLevel: String, Sendable, CaseIterable {
        case debug, info, notice, warning, error
    }

    package var host = "127.0.0.1"
    /// 0 takes a free port and prints it.
    package var port: UInt16 = 8080
    package var dataDirectory = "data"
    /// `nil` for a folder inside the data folder.
    package var spoolDirectory: String?
    /// Where the agents are described; `nil` for `Config/agents.json`, which may be missing.
    package var agentsFile: String?
    /// Where the onboarding's questions are described; `nil` for `Config/onboarding.json`, which may be missing.
    package var onboardingFile: String?
    /// Where help is, by country; `nil` for `Config/help-lines.json`, which may be missing.
    package var helpLinesFile: String?
    /// What the coach's plans are made of; must hold `exercises.json` and `foods.json`, or not exist.
    package var knowledgeDirectory = "Config/knowledge"
    package var spoolMegabytes = 64
    package var publicDirectory = "Public"

    package var provider = Provider.builtin
    /// The model API's address; `nil` for the one where the provider's API usually is.
    package var modelBaseURL: String?
    package var modelKey: String?
    package var modelKeyFile: String?
    package var model = ""
    /// Who is asked, in order, where the model does not take a call.
    package var fallbacks: [Fallback] = []
    /// How many tokens a prompt may have.
    package var contextTokens = 16_000
    /// Between two words of the built-in coach.
    package var coachPace = Duration.milliseconds(30)
    /// Whether the built-in coach answers while the model is out of order.
    package var coachStandsIn = true

    package var enableStreaming = false
    package var streamingRolloutPercent = 100

    /// Where browsers reach the server, when that is not where it listens.
    package var publicURL: String?
    package var allowedHosts: [String] = []
    package var allowedOrigins: [String] = []
    /// Whether to wait, serving reads, while another process owns the data folder.
    package var isStandby = false
    /// Whether the session and rfc routes answer at the root, too, where their first clients expect them.
    package var hasLegacyPaths = false

    /// 0 is no limit.
    package var streamsPerPerson = 10
    /// 0 is no limit.
    package var messagesPerHour = 100
    /// Connections of everybody together.
    package var connections = 20_000
    /// Connections of one address; 0 is no limit.
    package var connectionsPerAddress = 1000
    /// Addresses of reverse proxies, behind each of which many people stand.
    package var trustedProxies: [String] = []

    package var firstChunkTimeout = Duration.seconds(60)
    package var streamIdleTimeout = Duration.seconds(30)
    package var streamTokenLifetime = Duration.seconds(300)
    package var drainTimeout = Duration.seconds(120)

    /// `nil` for one for each core.
    package var loops: Int?
    package var logLevel = LogLevel.info
    package var logFailedSaves = true

    package init() {}

    /// Reads the settings; every unusable one is reported, not only the first.
    ///
    /// The file's and the command line's settings come by their names in the file; the environment as it is.
    package init(
        file: [String: String],
        environment: [String: String],
        commandLine: [String: String],
        needsModel: Bool = true
    ) throws(ConfigurationError) {
        self.init()
        var reader = SettingReader(file: file, environment: environment, commandLine: commandLine)

        reader.read("host") { self.host = $0 }
        reader.read("port", "a port from 0 to 65535", UInt16.init) { self.port = $0 }
        reader.read("data_dir") { self.dataDirectory = $0 }
        reader.read("agents_file") { self.agentsFile = $0 }
        reader.read("onboarding_file") { self.onboardingFile = $0 }
        reader.read("help_lines_file") { self.helpLinesFile = $0 }
        reader.read("knowledge_dir") { self.knowledgeDirectory = $0 }
        reader.read("spool_dir") { self.spoolDirectory = $0 }
        reader.read("spool_megabytes", "a number from 16 to 65536", { number($0, in: 16...65_536) }) {
            self.spoolMegabytes = $0
        }
        reader.read("public_dir") { self.publicDirectory = $0 }

        reader.read("llm_base_url", "an http or https address", httpAddress) { self.modelBaseURL = $0 }
        reader.read("llm_api_key") { self.modelKey = $0 }
        reader.read("llm_api_key_file") { self.modelKeyFile = $0 }
        reader.read("llm_model") { self.model = $0 }
        reader.read(
            "llm_fallbacks",
            "models with commas between them, each as PROVIDER ADDRESS MODEL or PROVIDER ADDRESS MODEL KEYFILE",
            { list($0, of: Fallback.init) }
        ) { self.fallbacks = $0 }
        reader.read("context_tokens", "a number from 2000 to 2000000", { number($0, in: 2000...2_000_000) }) {
            self.contextTokens = $0
        }
        if reader.isGiven("llm_base_url") || reader.isGiven("llm_api_key") || reader.isGiven("llm_api_key_file") {
            self.provider = .openai
        }
        reader.read("llm_provider", "builtin, openai or anthropic", Provider.init) { self.provider = $0 }
        reader.read("coach_pace_milliseconds", "a number from 0 to 10000", { number($0, in: 0...10_000) }) {
            self.coachPace = .milliseconds($0)
        }
        reader.read("coach_stands_in", "true or false", flag) { self.coachStandsIn = $0 }

        reader.read("enable_streaming", "true or false", flag, alias: "use_streaming") { self.enableStreaming = $0 }
        reader.read("streaming_rollout_percent", "a number from 0 to 100", { number($0, in: 0...100) }) {
            self.streamingRolloutPercent = $0
        }
        reader.read("auth", "open, the only way that this version knows", { $0 == "open" ? $0 : nil }) { _ in }
        reader.read("public_url", "an http or https address", httpAddress) { self.publicURL = $0 }
        reader.read("allowed_hosts", "host names with commas between them", list) { self.allowedHosts = $0 }
        reader.read("allowed_origins", "origins with commas between them", list) { self.allowedOrigins = $0 }

        reader.read("standby", "true or false", flag) { self.isStandby = $0 }
        reader.read("legacy_paths", "true or false", flag) { self.hasLegacyPaths = $0 }

        reader.read("limit_streams_per_person", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.streamsPerPerson = $0
        }
        reader.read("limit_messages_per_hour", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.messagesPerHour = $0
        }
        reader.read("limit_connections", "a number from 16 to 1000000", { number($0, in: 16...1_000_000) }) {
            self.connections = $0
        }
        reader.read("limit_connections_per_address", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.connectionsPerAddress = $0
        }
        reader.read("trusted_proxies", "addresses with commas between them", list) { self.trustedProxies = $0 }
        reader.read("first_chunk_timeout_seconds", "seconds from 1 to 3600", seconds) { self.firstChunkTimeout = $0 }
        reader.read("stream_idle_timeout_seconds", "seconds from 1 to 3600", seconds) { self.streamIdleTimeout = $0 }
        reader.read("stream_token_seconds", "seconds from 1 to 3600", seconds) { self.streamTokenLifetime = $0 }
        reader.read("drain_seconds", "seconds from 1 to 3600", seconds) { self.drainTimeout = $0 }
        reader.read("loops", "a number from 1 to 64", { number($0, in: 1...64) }) { self.loops = $0 }
        reader.read("log_level", "debug, info, notice, warning or error", LogLevel.init) { self.logLevel = $0 }
        reader.read("log_failed_saves", "true or false", flag) { self.logFailedSaves = $0 }

        if self.provider != .builtin && self.model.isEmpty && needsModel {
            let reason = "the name of a model, because LLM_PROVIDER is \(self.provider.rawValue)"
            reader.complain("llm_model", "", reason)
        }
        try reader.finish()
    }
}

private func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
    Int(text).flatMap { range.contains($0) ? $0 : nil }
}

private func seconds(_ text: String) -> Duration? {
    number(text, in: 1...3600).map { .seconds($0) }
}

private func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "1", "yes", "on": true
    case "false", "0", "no", "off": false
    default: nil
    }
}

private func list(_ text: String) -> [String]? {
    text.split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }.filter { !$0.isEmpty }
}

/// A list whose parts are all readable.
private func list<Element>(_ text: String, of read: (String) -> Element?) -> [Element]? {
    let parts = text.split(separator: ",")
    let elements = parts.compactMap { read(String($0)) }
    return elements.count == parts.count ? elements : nil
}

/// An address without a slash at its end; one with a name and a password in it would show them in the log.
private func httpAddress(_ text: String) -> String? {
    guard let host = text.split(separator: "://", maxSplits: 1).dropFirst().first, !host.isEmpty,
        text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: \.isWhitespace),
        !host.prefix(while: { $0 != "/" }).contains("@")
    else { return nil }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
}
