import Chat
import HTTPServer
import HTTPTypes
import Observability

/// The routes by which a balancer and a collector learn how the server is.
struct OperatingRoutes: Sendable {
    let registry: GenerationRegistry
    let metrics: Metrics
    /// Why the server is not ready; `nil` when it is.
    let unreadiness: @Sendable () async -> String?

    var routes: [Route] {
        [
            Route(.get, "/livez") { _ in .text("ok\n") },
            Route(.get, "/readyz") { _ in await self.readiness() },
            Route(.get, "/metrics") { _ in
                .text(self.metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    private func readiness() async -> HTTPResponse {
        let reason = await self.registry.refusesStarts ? "the server is restarting" : await self.unreadiness()
        guard let reason else { return .text("ready\n") }
        var response = HTTPResponse.text("not ready: \(reason)\n")
        response.status = .serviceUnavailable
        return response
    }
}

extension HTTPResponse {
    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> HTTPResponse {
        HTTPResponse(
            .ok,
            fields: ["Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"],
            body: .bytes(Array(text.utf8))
        )
    }
}
