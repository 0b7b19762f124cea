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

    /// Who is let in.
    package enum Authentication: String, Sendable, CaseIterable {
        case open, accounts, jwt
    }

    /// Who may make an account.
    package enum SignUp: String, Sendable, CaseIterable {
        case open, invitation, closed
    }

    /// Which accounts have to have a second factor.
    package enum RequiredTOTP: String, Sendable, CaseIterable {
        case none, admins, all
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
    /// Whether a connected model is asked, once, to name each conversation.
    package var titles = true

    package var enableStreaming = false
    package var streamingRolloutPercent = 100
    /// Ids of people who get streams, and of people who do not, whatever their group is.
    package var streamingAllow: [String] = []
    package var streamingDeny: [String] = []
    /// People who were here before this day keep whole replies; empty for nobody.
    package var streamingOldWayBefore = ""
    /// Whether the rollout steps back by itself when streaming does worse, and by how many points it must.
    package var isRolloutGuarded = true
    package var rolloutGuardMarginPoints = 5
    /// How many messages of each group it wants first, and after how many it says "no worse".
    package var rolloutGuardMinimum = 50
    package var rolloutGuardSample = 1000
    /// The chance that it steps back, in one comparison, although streaming is no worse.
    package var rolloutGuardErrorRate = 0.001
    /// How long a reader may be gone before they have left.
    package var rolloutPatience = Duration.seconds(120)

    package var authentication = Authentication.open
    /// Whose tokens are taken, for whom they must be meant, where their keys are, and where people sign in.
    package var identityIssuer = ""
    package var identityAudience = ""
    package var identityKeysAddress = ""
    package var identitySignInAddress: String?
    /// `nil` for everybody where everybody is let in, and for whoever is invited elsewhere.
    package var signUp: SignUp?
    package var requiredTOTP = RequiredTOTP.none

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
    /// Replies of everybody at once; 0 leaves it to the spool.
    package var streams = 0
    /// Requests of an address in a minute that may mean much work; 0 is no limit.
    package var heavyRequestsPerMinute = 600
    /// What a connected model may answer, and what that may cost, in a day of UTC; 0 is no limit.
    package var budgetMessagesPerDay = 2000
    package var budgetTokensPerDay = 2_000_000
    package var budgetCostPerDay = 0.0
    /// 0 is no limit.
    package var tokensPerConversation = 0
    /// What a million tokens cost.
    package var inputPrice = 0.0
    package var outputPrice = 0.0
    /// The currency of the prices as ISO 4217 has it; empty where it is only a number.
    package var priceCurrency = ""
    /// Connections of everybody together.
    package var connections = 20_000
    /// Connections of one address; 0 is no limit.
    package var connectionsPerAddress = 1000
    /// Addresses of reverse proxies, behind each of which many people stand.
    package var trustedProxies: [String] = []

    /// Days after which a guest whom nobody has seen goes, with everything; 0 keeps them for ever.
    package var retentionGuestDays = 0
    /// The same for guests who have nothing here.
    package var retentionEmptyGuestDays = 30
    /// Days after which a conversation goes in which nothing has changed; 0 keeps them for ever.
    package var retentionConversationDays = 0

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
        self.read(&reader, needsModel: needsModel)
        try reader.finish()
    }

    /// All settings in the order in which they are read: their names as the file has them, the usual one first, and what
    /// each must be.
    package static var settings: [(names: [String], expected: String)] {
        var configuration = Configuration()
        var reader = SettingReader(file: [:], environment: [:], commandLine: [:])
        configuration.read(&reader, needsModel: false)
        return reader.known
    }

    private mutating func read(_ reader: inout SettingReader, needsModel: Bool) {
        reader.read("host", "a numeric address or localhost", listenAddress) { self.host = $0 }
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
        reader.read("titles", "true or false", flag) { self.titles = $0 }

        reader.read("enable_streaming", "true or false", flag, alias: "use_streaming") { self.enableStreaming = $0 }
        reader.read("streaming_rollout_percent", "a number from 0 to 100", { number($0, in: 0...100) }) {
            self.streamingRolloutPercent = $0
        }
        self.readRollout(&reader)
        reader.read("auth", "open, accounts or jwt", Authentication.init) { self.authentication = $0 }
        self.readIdentities(&reader)
        reader.read("require_totp", "none, admins or all", RequiredTOTP.init) { self.requiredTOTP = $0 }
        reader.read("sign_up", "open, invitation or closed", SignUp.init) { self.signUp = $0 }
        reader.read("public_url", "an http or https address", httpAddress) { self.publicURL = $0 }
        reader.read("allowed_hosts", "host names with commas between them, or *", { list($0, of: hostName) }) {
            self.allowedHosts = $0
        }
        reader.read(
            "allowed_origins",
            "origins like https://app.example, with commas between them",
            { list($0, of: origin) }
        ) { self.allowedOrigins = $0 }

        reader.read("standby", "true or false", flag) { self.isStandby = $0 }
        reader.read("legacy_paths", "true or false", flag) { self.hasLegacyPaths = $0 }

        reader.read("limit_streams_per_person", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.streamsPerPerson = $0
        }
        reader.read("limit_messages_per_hour", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.messagesPerHour = $0
        }
        reader.read("limit_streams", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.streams = $0
        }
        reader.read("limit_heavy_requests_per_minute", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.heavyRequestsPerMinute = $0
        }
        reader.read("limit_tokens_per_conversation", "a number, 0 for no limit", { number($0, in: 0...1_000_000_000) })
        {
            self.tokensPerConversation = $0
        }
        reader.read("budget_messages_per_day", "a number, 0 for no limit", { number($0, in: 0...1_000_000_000) }) {
            self.budgetMessagesPerDay = $0
        }
        reader.read("budget_tokens_per_day", "a number, 0 for no limit", { number($0, in: 0...1_000_000_000_000) }) {
            self.budgetTokensPerDay = $0
        }
        reader.read("budget_cost_per_day", "an amount, 0 for no limit", amount) { self.budgetCostPerDay = $0 }
        reader.read("price_per_million_input_tokens", "an amount", amount) { self.inputPrice = $0 }
        reader.read("price_per_million_output_tokens", "an amount", amount) { self.outputPrice = $0 }
        reader.read("price_currency", "three capital letters, or empty", currency) { self.priceCurrency = $0 }
        reader.read("limit_connections", "a number from 16 to 1000000", { number($0, in: 16...1_000_000) }) {
            self.connections = $0
        }
        reader.read("limit_connections_per_address", "a number, 0 for no limit", { number($0, in: 0...1_000_000) }) {
            self.connectionsPerAddress = $0
        }
        reader.read("trusted_proxies", "numeric addresses with commas between them", { list($0, of: numericAddress) }) {
            self.trustedProxies = $0
        }
        let days = "a number of days up to 36500, 0 for ever"
        reader.read("retention_guest_days", days, { number($0, in: 0...36_500) }) { self.retentionGuestDays = $0 }
        reader.read("retention_empty_guest_days", days, { number($0, in: 0...36_500) }) {
            self.retentionEmptyGuestDays = $0
        }
        reader.read("retention_conversation_days", days, { number($0, in: 0...36_500) }) {
            self.retentionConversationDays = $0
        }
        reader.read("first_chunk_timeout_seconds", "seconds from 1 to 3600", seconds) { self.firstChunkTimeout = $0 }
        reader.read("stream_idle_timeout_seconds", "seconds from 1 to 3600", seconds) { self.streamIdleTimeout = $0 }
        reader.read("stream_token_seconds", "seconds from 1 to 3600", seconds) { self.streamTokenLifetime = $0 }
        reader.read("drain_seconds", "seconds from 1 to 3600", seconds) { self.drainTimeout = $0 }
        reader.read("loops", "a number from 1 to 64", { number($0, in: 1...64) }) { self.loops = $0 }
        reader.read("log_level", "debug, info, notice, warning or error", LogLevel.init) { self.logLevel = $0 }
        reader.read("log_failed_saves", "true or false", flag) { self.logFailedSaves = $0 }

        if self.budgetCostPerDay > 0 && self.outputPrice == 0 {
            let reason = "nothing without PRICE_PER_MILLION_OUTPUT_TOKENS, because a cost is counted by prices"
            reader.complain("budget_cost_per_day", "\(self.budgetCostPerDay)", reason)
        }
        if self.provider != .builtin && self.model.isEmpty && needsModel {
            let reason = "the name of a model, because LLM_PROVIDER is \(self.provider.rawValue)"
            reader.complain("llm_model", "", reason)
        }
    }
}

