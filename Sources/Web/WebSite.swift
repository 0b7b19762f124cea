package import Accounts
package import Chat
package import HTTPServer
package import HTTPTypes
package import Observability

/// Everything that a browser or a program can ask of the server, behind one function.
package struct WebSite: Sendable {
    /// The parts of the server that the routes ask.
    package struct Parts: Sendable {
        package let registry: GenerationRegistry
        package let conversations: any ConversationStore
        package let visitors: Visitors
        package let limiter: any Limiter
        package let streaming: StreamingSwitch
        package let composing: Composing
        package let models: ModelConnector
        package let admins: AdminDoor
        /// Why the server is not ready; `nil` when it is.
        package let unreadiness: @Sendable () async -> String?

        package init(
            registry: GenerationRegistry,
            conversations: any ConversationStore,
            visitors: Visitors,
            limiter: any Limiter,
            streaming: StreamingSwitch,
            composing: Composing,
            models: ModelConnector,
            admins: AdminDoor,
            unreadiness: @escaping @Sendable () async -> String?
        ) {
            self.registry = registry
            self.conversations = conversations
            self.visitors = visitors
            self.limiter = limiter
            self.streaming = streaming
            self.composing = composing
            self.models = models
            self.admins = admins
            self.unreadiness = unreadiness
        }
    }

    private let router: Router
    private let files: StaticFiles
    private let gate: RequestGate
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics

    /// `isSecure` tells that browsers come over https, whoever ends it; with `hasLegacyPaths` the session and rfc routes
    /// answer at the root, too.
    package init(
        parts: Parts,
        files: StaticFiles,
        gate: RequestGate,
        isSecure: Bool,
        hasLegacyPaths: Bool = false,
        version: String,
        time: TimeSource,
        logger: Logger,
        metrics: Metrics
    ) {
        let callers = Callers(visitors: parts.visitors, isSecure: isSecure, logger: logger, metrics: metrics)
        let replies = Replies(
            registry: parts.registry,
            visitors: parts.visitors,
            callers: callers,
            gate: gate,
            limiter: parts.limiter,
            streaming: parts.streaming,
            composing: parts.composing,
            time: time,
            metrics: metrics
        )
        let chat = ChatRoutes(replies: replies)
        let conversations = ConversationRoutes(
            store: parts.conversations,
            registry: parts.registry,
            callers: callers,
            time: time
        )
        let operating = OperatingRoutes(
            registry: parts.registry,
            callers: callers,
            streaming: parts.streaming,
            playbook: parts.composing.playbook,
            providers: parts.models.providers,
            version: version,
            metrics: metrics,
            unreadiness: parts.unreadiness
        )
        let admin = AdminRoutes(callers: callers, gate: gate, admins: parts.admins, models: parts.models)
        let sessions = SessionRoutes(replies: replies, conversations: parts.conversations)
        let rfc = RFCRoutes(replies: replies)
        let bases = ["/api/v1"] + (hasLegacyPaths ? [""] : [])
        self.router = Router(
            chat.routes + conversations.routes + AgentRoutes(replies: replies).routes
                + UIMessageRoutes(replies: replies).routes + OnboardingRoutes(replies: replies).routes
                + MemoryRoutes(replies: replies).routes + CompletionRoutes(replies: replies).routes
                + bases.flatMap { sessions.routes(below: $0) + rfc.routes(below: $0) } + operating.routes + admin.routes
        )
        self.files = files
        self.gate = gate
        self.time = time
        self.logger = logger
        self.metrics = metrics
    }

    /// Answers one request; whatever goes wrong becomes an answer too.
    @concurrent
    package func respond(to request: HTTPRequest, from peer: Peer) async -> HTTPResponse {
        let start = self.time.elapsed()
        let (answer, route) = await self.answer(request, peer)
        let response = CrossOrigin(gate: self.gate).opened(answer, for: request)
        let labels: KeyValuePairs = ["route": route, "code": "\(response.status.code)"]
        self.metrics.count("shuren_http_requests_total", labels)
        self.metrics.observe("shuren_http_request_seconds", ["route": route], lasting: self.time.elapsed() - start)
        return response
    }

    /// The answer, and the name of the route for the metrics: never a path as it was sent.
    private func answer(_ request: HTTPRequest, _ peer: Peer) async -> (HTTPResponse, String) {
        do {
            try self.gate.check(request)
        } catch {
            self.logger.notice("refused a request", ["code": error.code, "peer": peer.address])
            return (error.response, "refused")
        }
        if let response = CrossOrigin(gate: self.gate).preflight(request) { return (response, "preflight") }
        switch self.router.match(request.method, request.path) {
        case .route(let route, let parameters):
            return (await self.run(route, request, peer, parameters), route.path)
        case .otherMethods(let methods):
            return (methodNotAllowed(methods), "other")
        case .nothing:
            return self.file(for: request)
        }
    }

    private func run(
        _ route: Route,
        _ request: HTTPRequest,
        _ peer: Peer,
        _ parameters: [String: String]
    ) async -> HTTPResponse {
        guard let query = QueryParameters(request.query ?? "") else {
            return WebError.badRequest("The query string is broken or names something twice.").response
        }
        do {
            let routed = RoutedRequest(http: request, peer: peer, parameters: parameters, query: query)
            return try await route.handler(routed)
        } catch {
            let described = WebError(describing: error)
            if described.status.code >= 500 {
                self.logger.error("a request failed", ["route": route.path, "error": "\(error)"])
            }
            return described.response
        }
    }

    private func file(for request: HTTPRequest) -> (HTTPResponse, String) {
        guard let response = self.files.response(for: request) else { return (WebError.notFound.response, "none") }
        guard request.method == .get || request.method == .head else {
            return (methodNotAllowed([.get, .head]), "file")
        }
        return (response, "file")
    }
}

private func methodNotAllowed(_ methods: [HTTPMethod]) -> HTTPResponse {
    let list = methods.map(\.rawValue).joined(separator: ", ")
    var response = WebError(.methodNotAllowed, "method_not_allowed", "Use \(list).").response
    response.fields.append("Allow", list)
    return response
}
