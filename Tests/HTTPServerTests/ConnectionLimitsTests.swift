import EventLoop
import HTTPTypes
import Observability
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite(.timeLimit(.minutes(20))) struct `The limits on connections` {
    private let loops: [TestLoop]

    init() throws {
        self.loops = [try TestLoop(), try TestLoop()]
    }

    @Test func `let a body take its time as long as it keeps the rate`() {
        let limits = ConnectionLimits()
        var pace = BodyPace(began: .seconds(100))

        #expect(pace.verdict(at: .seconds(100), limits: limits) == .lookAgain(after: .seconds(5)))
        #expect(pace.verdict(at: .seconds(105), limits: limits) == .lookAgain(after: .seconds(1)))
        #expect(pace.verdict(at: .seconds(106), limits: limits) == .tooSlow)
        pace.received(239)
        #expect(pace.verdict(at: .seconds(106), limits: limits) == .tooSlow)
        pace.received(1)
        #expect(pace.verdict(at: .seconds(106), limits: limits) == .lookAgain(after: .seconds(1)))
        pace.received(1_000_000)
        #expect(pace.verdict(at: .milliseconds(159_500), limits: limits) == .lookAgain(after: .milliseconds(500)))
        #expect(pace.verdict(at: .seconds(160), limits: limits) == .tooSlow)
    }

    @Test func `give a body that drips too slowly 408`() async throws {
        var limits = ConnectionLimits()
        limits.bodyGrace = .milliseconds(50)
        limits.bodyRate = 100_000
        let client = try RawClient(port: try await self.serve(limits).port)

        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nslow")

        #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8::1", "2001:db8:0:0::/64"), ("2001::5:6:7:8:9", "2001:0:0:5::/64"), ("fe80::1", "fe80:0:0:0::/64"),
        ("::2", "0:0:0:0::/64"), ("1:2:3:4::", "1:2:3:4::/64"),
    ])
    func `counts the addresses of one network together`(address: String, expected: String) {
        #expect(network(ofAddress: address) == expected)
    }

    @Test func `count each address over all loops and forget it when it has left`() {
        var limits = ConnectionLimits()
        limits.connectionsPerAddress = 2
        let book = AddressBook(limits)

        #expect(book.enter("192.0.2.1") && book.enter("192.0.2.1") && !book.enter("192.0.2.1"))
        #expect(book.enter("192.0.2.2"))
        book.leave("192.0.2.1")
        #expect(book.enter("192.0.2.1"))
        #expect((0..<100).allSatisfy { _ in book.enter("127.0.0.1") })
    }

    @Test func `turn away the connections of an address that has enough, and let it in again later`() async throws {
        var limits = ConnectionLimits()
        limits.connectionsPerAddress = 3
        limits.familiarAddresses = []
        let server = try await self.serve(limits)
        var held: [RawClient] = []
        for _ in 0..<3 {
            let client = try RawClient(port: server.port)
            try client.send(Self.request)
            _ = try await client.read { $0.hasSuffix("[]") }
            held.append(client)
        }

        let fourth = try RawClient(port: server.port)
        #expect(try await fourth.readToEndOrReset() == "")

        try held.removeLast().send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        var answer = ""
        // The place is free once the server has closed the other, which may be a moment after its client has.
        while answer.isEmpty {
            let next = try RawClient(port: server.port)
            try? next.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = try await next.readToEndOrReset()
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        withExtendedLifetime(held) {}
    }

    @Test func `keep a few connections for what is familiar when all others are taken`() async throws {
        var limits = ConnectionLimits()
        limits.connections = 2
        limits.connectionsKeptForFamiliar = 1
        let server = try await self.serve(limits, loops: 1)
        var held: [RawClient] = []
        for _ in 0..<3 {
            let client = try RawClient(port: server.port)
            try client.send(Self.request)
            #expect(try await client.read { $0.hasSuffix("[]") }.hasPrefix("HTTP/1.1 200 "))
            held.append(client)
        }

        #expect(try await RawClient(port: server.port).readToEndOrReset() == "")
        withExtendedLifetime(held) {}
    }

    @Test func `end an old or much used connection with an answer that says so`() async throws {
        var old = ConnectionLimits()
        old.age = .zero
        var few = ConnectionLimits()
        few.requests = 2
        let first = try RawClient(port: try await self.serve(old).port)
        let second = try RawClient(port: try await self.serve(few).port)

        try first.send(Self.request + Self.request)
        try second.send(Self.request + Self.request + Self.request)

        #expect(try await first.readToEnd().ranges(of: "HTTP/1.1 200").count == 1)
        let answers = try await second.readToEnd()
        #expect(answers.ranges(of: "HTTP/1.1 200").count == 2)
        #expect(answers.ranges(of: "Connection: close").count == 1)
    }

    @Test func `let a client that has shut its side read its answer`() async throws {
        let client = try RawClient(port: try await self.serve(ConnectionLimits()).port)

        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        client.shutWriting()

        #expect(try await client.readToEnd().hasSuffix("[hi]"))
    }

    @Test func `let a client that sends on and on read why it was refused`() async throws {
        let client = try RawClient(port: try await self.serve(ConnectionLimits()).port)

        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n")
        for _ in 0..<64 { try client.send([UInt8](repeating: 0x61, count: 64 * 1024)) }
        client.shutWriting()

        #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 413 "))
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func serve(_ limits: ConnectionLimits, loops: Int = 2) async throws -> HTTPServer {
        let server = try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: 0),
            loops: self.loops.prefix(loops).map(\.loop),
            limits: limits,
            metrics: Metrics(),
            logger: .silent
        ) { request, _ in HTTPResponse(body: .bytes(Array("[".utf8) + request.body + Array("]".utf8))) }
        try await server.open()
        return server
    }
}

extension RawClient {
    /// What came before the end, which may be a reset.
    fileprivate func readToEndOrReset() async throws -> String {
        do {
            return try await self.readToEnd()
        } catch is Failure {
            return ""
        }
    }
}
