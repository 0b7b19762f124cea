import EventLoop
import HTTPServer
import HTTPTypes
import Observability
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The HTTP server` {
    private let loops: [TestLoop]

    init() throws {
        self.loops = [try TestLoop(), try TestLoop()]
    }

    @Test func `answers with the length of the body`() async throws {
        let client = try RawClient(port: try await self.serve(echo).port)

        try client.send("POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
        let answer = try await client.readToEnd()

        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
        #expect(answer.contains("\r\nContent-Length: 8\r\nConnection: close\r\n\r\n"))
        #expect(answer.hasSuffix("/a:hello"))
    }

    @Test func `answers pipelined requests in their order on one connection`() async throws {
        let client = try RawClient(port: try await self.serve(echo).port)

        try client.send((1...5).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
        let answer = try await client.read { $0.hasSuffix("/5:") }

        let order = answer.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix(3) }
        #expect(order == ["/1:", "/2:", "/3:", "/4:", "/5:"])
    }

    @Test func `sends the same fields for HEAD, and no body`() async throws {
        let client = try RawClient(port: try await self.serve(echo).port)

        try client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = try await client.readToEnd()

        #expect(answer.contains("Content-Length: 5\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func `refuses what is no request, and reads nothing behind it`() async throws {
        let served = Mutex(0)
        let server = try await self.serve { request, peer in
            served.withLock { $0 += 1 }
            return await echo(request, peer)
        }
        let client = try RawClient(port: server.port)

        try client.send("GET / HTTP/1.1\r\nHost: x\r\nBad Field: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try await client.readToEnd()

        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(answer.contains("Connection: close"))
        #expect(served.withLock { $0 } == 0)
    }

    @Test func `gives a head that drips too slowly 408`() async throws {
        var limits = ConnectionLimits()
        limits.head = .seconds(2)
        let client = try RawClient(port: try await self.serve(limits: limits, echo).port)

        try client.send("GET / HT")
        let answer = try await client.readToEnd()

        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test func `asks for an announced body`() async throws {
        let client = try RawClient(port: try await self.serve(echo).port)

        try client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try await client.read { $0.hasSuffix("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("ok")

        #expect(try await client.read { $0.hasSuffix("ok") }.hasSuffix("/a:ok"))
    }

    @Test func `streams in chunks, each as it comes, and goes on with the connection`() async throws {
        let streams = AsyncStream<ResponseStream>.makeStream()
        let server = try await self.serve(streaming(to: streams.continuation))
        let client = try RawClient(port: server.port)

        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        var iterator = streams.stream.makeAsyncIterator()
        let first = try #require(await iterator.next())
        first.send(Array("one".utf8))
        #expect(try await client.read { $0.hasSuffix("3\r\none\r\n") }.contains("Transfer-Encoding: chunked\r\n"))
        first.send(Array("two ".utf8))
        first.send(Array("three".utf8))
        first.finish()

        let rest = try await client.read { $0.contains("0\r\n\r\nHTTP/1.1 200 OK") }
        #expect(unchunked(rest).hasPrefix("two three"))
        #expect(!first.isOpen)
        try #require(await iterator.next()).finish()
    }

    @Test func `notices at once that the reader of a stream has left`() async throws {
        let streams = AsyncStream<ResponseStream>.makeStream()
        let server = try await self.serve(streaming(to: streams.continuation))
        var client: RawClient? = try RawClient(port: server.port)
        try client?.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        var iterator = streams.stream.makeAsyncIterator()
        let stream = try #require(await iterator.next())
        stream.send(Array("x".utf8))
        _ = try await client?.read { $0.hasSuffix("x\r\n") }

        client = nil

        while stream.isOpen { await Task.yield() }
    }

    @Test func `hands over one piece that is larger than the bound, and the end behind it`() async throws {
        let streams = AsyncStream<ResponseStream>.makeStream()
        let client = try RawClient(port: try await self.serve(streaming(to: streams.continuation)).port)

        try client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        var iterator = streams.stream.makeAsyncIterator()
        let stream = try #require(await iterator.next())
        stream.send([UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20))
        stream.finish()

        let answer = try await client.readToEnd()
        #expect(answer.utf8.count { $0 == UInt8(ascii: "x") } == 8 << 20)
        #expect(answer.hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test func `drops a reader that lags behind by more than the bound`() async throws {
        let (_, client, stream) = try await self.serveStream()

        let piece = [UInt8](repeating: 0x61, count: 64 * 1024)
        while stream.isOpen {
            stream.send(piece)
            await Task.yield()
        }

        #expect(throws: RawClient.Failure.self) { while true { try client.send("x") } }
    }

    @Test func `beats by the clock while a stream is silent`() async throws {
        let server = try await self.serve { _, _ in
            let beat = StreamBody.Heartbeat(every: .milliseconds(5), onlyInSilence: true) { Array("beat".utf8) }
            // The stream is kept by nobody but its connection, whose client is what this test holds.
            return HTTPResponse(body: .stream(StreamBody(heartbeats: [beat]) { _ in }))
        }
        let client = try RawClient(port: server.port)

        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")

        _ = try await client.read { $0.hasSuffix("4\r\nbeat\r\n4\r\nbeat\r\n") }
    }

    @Test func `closes what is idle, and lets answers end before it closes the rest`() async throws {
        let (server, busy, stream) = try await self.serveStream()
        let idle = try RawClient(port: server.port)
        // It is known to the server once it has had an answer.
        try idle.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try await idle.read { $0.hasSuffix("\r\n\r\n") }

        async let closing: Void = server.close(within: .seconds(60))
        #expect(try await idle.readToEnd().isEmpty)
        stream.send(Array("last".utf8))
        stream.finish()

        #expect(try await busy.readToEnd().hasSuffix("4\r\nlast\r\n0\r\n\r\n"))
        busy.shutWriting()
        await closing
    }

    @Test func `ends what takes longer to answer than a close may wait`() async throws {
        let (server, busy, stream) = try await self.serveStream()

        await server.close(within: .milliseconds(20))

        #expect(try await !busy.readToEnd().hasSuffix("0\r\n\r\n"))
        #expect(!stream.isOpen)
    }

    @Test func `says clearly that a port is taken`() async throws {
        let server = try await self.serve(echo)

        let error = #expect(throws: ListenError.self) { try self.listen(port: server.port, echo) }

        #expect(error?.description.contains("Port \(server.port) on 127.0.0.1 is taken") == true)
    }

    /// A server with a client whose request it answers, and the stream that is the answer.
    private func serveStream() async throws -> (HTTPServer, RawClient, ResponseStream) {
        let streams = AsyncStream<ResponseStream>.makeStream()
        let server = try await self.serve(streaming(to: streams.continuation))
        let client = try RawClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        var iterator = streams.stream.makeAsyncIterator()
        return (server, client, try #require(await iterator.next()))
    }

    private func serve(
        limits: ConnectionLimits = ConnectionLimits(),
        _ handler: @escaping RequestHandler
    ) async throws -> HTTPServer {
        let server = try self.listen(limits: limits, handler)
        try await server.open()
        return server
    }

    private func listen(
        port: UInt16 = 0,
        limits: ConnectionLimits = ConnectionLimits(),
        _ handler: @escaping RequestHandler
    ) throws -> HTTPServer {
        try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: port),
            loops: self.loops.map(\.loop),
            limits: limits,
            metrics: Metrics(),
            logger: .silent,
            handler: handler
        )
    }
}

/// Answers with the path and the body.
@concurrent
private func echo(_ request: HTTPRequest, _ peer: Peer) async -> HTTPResponse {
    HTTPResponse(body: .bytes(Array("\(request.path):".utf8) + request.body))
}

/// Answers with a stream that the test writes.
private func streaming(to streams: AsyncStream<ResponseStream>.Continuation) -> RequestHandler {
    { _, _ in HTTPResponse(body: .stream(StreamBody { stream in streams.yield(stream) })) }
}

/// The content of the chunks at the front of `text`.
private func unchunked(_ text: String) -> String {
    var content = ""
    var rest = text[...]
    while let end = rest.firstRange(of: "\r\n"), let size = Int(rest[..<end.lowerBound], radix: 16), size > 0 {
        let chunk = rest[end.upperBound...].prefix(size)
        content += chunk
        rest = rest[chunk.endIndex...].dropFirst(1)
    }
    return content
}
