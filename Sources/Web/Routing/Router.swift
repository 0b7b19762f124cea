import Accounts
import HTTPServer
import HTTPTypes

/// A request on its way through the routes.
struct RoutedRequest: Sendable {
    let http: HTTPRequest
    let peer: Peer
    /// The client's network, seen through the operator's proxies.
    let client: String
    /// What stood where the route's path has a name in braces.
    let parameters: [String: String]
    let query: QueryParameters
    /// What a key must be for to ask this.
    var scope = KeyScope.admin
}

/// One thing that can be asked for.
struct Route: Sendable {
    typealias Handler = @concurrent @Sendable (RoutedRequest) async throws -> HTTPResponse

    let method: HTTPMethod
    /// The path as written, `/conversations/{id}`: also the name of the route in metrics.
    let path: String
    let segments: [Substring]
    /// Whether HEAD may run it: not where asking starts something.
    let allowsHead: Bool
    /// What a key must be for to ask this.
    let scope: KeyScope
    /// Whether a request may mean much work, so that an address may make only so many of them in a minute.
    var isHeavy = false
    let handler: Handler

    init(_ method: HTTPMethod, _ path: String, allowsHead: Bool = true, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.segments = path.split(separator: "/", omittingEmptySubsequences: false)
        self.allowsHead = allowsHead && method == .get
        let isAdmins = path == "/api/v1/admin" || path.hasPrefix("/api/v1/admin/")
        self.scope = isAdmins ? .admin : self.allowsHead ? .read : .chat
        self.handler = handler
    }

    /// The same route, of which an address may ask only so often.
    var heavy: Route {
        var route = self
        route.isHeavy = true
        return route
    }

    /// The parameters if this route's path is `segments`; `nil` otherwise.
    fileprivate func match(_ segments: [Substring]) -> [String: String]? {
        guard segments.count == self.segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, segment) in zip(self.segments, segments) {
            if pattern.first == "{" {
                parameters[String(pattern.dropFirst().dropLast())] = String(segment)
            } else if pattern != segment {
                return nil
            }
        }
        return parameters
    }

    fileprivate func allows(_ method: HTTPMethod) -> Bool {
        self.method == method || (method == .head && self.allowsHead)
    }
}

/// Finds the route of a request.
struct Router: Sendable {
    /// What was found.
    enum Match {
        case route(Route, parameters: [String: String])
        /// The path is known under other methods.
        case otherMethods([HTTPMethod])
        case nothing
    }

    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
    }

    func match(_ method: HTTPMethod, _ path: String) -> Match {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let matches = self.routes.compactMap { route in route.match(segments).map { (route, $0) } }
        // A path that is written out is meant before one with a name in its place, whatever the method.
        guard let fewest = matches.map(\.1.count).min() else { return .nothing }
        let closest = matches.filter { $0.1.count == fewest }
        if let (route, parameters) = closest.first(where: { $0.0.allows(method) }) {
            return .route(route, parameters: parameters)
        }
        return .otherMethods(closest.flatMap { $0.0.allowsHead ? [$0.0.method, .head] : [$0.0.method] })
    }
}
