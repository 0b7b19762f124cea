package import Accounts
package import Chat
internal import Crypto
package import HTTPServer
package import HTTPTypes
internal import Identifiers
package import Observability

/// Everything that a browser or a program can ask of the server, behind one function.
package struct WebSite: Sendable {
    /// The parts of the server that the routes ask.
    package struct Parts: Sendable {
        package let registry: GenerationRegistry
        package let conversations: any ConversationStore
        package let search: any MessageSearch
        package let visitors: Visitors
        package let door: FrontDoor
        package let limits: Limits
        package let rollout: RolloutDesk
        package let composing: Composing
        package let models: ModelConnector
        package let admins: AdminDoor
        package let own: ReadersOwn
        package let kept: KeptDays
        package let probes: ProbeDoor
        package let checkup: CheckupDesk
        /// Why the server is not ready; `nil` when it is.
        package let unreadiness: @Sendable () async -> String?

        package init(
            registry: GenerationRegistry,
            conversations: any ConversationStore,
            search: any MessageSearch,
            visitors: Visitors,
            door: FrontDoor,
            limits: Limits,
            rollout: RolloutDesk,
            composing: Composing,
            models: ModelConnector,
            admins: AdminDoor,
            own: ReadersOwn,
            kept: KeptDays = KeptDays(),
            probes: ProbeDoor = ProbeDoor(),
            checkup: CheckupDesk = .idle(),
            unreadiness: @escaping @Sendable () async -> String?
        ) {
            self.registry = registry
            self.conversations = conversations
            self.search = search
            self.visitors = visitors
            self.door = door
            self.limits = limits
            self.rollout = rollout
            self.composing = composing
            self.models = models
            self.admins = admins
            self.own = own
            self.kept = kept
            self.probes = probes
            self.checkup = checkup
            self.unreadiness = unreadiness
        }
    }

    private let router: Router
    private let limits: Limits
    private let files: StaticFiles
    private let gate: RequestGate
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics
    private let trustedPeers: Set<String>

    /// What `trustedPeers` call a request is taken for its name; `isSecure` tells that browsers come over https, whoever ends it; with `hasLegacyPaths` the session and rfc routes
    /// answer at the root, too.
    package init(
        parts: Parts,
        files: StaticFiles,
        gate: RequestGate,
        isSecure: Bool,
        trustedPeers: Set<String> = [],
        errors: RecentErrors = RecentErrors(),
        hasLegacyPaths: Bool = false,
        version: String,
        build: BuildDescription = BuildDescription([]),
        time: TimeSource,
        logger: Logger,
        metrics: Metrics
    ) {
        let callers = Callers(
            visitors: parts.visitors,
            people: parts.door.people,
            identities: parts.door.identities,
            isSecure: isSecure,
            logger: logger,
            metrics: metrics
        )
        let replies = Replies(
            registry: parts.registry,
            visitors: parts.visitors,
            callers: callers,
            viewers: parts.door.viewers,
            gate: gate,
            limits: parts.limits,
            providers: parts.models.providers,
            rule: StreamingRule(streaming: parts.rollout.streaming, preferences: parts.own.preferences),
            ledger: parts.rollout.ledger,
            composing: parts.composing,
            time: time,
            metrics: metrics
        )
        let chat = ChatRoutes(replies: replies)
        let conversations = ConversationRoutes(
            store: parts.conversations,
            registry: parts.registry,
            callers: callers,
            ledger: parts.rollout.ledger,
            time: time
        )
        let preferences = PreferenceRoutes(
            replies: replies,
            providers: parts.models.providers,
            kept: parts.kept
        )
        let operating = OperatingRoutes(
            registry: parts.registry,
            metrics: metrics,
            unreadiness: parts.unreadiness
        )
        let guardian = AdminGuardian(callers: callers, gate: gate, admins: parts.admins)
        let admin = AdminRoutes(guardian: guardian, models: parts.models)
        let rollout = RolloutRoutes(desk: parts.rollout, guardian: guardian)
        let insight = InsightRoutes(
            guardian: guardian,
            metrics: metrics,
            spending: parts.limits.spending,
            errors: errors,
            version: version,
            time: time
        )
        let probes = ProbeRoutes(
            door: parts.probes,
            guardian: guardian,
            addresses: parts.limits.addresses,
            isSecure: isSecure
        )
        let checkup = CheckupRoutes(
            desk: parts.checkup,
            guardian: guardian,
            models: parts.models,
            people: parts.door.people,
            metrics: metrics,
            build: build
        )
        let sessions = SessionRoutes(replies: replies, conversations: parts.conversations)
        let rfc = RFCRoutes(replies: replies)
        let bases = ["/api/v1"] + (hasLegacyPaths ? [""] : [])
        let compatible = bases.flatMap { sessions.routes(below: $0) + rfc.routes(below: $0) }
        let accounts = AccountRoutes(
            door: parts.door,
            callers: callers,
            gate: gate,
            conversations: parts.conversations,
            registry: parts.registry
        )
        let lists: [[Route]] = [
            chat.routes, conversations.routes, SearchRoutes(search: parts.search, callers: callers).routes,
            AgentRoutes(replies: replies).routes, UIMessageRoutes(replies: replies).routes,
            OnboardingRoutes(replies: replies).routes, MemoryRoutes(replies: replies).routes,
            CompletionRoutes(replies: replies).routes, compatible, operating.routes, admin.routes, rollout.routes,
            insight.routes, probes.routes, checkup.routes, preferences.routes, DeviceRoutes(replies: replies).routes,
            accounts.routes,
            KeyRoutes(people: parts.door.people, callers: callers, gate: gate).routes,
            PeopleRoutes(people: parts.door.people, guardian: guardian).routes, Self.ownRoutes(parts.own, replies),
        ]
        self.router = Router(lists.flatMap { $0 })
        self.limits = parts.limits
        self.files = files
        self.gate = gate
        self.trustedPeers = trustedPeers
        self.time = time
        self.logger = logger
        self.metrics = metrics
    }

    /// The routes by which readers take away, bring along and erase what is theirs.
    private static func ownRoutes(_ own: ReadersOwn, _ replies: Replies) -> [Route] {
        let export = ExportRoutes(
            callers: replies.callers,
            archive: own.archive,
            playbook: replies.composing.playbook,
            time: replies.time
        )
        let data = DataRoutes(callers: replies.callers, erasures: own.erasures, time: replies.time)
        return export.routes + ImportRoutes(replies: replies, imports: own.imports).routes + data.routes
    }

    /// What can be asked for, in the order in which it is looked for; the files of the page are not among it.
    package var routes: [(method: HTTPMethod, path: String)] { self.router.routes.map { ($0.method, $0.path) } }

    /// Answers one request; whatever goes wrong becomes an answer too.
    @concurrent
    package func respond(to request: HTTPRequest, from peer: Peer) async -> HTTPResponse {
        let id = self.requestID(request, peer)
        return await RequestID.$current.withValue(id) {
            var response = await self.answerAndMeasure(request, peer)
            response.fields.append("X-Request-ID", id)
            return response
        }
    }

    /// What the request is called: by a proxy that is trusted and writes it well, else by us.
    private func requestID(_ request: HTTPRequest, _ peer: Peer) -> String {
        if self.trustedPeers.contains(peer.address), let id = request.fields["X-Request-ID"].flatMap(RequestID.checked)
        {
            return id
        }
        var random = SecureRandom()
        return base64URL(of: (0..<12).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    private func answerAndMeasure(_ request: HTTPRequest, _ peer: Peer) async -> HTTPResponse {
        let start = self.time.elapsed()
        let (answer, route) = await self.answer(request, peer)
        let response = ContentCoding.packed(CrossOrigin(gate: self.gate).opened(answer, for: request), for: request)
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
            let routed = RoutedRequest(
                http: request,
                peer: peer,
                client: self.limits.addresses.client(of: request, from: peer),
                parameters: parameters,
                query: query,
                scope: route.scope
            )
            if route.isHeavy, let wait = self.limits.heavyRequests.take(for: routed.client) {
                self.metrics.count("shuren_rate_limited_total", ["limit": "heavy_requests"])
                throw WebError.tooManyRequests(wait)
            }
            var response = try await route.handler(routed)
            // A 204 may be kept on the way, too, unless it says otherwise (RFC 9110, section 15.3.5).
            if response.fields["Cache-Control"] == nil { response.fields.append("Cache-Control", "no-store") }
            return response
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
