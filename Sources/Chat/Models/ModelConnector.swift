package import Observability

/// Where the connection is kept that an operator made while the server ran.
///
/// It holds a key, so it is its owner's alone and in no backup.
package protocol ConnectionStore: Sendable {
    /// `nil` when none was made, or it was given up.
    func connection() async throws(StoreError) -> ModelConnection?

    /// Keeps a connection, or forgets it; returns once that is on disk.
    func keep(_ connection: ModelConnection?) async throws(StoreError)
}

/// Connects the server to a model, at the start and while it runs.
///
/// What an operator chose while the server ran wins over the configuration until it is given up.
package actor ModelConnector {
    /// Where the connection in force comes from.
    package enum Source: String, Sendable {
        case configuration
        case operatorChange = "operator"
    }

    package typealias Check = @Sendable (ModelServer) async -> ModelServerReport

    /// The provider that the connection in force leads to.
    package nonisolated let providers: ProviderSwitch

    private let configured: ModelConnection
    private let store: any ConnectionStore
    private let makeProvider: @Sendable (ModelConnection) -> any ModelProvider
    private let askServer: Check
    private let logger: Logger
    private var chosen: ModelConnection?
    /// Whether a change is being kept, and who waits for that: two at once could be kept in one order and hold in another.
    private var isChanging = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Connects to what the `store` has, or to what is `configured`.
    package init(
        configured: ModelConnection,
        store: any ConnectionStore,
        logger: Logger,
        askServer: @escaping Check,
        makeProvider: @escaping @Sendable (ModelConnection) -> any ModelProvider
    ) async throws(StoreError) {
        let chosen = try await store.connection()
        self.configured = configured
        self.store = store
        self.logger = logger
        self.askServer = askServer
        self.makeProvider = makeProvider
        self.chosen = chosen
        self.providers = ProviderSwitch(makeProvider(chosen ?? configured))
        if let chosen, chosen != configured {
            logger.notice("the model that an admin connected holds, not the settings'", ["model": chosen.text])
        }
    }

    package var connection: ModelConnection { self.chosen ?? self.configured }
    package var source: Source { self.chosen == nil ? .configuration : .operatorChange }

    /// What a server says that might be connected.
    package nonisolated func check(_ server: ModelServer) async -> ModelServerReport { await self.askServer(server) }

    /// Connects to another model, for every reply that begins from now on and for later starts; `nil` goes back to what is
    /// configured.
    package func connect(to connection: ModelConnection?, by who: String) async throws(StoreError) {
        while self.isChanging { await withCheckedContinuation { self.waiting.append($0) } }
        self.isChanging = true
        defer { self.changed() }
        try await self.store.keep(connection)
        self.chosen = connection
        self.providers.apply(self.makeProvider(self.connection))
        self.logger.notice(
            "the model was changed",
            ["by": who, "model": self.connection.text, "source": self.source.rawValue]
        )
    }

    private func changed() {
        self.isChanging = false
        for waiter in self.waiting { waiter.resume() }
        self.waiting = []
    }
}
