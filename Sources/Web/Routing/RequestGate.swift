import HTTPTypes

/// Turns away requests that another site made a browser send, before any route sees them.
///
/// `Host` is checked against DNS rebinding, `Origin` and `Content-Type` against forged requests,
/// fetch metadata where a GET starts something.
package struct RequestGate: Sendable {
    private let hosts: Set<String>
    private let origins: Set<String>
    private let allowsAnyHost: Bool

    /// `hosts` are names without a port, `*` for any; `origins` are full origins that count as our own.
    package init(hosts: Set<String>, origins: Set<String> = []) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.origins = Set(origins.map { $0.lowercased() })
        self.allowsAnyHost = hosts.contains("*")
    }

    /// Throws what the client is told when the request must not go on.
    func check(_ request: HTTPRequest) throws(WebError) {
        try self.checkHost(request)
        guard request.method != .get && request.method != .head else { return }
        try self.checkOrigin(request)
        try Self.checkContentType(request)
    }

    /// For a GET that starts something: not by a link, a prefetch or another site.
    func checkStart(_ request: HTTPRequest) throws(WebError) {
        let site = request.fields["Sec-Fetch-Site"]
        let isForeign = site != nil && site != "same-origin"
        let isNavigation = request.fields["Sec-Fetch-Dest"].map { $0 != "empty" } ?? false
        let isPrefetch = request.fields["Sec-Purpose"] != nil || request.fields["Purpose"] == "prefetch"
        guard !isPrefetch, !isNavigation, !isForeign || self.isOurs(request.fields["Origin"], request) else {
            throw WebError(.forbidden, "cross_site", "A stream is opened by the page itself, not by a link to it.")
        }
    }

    /// The origin of a page that is not ours and that the operator lists; `nil` for every other request.
    func listedOrigin(of request: HTTPRequest) -> String? {
        request.fields["Origin"].flatMap { self.origins.contains($0.lowercased()) ? $0 : nil }
    }

    /// Whether a script of our own page makes the request, as browsers say with fields that no page can set.
    func isFromOurPage(_ request: HTTPRequest) -> Bool {
        request.fields["Sec-Fetch-Site"] == "same-origin" && request.fields["Sec-Fetch-Dest"] == "empty"
    }

    /// Whether nothing says that a page of another origin asks, one that the operator lists included.
    func isFromOwnPage(_ request: HTTPRequest) -> Bool {
        if let site = request.fields["Sec-Fetch-Site"] { return site == "same-origin" || site == "none" }
        guard let origin = request.fields["Origin"]?.lowercased() else { return true }
        guard let host = request.fields["Host"]?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    private func checkHost(_ request: HTTPRequest) throws(WebError) {
        guard !self.allowsAnyHost else { return }
        let host = hostName(of: request.fields["Host"] ?? "")
        guard !self.hosts.contains(host) else { return }
        throw WebError(
            .misdirectedRequest,
            "unknown_host",
            "This server does not answer for that host name. Its operator can allow it with ALLOWED_HOSTS or PUBLIC_URL."
        )
    }

    private func checkOrigin(_ request: HTTPRequest) throws(WebError) {
        let site = request.fields["Sec-Fetch-Site"]
        let isOurs =
            request.fields["Origin"].map { self.isOurs($0, request) }
            ?? (site == nil || site == "same-origin" || site == "none")
        guard isOurs else {
            throw WebError(.forbidden, "cross_origin", "This request comes from another site and is refused.")
        }
    }

    /// An origin is ours when it names the host that was asked, or is listed.
    private func isOurs(_ origin: String?, _ request: HTTPRequest) -> Bool {
        guard let origin = origin?.lowercased() else { return false }
        if self.origins.contains(origin) { return true }
        guard let host = request.fields["Host"]?.lowercased() else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    /// A body is JSON and says so; a form, which any site can send, never is.
    private static func checkContentType(_ request: HTTPRequest) throws(WebError) {
        guard !request.body.isEmpty else { return }
        let type = (request.fields["Content-Type"] ?? "").split(separator: ";").first.map(String.init) ?? ""
        guard type.lowercased().filter({ $0 != " " }) == "application/json" else {
            throw WebError(
                .unsupportedMediaType,
                "unsupported_media_type",
                "Send JSON with Content-Type: application/json."
            )
        }
    }
}

/// The name in a `Host` field, in lower case and without the port.
func hostName(of field: String) -> String {
    let field = field.lowercased()
    if field.hasPrefix("[") { return String(field.prefix { $0 != "]" }) + "]" }
    return String(field.prefix { $0 != ":" })
}
