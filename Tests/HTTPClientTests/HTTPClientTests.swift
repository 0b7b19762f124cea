import EventLoop
import Glibc
import HTTPClient
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The HTTP client` {
    private let loop: EventLoop
    private let client: HTTPClient

    init() throws {
        let loop = try EventLoop()
        self.loop = loop
        self.client = HTTPClient(loop: loop)
        Task { await loop.runOnOwnThread(named: "test-loop") }
    }

    @Test func `sends a request and hands the answer over`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind:  a b \r\nx-kind: c\r\n\r\nhello")
        }
        let body = Array(String(repeating: "é\0漢", count: 50_000).utf8)

        let answer = try await self.client.answer(
            to: HTTPClientRequest(
                method: .post,
                url: server.url + "/p?q=1",
                fields: ["X-Key": "k", "Empty": ""],
                body: body
            )
        )

        #expect(answer.response.status == .ok)
        #expect(answer.response.fields.all("X-Kind") == ["a b", "c"])
        #expect(answer.text == "hello")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /p?q=1 HTTP/1.1")
        #expect(request["x-key"] == "k")
        #expect(request["Empty"]?.isEmpty == true)
        #expect(request["Expect"] == nil)
        #expect(request["Transfer-Encoding"] == nil)
        #expect(request.body == body)
    }

    @Test func `hands bytes over as they come, on the loop and in order`() async throws {
        defer { self.loop.stop() }
        let echo = Mutex(0)
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 0..<100 {
                connection.write("2\r\n\(number % 10);\r\n")
                // The next piece only goes out when this one has arrived: nothing is held back to be handed over at the end.
                while echo.withLock({ $0 }) < (number + 1) * 2 { usleep(50) }
            }
            connection.write("0\r\nTrailer: x\r\n\r\n")
        }
        let loop = self.loop
        let text = Mutex("")

        _ = try await self.client.send(HTTPClientRequest(url: server.url)) { _, bytes in
            #expect(loop.isCurrent)
            text.withLock { $0 += String(decoding: bytes.array, as: UTF8.self) }
            echo.withLock { $0 += bytes.count }
            return .more
        }

        #expect(text.withLock { $0 } == (0..<100).map { "\($0 % 10);" }.joined())
    }

    @Test func `uses a connection again`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            while connection.request() != nil {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }

        for _ in 0..<5 { #expect(try await self.client.answer(to: .init(url: server.url)).text == "ok") }

        #expect(server.requests.count == 5)
        #expect(server.connections == 1)
    }

    @Test func `never sends a body twice, not even when a reused connection breaks before the answer`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            guard connection.request() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            connection.request()
        }
        let request = HTTPClientRequest(method: .post, url: server.url, body: Array("{}".utf8))
        _ = try await self.client.answer(to: request)

        let error = await #expect(throws: HTTPClientError.self) { try await self.client.answer(to: request) }

        #expect(error?.isProvablyUnaccepted == false)
        // libcurl opens another connection before it finds that the body cannot be read again; no request goes out on it.
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        ("", false), ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false), ("nonsense\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", false),
    ])
    func `says that a request may have been accepted when the answer breaks`(
        answer: String,
        isUnaccepted: Bool
    ) async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write(answer)
        }

        let error = await #expect(throws: HTTPClientError.self) {
            try await self.client.answer(to: .init(method: .post, url: server.url, body: [1]))
        }

        #expect(error?.isProvablyUnaccepted == isUnaccepted)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        "http://127.0.0.1:1/", "http://name.invalid/", "https://127.0.0.1:1/", "ftp://127.0.0.1/", "file:///etc/passwd",
        "not an address", "http://127.0.0.1:99999/",
    ])
    func `says that nothing was accepted when there was no connection`(url: String) async throws {
        defer { self.loop.stop() }

        let error = await #expect(throws: HTTPClientError.self) {
            try await self.client.answer(to: .init(method: .post, url: url, body: [1]))
        }

        #expect(error?.isProvablyUnaccepted == true)
    }

    @Test func `says that nothing was accepted when TLS fails`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { $0.write("HTTP/1.1 400 No TLS here\r\n\r\n") }

        let error = await #expect(throws: HTTPClientError.self) {
            try await self.client.answer(to: .init(method: .post, url: "https://127.0.0.1:\(server.port)", body: [1]))
        }

        #expect(error?.isProvablyUnaccepted == true)
    }

    @Test func `gives up connecting after the time it was given`() async throws {
        defer { self.loop.stop() }
        // It accepts the connection and never answers the handshake.
        let server = try ScriptedServer { $0.waitForClose() }

        let error = await #expect(throws: HTTPClientError.self) {
            try await self.client.answer(
                to: .init(url: "https://127.0.0.1:\(server.port)", connectTimeout: .milliseconds(50))
            )
        }

        #expect(error?.isProvablyUnaccepted == true)
    }

    @Test(arguments: [301, 302, 307, 308])
    func `does not follow redirects`(status: Int) async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 \(status) Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        }

        let answer = try await self.client.answer(to: .init(url: server.url))

        #expect(answer.response.status.code == status)
        #expect(answer.response.fields["location"] == "/elsewhere")
        #expect(server.requests.count == 1)
    }

    @Test func `connects only to addresses that the policy allows`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { $0.request() }
        let careful = HTTPClient(loop: self.loop) { $0.isGlobal }

        for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"] {
            let error = await #expect(throws: HTTPClientError.self) {
                try await careful.answer(to: .init(url: "http://\(host):\(server.port)/"))
            }
            guard case .forbidden(let address)? = error else {
                Issue.record("\(host): \(String(describing: error))")
                continue
            }
            #expect(address.port == server.port)
        }
        #expect(server.connections == 0)
    }

    @Test func `aborts the transfer when its task is cancelled`() async throws {
        defer { self.loop.stop() }
        let (started, start) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (closed, close) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
            connection.waitForClose()
            close.yield()
        }
        let client = self.client
        let call = Task {
            try await client.send(HTTPClientRequest(url: server.url)) { _, _ in
                start.yield()
                return .more
            }
        }
        for await _ in started { break }

        call.cancel()
        let result = await call.result

        #expect(throws: HTTPClientError.cancelled) { try result.get() }
        for await _ in closed { break }
        #expect(await client.running == 0)
    }

    @Test func `may be cancelled from inside the receiver`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
            connection.waitForClose()
        }
        let client = self.client
        let held = Mutex<Task<HTTPClientResponse, any Error>?>(nil)
        let (isHeld, hold) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let call = Task {
            for await _ in isHeld { break }
            return try await client.send(HTTPClientRequest(url: server.url)) { _, _ in
                held.withLock { $0 }?.cancel()
                return .more
            }
        }
        held.withLock { $0 = call }
        hold.yield()

        let result = await call.result

        #expect(throws: HTTPClientError.cancelled) { try result.get() }
    }

    @Test func `sends nothing for a task that is cancelled already`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { $0.request() }
        let client = self.client

        let call = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.answer(to: .init(url: server.url))
        }
        call.cancel()
        let result = await call.result

        #expect(throws: HTTPClientError.cancelled) { try result.get() }
        #expect(server.connections == 0)
    }

    @Test func `ends the transfer when the receiver wants no more`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            connection.request()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            while connection.write("more ") { usleep(1000) }
        }

        await #expect(throws: HTTPClientError.aborted) {
            try await self.client.send(HTTPClientRequest(url: server.url)) { _, _ in .abort }
        }
        #expect(await self.client.running == 0)
    }

    @Test(arguments: [("0\r\n\r\n", 1), ("", 2)])
    func `takes an answer for complete once the receiver has what it needs`(end: String, connections: Int) async throws
    {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            while connection.request() != nil {
                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndone\r\n3\r\nxyz\r\n" + end)
            }
        }

        for _ in 0..<2 {
            let seen = Mutex("")
            let response = try await self.client.send(HTTPClientRequest(url: server.url)) { _, bytes in
                seen.withLock { $0 += String(decoding: bytes.array, as: UTF8.self) }
                return .end(within: .milliseconds(20))
            }
            #expect(response.status == .ok)
            #expect(seen.withLock { $0 }.hasPrefix("done"))
        }
        #expect(server.connections == connections)
    }

    @Test func `refuses fields that would begin another one`() async throws {
        defer { self.loop.stop() }

        let error = await #expect(throws: HTTPClientError.self) {
            try await self.client.answer(to: .init(url: "http://127.0.0.1:1", fields: ["A": "b\r\nC: d"]))
        }

        #expect(error == .unusable(reason: "a header field holds a line end or a NUL"))
    }

    @Test func `carries many transfers at a time`() async throws {
        defer { self.loop.stop() }
        let server = try ScriptedServer { connection in
            while let request = connection.request() {
                let text = request.line.split(separator: " ")[1]
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
        let client = self.client

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let answer = try await client.answer(to: .init(url: "\(server.url)/\(number)"))
                    #expect(answer.text == "/\(number)")
                }
            }
            try await group.waitForAll()
        }

        #expect(server.requests.count == 300)
    }

    @Test func `is found by the executor it lives on`() async throws {
        defer { self.loop.stop() }
        let other = try EventLoop()
        let pool = HTTPClientPool([self.client])

        #expect(pool.client(on: self.loop) === self.client)
        #expect(pool.client(on: other) == nil)
    }
}

extension HTTPClient {
    /// Sends a request and gathers the whole answer.
    fileprivate func answer(
        to request: HTTPClientRequest
    ) async throws(HTTPClientError) -> (response: HTTPClientResponse, text: String) {
        let gathered = Mutex<[UInt8]>([])
        let response = try await self.send(request) { _, bytes in
            gathered.withLock { $0 += bytes.array }
            return .more
        }
        return (response, String(decoding: gathered.withLock { $0 }, as: UTF8.self))
    }
}

extension Span<UInt8> {
    fileprivate var array: [UInt8] { self.indices.map { self[$0] } }
}
