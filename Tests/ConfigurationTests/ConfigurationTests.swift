import Configuration
import Testing

@Suite struct `The configuration` {
    @Test func `has the defaults that operators rely on`() throws {
        let configuration = try read()

        #expect(configuration == Configuration())
        #expect(configuration.host == "127.0.0.1" && configuration.port == 8080)
        #expect(!configuration.enableStreaming)
        #expect(configuration.provider == .builtin)
    }

    @Test func `takes the command line before the environment and that before the file`() throws {
        let file = ["port": "1", "drain_seconds": "1", "log_level": "error"]
        let configuration = try read(file, ["PORT": "2", "DRAIN_SECONDS": "2"], ["port": "3"])

        #expect(configuration.port == 3)
        #expect(configuration.drainTimeout == .seconds(2))
        #expect(configuration.logLevel == .error)
    }

    @Test(arguments: ["ENABLE_STREAMING", "USE_STREAMING"])
    func `knows streaming under both names`(name: String) throws {
        #expect(try read([:], [name: "true"]).enableStreaming)
    }

    @Test func `connects a model when an address or a key is given`() throws {
        let configuration = try read([:], ["LLM_BASE_URL": "http://localhost:11434/v1/", "LLM_MODEL": "llama3.2"])

        #expect(configuration.provider == .openai)
        #expect(configuration.modelBaseURL == "http://localhost:11434/v1")
        #expect(try read([:], ["LLM_API_KEY": "x", "LLM_PROVIDER": "builtin"]).provider == .builtin)
    }

    @Test func `knows Anthropic's API by its name, at its own address`() throws {
        let configuration = try read([:], ["LLM_PROVIDER": "anthropic", "LLM_MODEL": "m"])

        #expect(configuration.provider == .anthropic)
        #expect(configuration.modelBaseURL == nil)
        #expect(configuration.coachStandsIn && configuration.titles)
        #expect(try !read([:], ["TITLES": "false"]).titles)
        #expect(try !read([:], ["COACH_STANDS_IN": "false"]).coachStandsIn)
        let error = #expect(throws: ConfigurationError.self) { try read([:], ["LLM_PROVIDER": "anthropic"]) }
        #expect(error?.problems.map(\.setting) == ["LLM_MODEL"])
    }

    @Test func `reads models to fall back on, each in a few words`() throws {
        let text = "anthropic https://a.example/ large /keys/a,openai http://127.0.0.1:11434/v1 small"
        let fallbacks = try read([:], ["LLM_FALLBACKS": text]).fallbacks

        #expect(fallbacks.map(\.provider) == [.anthropic, .openai])
        #expect(fallbacks.map(\.baseURL) == ["https://a.example", "http://127.0.0.1:11434/v1"])
        #expect(fallbacks.map(\.model) == ["large", "small"] && fallbacks.map(\.keyFile) == ["/keys/a", nil])
    }

    @Test(arguments: [
        "openai http://h/v1", "builtin http://h small", "openai ftp://h small", "openai http://h/v1 a b c",
    ])
    func `refuses a model to fall back on that is none`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try read([:], ["LLM_FALLBACKS": text]) }
        #expect(error?.problems.map(\.setting) == ["LLM_FALLBACKS"])
    }

    @Test(arguments: [
        ("HOST", "foo.example"), ("HOST", ""), ("HOST", "127.0.0.1:80"), ("TRUSTED_PROXIES", "foo"),
        ("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8"), ("ALLOWED_HOSTS", "http://x/"),
        ("ALLOWED_HOSTS", "a.example:8080"),
        ("ALLOWED_ORIGINS", "*"), ("ALLOWED_ORIGINS", "https://a.example/path"), ("ALLOWED_ORIGINS", "a.example"),
        ("ALLOWED_ORIGINS", "https://a.example,://b"), ("ALLOWED_ORIGINS", "https://"),
    ])
    func `refuses what is no address, host or origin`(name: String, text: String) {
        let error = #expect(throws: ConfigurationError.self) { try read([:], [name: text]) }
        #expect(error?.problems.map(\.setting) == [name])
    }

    @Test func `takes addresses, hosts and origins of every kind`() throws {
        for host in ["127.0.0.1", "0.0.0.0", "::1", "localhost"] {
            #expect(try read([:], ["HOST": host]).host == host)
        }
        #expect(try read([:], ["TRUSTED_PROXIES": "10.0.0.2, ::1,"]).trustedProxies == ["10.0.0.2", "::1"])
        let hosts = "chat.example,intern_1,[::1],192.168.1.2"
        #expect(try read([:], ["ALLOWED_HOSTS": hosts]).allowedHosts.joined(separator: ",") == hosts)
        #expect(try read([:], ["ALLOWED_HOSTS": "*"]).allowedHosts == ["*"])
        let origins = "https://app.example,http://localhost:5173,capacitor://localhost,http://[::1]:80"
        #expect(try read([:], ["ALLOWED_ORIGINS": origins]).allowedOrigins.joined(separator: ",") == origins)
    }

    @Test func `names everything that is wrong at once`() {
        let error = #expect(throws: ConfigurationError.self) {
            try read(["colour": "red"], ["PORT": "99999", "LOOPS": "0", "LLM_BASE_URL": "ftp://x"], ["log-lvl": "x"])
        }

        #expect(
            error?.problems.map(\.setting) == ["PORT", "LLM_BASE_URL", "LOOPS", "LLM_MODEL", "colour", "--log-lvl"]
        )
    }

    @Test func `shows no key in a complaint`() {
        let error = #expect(throws: ConfigurationError.self) {
            try read([:], ["LLM_API_KEY": "", "LLM_MODEL": "m"])
        }

        #expect(error?.problems.first?.text == "(not shown)")
    }
}

private func read(
    _ file: [String: String] = [:],
    _ environment: [String: String] = [:],
    _ commandLine: [String: String] = [:]
) throws -> Configuration {
    try Configuration(file: file, environment: environment, commandLine: commandLine)
}