extension Configuration {
    private mutating func readIdentities(_ reader: inout SettingReader) {
        reader.read("jwt_issuer") { self.identityIssuer = $0 }
        reader.read("jwt_audience") { self.identityAudience = $0 }
        reader.read("jwt_jwks_url", "an https address, or an http address of this machine", trustedAddress) {
            self.identityKeysAddress = $0
        }
        reader.read("jwt_sign_in_url", "an http or https address", { httpAddress($0) == nil ? nil : $0 }) {
            self.identitySignInAddress = $0
        }
        guard self.authentication == .jwt else { return }
        let needed = [
            ("jwt_issuer", self.identityIssuer), ("jwt_audience", self.identityAudience),
            ("jwt_jwks_url", self.identityKeysAddress),
        ]
        for (name, value) in needed where value.isEmpty {
            reader.complain(name, "", "given, because AUTH is jwt")
        }
    }

    private mutating func readRollout(_ reader: inout SettingReader) {
        let people = "ids of people with commas between them, at most 1000"
        reader.read("streaming_allow", people, { list($0, of: personID, atMost: 1000) }) { self.streamingAllow = $0 }
        reader.read("streaming_deny", people, { list($0, of: personID, atMost: 1000) }) { self.streamingDeny = $0 }
        reader.read("streaming_old_way_before", "a day like 2026-11-20, or empty", { $0.isEmpty ? $0 : day($0) }) {
            self.streamingOldWayBefore = $0
        }
        reader.read("rollout_guard", "on or off", flag) { self.isRolloutGuarded = $0 }
        reader.read("rollout_guard_margin_points", "a number from 1 to 50", { number($0, in: 1...50) }) {
            self.rolloutGuardMarginPoints = $0
        }
        reader.read("rollout_guard_minimum", "a number from 10 to 1000000", { number($0, in: 10...1_000_000) }) {
            self.rolloutGuardMinimum = $0
        }
        reader.read("rollout_guard_sample", "a number from 10 to 1000000", { number($0, in: 10...1_000_000) }) {
            self.rolloutGuardSample = $0
        }
        let chance = { (text: String) in Double(text).flatMap { (0.000001...0.1).contains($0) ? $0 : nil } }
        reader.read("rollout_guard_error_rate", "a number from 0.000001 to 0.1", chance) {
            self.rolloutGuardErrorRate = $0
        }
        reader.read("rollout_patience_seconds", "seconds from 1 to 3600", seconds) { self.rolloutPatience = $0 }
    }
}

