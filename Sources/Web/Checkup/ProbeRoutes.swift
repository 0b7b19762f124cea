import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// The routes by which the way to the server is measured: what arrives of a request, of a body, and of a stream.
///
/// For admins in their browser, and for `shuren doctor`, which gets a code over the server's socket.
struct ProbeRoutes: Sendable {
    let door: ProbeDoor
    let guardian: AdminGuardian
    let addresses: ClientAddresses
    /// Whether the server takes itself to be reached over https.
    let isSecure: Bool

    /// The field in which a code comes: no proxy has a meaning for it, and no log has it.
    static let codeField = "Shuren-Probe"

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin/probe") { try await self.mirror($0) },
            Route(.post, "/api/v1/admin/probe") { request in
                try await self.letIn(request)
                _ = try jsonBody(of: request.http)
                return .json(["bytes": .number(JSON.Number(request.http.body.count))])
            },
            Route(.get, "/api/v1/admin/probe/stream", allowsHead: false) { try await self.stream($0) },
        ]
    }

    /// Throws for whoever has no code and is no admin.
    private func letIn(_ request: RoutedRequest) async throws {
        if let code = request.http.fields[Self.codeField] {
            guard self.door.accepts(code) else {
                throw WebError(.unauthorized, "wrong_code", "That is not the code of a check-up, or it is too old.")
            }
            return
        }
        _ = try await self.guardian.admin(request)
    }

    private func mirror(_ request: RoutedRequest) async throws -> HTTPResponse {
        try await self.letIn(request)
        let fields = request.http.fields
        return .json([
            "host": .string(fields["Host"] ?? ""),
            "last_event_id": text(fields["Last-Event-ID"]),
            "forwarded_for": text(fields["X-Forwarded-For"]),
            "peer": .string(request.peer.address),
            "peer_is_trusted": .bool(self.addresses.trusts(request.peer)),
            "client": .string(request.client),
            "is_secure": .bool(self.isSecure),
            "public_url": text(self.door.publicURL),
        ])
    }

    // MARK: The stream

    /// What a stream is to be like.
    private struct Wish {
        let events: Int
        let pause: Duration
        /// How many seconds nothing is sent after the events.
        let silence: Int
        /// Whether the silence is broken as that of a reply is.
        let beats: Bool

        init(_ query: QueryParameters) throws(WebError) {
            self.events = try number("events", in: query, 0...50, or: 15)
            self.pause = .milliseconds(try number("every_ms", in: query, 20...1000, or: 200))
            self.silence = try number("silence_s", in: query, 0...120, or: 0)
            guard let beats = Bool(query["beats"] ?? "true") else {
                throw WebError.badRequest("beats must be true or false.")
            }
            self.beats = beats
        }
    }

    private func stream(_ request: RoutedRequest) async throws -> HTTPResponse {
        try await self.letIn(request)
        let wish = try Wish(request.query)
        guard self.door.hasRoom else { throw WebError.tooManyRequests(.seconds(5)) }
        let beat = StreamBody.Heartbeat(every: .seconds(15), onlyInSilence: true) { stillHere }
        return HTTPResponse(
            .ok,
            fields: eventStreamFields,
            body: .stream(
                StreamBody(heartbeats: wish.beats ? [beat] : []) { stream in
                    await self.door.occupying { await self.fill(stream, wish) }
                    stream.finish()
                }
            )
        )
    }

    /// Sends the events with the time of each since the first, keeps silent, and says that this was all.
    private func fill(_ stream: ResponseStream, _ wish: Wish) async {
        stream.send(Array(": ok\n\n".utf8))
        let start = self.door.time.elapsed()
        for number in 0..<wish.events where stream.isOpen {
            if number > 0, (try? await self.door.time.sleep(wish.pause)) == nil { return }
            let milliseconds = (self.door.time.elapsed() - start).milliseconds
            let data: JSON = [
                "n": .number(JSON.Number(number + 1)), "sent_ms": .number(JSON.Number(Int(milliseconds))),
            ]
            stream.send(Array("id: \(number + 1)\nevent: tick\ndata: \(data.text)\n\n".utf8))
        }
        for _ in 0..<wish.silence where stream.isOpen {
            if (try? await self.door.time.sleep(.seconds(1))) == nil { return }
        }
        stream.send(Array("event: end\ndata: {}\n\n".utf8))
    }
}

private func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

/// A whole number in a query; what stands there when it is absent.
private func number(
    _ name: String,
    in query: QueryParameters,
    _ range: ClosedRange<Int>,
    or usual: Int
) throws(WebError) -> Int {
    guard let text = query[name] else { return usual }
    guard let number = Int(text), range.contains(number), text.first != "+" else {
        throw WebError.badRequest("\(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
}
