import Chat
import Observability
import Synchronization
import TestSupport
import Testing

@Suite struct `The connector of models` {
    private let store = MemoryConnection()

    @Test func `follows the configuration until an operator says otherwise, and again when they take it back`()
        async throws
    {
        let connector = try await self.connector()
        #expect(connector.providers.provider.name == "builtIn")
        #expect(await connector.source == .configuration)

        try await connector.connect(to: .server(.small), by: "ada")
        #expect(connector.providers.provider.name == "server small")
        #expect(await connector.source == .operatorChange)
        #expect(try await self.connector().providers.provider.name == "server small")

        try await connector.connect(to: nil, by: "ada")
        #expect(connector.providers.provider.name == "builtIn")
        #expect(try await self.connector().providers.provider.name == "builtIn")
    }

    @Test func `says in the log who changed what, without the key`() async throws {
        let log = Mutex("")
        let logger = Logger(least: .debug) { line in log.withLock { $0 += line } }
        let connector = try await self.connector(logger)

        try await connector.connect(to: .server(.small), by: "ada")

        let text = log.withLock { $0 }
        #expect(text.contains("openai http://model.example/v1 small") && text.contains("ada"))
        #expect(!text.contains("sk-secret"))
    }

    @Test func `holds in the end what was kept in the end, however many change it at once`() async throws {
        let connector = try await self.connector()
        let servers = (0..<50).map { ModelServer(form: .openai, address: "http://h", model: "m\($0)") }

        await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { try await connector.connect(to: .server(server), by: "ada") } }
        }

        #expect(try await self.store.connection() == connector.connection)
        guard case .server(let last) = await connector.connection else {
            return #expect(Bool(false), "one of them is connected")
        }
        #expect(connector.providers.provider.name == "server \(last.model)")
    }

    @Test func `stays as it is when the change cannot be kept`() async throws {
        let connector = try await ModelConnector(
            configured: .builtIn,
            store: ReadOnlyConnection(),
            logger: .silent,
            askServer: { _ in ModelServerReport(findings: [], isWell: false) },
            makeProvider: { NamedProvider($0) }
        )

        await #expect(throws: StoreError.busy) { try await connector.connect(to: .server(.small), by: "ada") }

        #expect(connector.providers.provider.name == "builtIn")
        #expect(await connector.connection == .builtIn)
    }

    @Test(arguments: [
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"), (" https://a.example ", "https://a.example"),
        ("ftp://a.example", nil), ("http://", nil), ("http://me:secret@a.example", nil), ("a.example", nil),
        ("http://a.example/ /v1", nil), ("http://a.example\n", "http://a.example"), ("http://ä.example", nil),
    ])
    func `takes an address as somebody types it, or refuses it`(typed: String, address: String?) {
        #expect(ModelServer.address(typed) == address)
    }

    private func connector(_ logger: Logger = .silent) async throws -> ModelConnector {
        try await ModelConnector(
            configured: .builtIn,
            store: self.store,
            logger: logger,
            askServer: { _ in ModelServerReport(findings: [], isWell: true) },
            makeProvider: { NamedProvider($0) }
        )
    }
}

extension ModelServer {
    fileprivate static let small = ModelServer(
        form: .openai,
        address: "http://model.example/v1",
        key: "sk-secret",
        model: "small"
    )
}

private struct ReadOnlyConnection: ConnectionStore {
    func connection() async throws(StoreError) -> ModelConnection? { nil }

    func keep(_ connection: ModelConnection?) async throws(StoreError) { throw .busy }
}

/// A provider that tells what it was made of.
private struct NamedProvider: ModelProvider {
    let name: String
    let notice: String? = nil

    init(_ connection: ModelConnection) {
        self.name = if case .server(let server) = connection { "server \(server.model)" } else { "builtIn" }
    }

    func generate(
        _ prompt: Prompt,
        on executor: any SerialExecutor,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> ProviderCompletion { throw .cancelled }
}