/// The id of a person as the domain makes them.
private func personID(_ text: String) -> String? {
    let isOne =
        (16...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
    return isOne ? text : nil
}

/// A day of the Gregorian calendar, written as `2026-11-20`.
private func day(_ text: String) -> String? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
        let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0, (1...12).contains(month)
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day) ? text : nil
}

private func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
    Int(text).flatMap { range.contains($0) ? $0 : nil }
}

private func amount(_ text: String) -> Double? {
    Double(text).flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
}

private func currency(_ text: String) -> String? {
    text.isEmpty || (text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }) ? text : nil
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

/// A list whose parts are all readable, with commas and maybe spaces between them.
private func list<Element>(
    _ text: String,
    of read: (String) -> Element?,
    atMost limit: Int = .max
) -> [Element]? {
    let parts = text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    let elements = parts.compactMap(read)
    return elements.count == parts.count && parts.count <= limit ? elements : nil
}

private func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
}

/// An address whose answers nobody on the way can change.
private func trustedAddress(_ text: String) -> String? {
    guard httpAddress(text) != nil else { return nil }
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
    let isLocal = local.contains { text == $0 || text.hasPrefix($0 + ":") || text.hasPrefix($0 + "/") }
    return text.hasPrefix("https://") || isLocal ? text : nil
}

/// An address without a slash at its end; one with a name and a password in it would show them in the log.
private func httpAddress(_ text: String) -> String? {
    guard let host = text.split(separator: "://", maxSplits: 1).dropFirst().first, !host.isEmpty,
        text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: \.isWhitespace),
        !host.prefix(while: { $0 != "/" }).contains("@")
    else { return nil }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
}
