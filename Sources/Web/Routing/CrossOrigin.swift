import HTTPServer
import HTTPTypes

/// What pages of other origins may do: those that the operator lists, what our own page may; all others nothing.
///
/// The rules are those of the Fetch standard, section 3.2. An origin is named, never `*`: answers belong to whoever asks
/// (record 0005).
struct CrossOrigin: Sendable {
    private static let methods = "GET, POST, PATCH, DELETE"
    private static let requestFields = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID"
    private static let responseFields = "ETag, Retry-After, X-Request-ID, x-vercel-ai-ui-message-stream"
    /// How long browsers may remember the answer to their question, in seconds.
    private static let memory = "600"

    let gate: RequestGate

    /// The answer to a browser's question whether a page may ask what it wants to; `nil` when it asks something else.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == .options, request.fields["Access-Control-Request-Method"] != nil,
            self.gate.listedOrigin(of: request) != nil
        else { return nil }
        return HTTPResponse(
            .noContent,
            fields: [
                "Access-Control-Allow-Methods": Self.methods, "Access-Control-Allow-Headers": Self.requestFields,
                "Access-Control-Max-Age": Self.memory,
            ]
        )
    }

    /// Lets a page of a listed origin read the answer to its request.
    func opened(_ response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        guard let origin = self.gate.listedOrigin(of: request) else { return response }
        var response = response
        response.fields.append("Access-Control-Allow-Origin", origin)
        response.fields.append("Access-Control-Allow-Credentials", "true")
        response.fields.append("Access-Control-Expose-Headers", Self.responseFields)
        response.fields.append("Vary", "Origin")
        return response
    }
}
