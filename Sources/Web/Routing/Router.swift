import HTTPServer
import HTTPTypes

/// A request on its way through the routes.
struct RoutedRequest: Sendable {
    let http: HTTPRequest
    let peer: Peer
    /// What stood where the route's path has a name in braces.
    let parameters: [String: String]
    let query: QueryParameters
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
    let handler: Handler

    init(_ method: HTTPMethod, _ path: String, allowsHead: Bool = true, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.segments = path.split(separator: "/", omittingEmptySubsequences: false)
        self.allowsHead = allowsHead && method == .get
        self.handler = handler
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

    private let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
    }

    func match(_ method: HTTPMethod, _ path: String) -> Match {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        var others: [HTTPMethod] = []
        for route in self.routes {
            guard let parameters = route.match(segments) else { continue }
            if route.allows(method) { return .route(route, parameters: parameters) }
            others.append(route.method)
            if route.allowsHead { others.append(.head) }
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }
}
