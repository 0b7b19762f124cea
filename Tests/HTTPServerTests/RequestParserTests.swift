import HTTPServer
import HTTPTypes
import TestSupport
import Testing

@Suite struct `The request parser` {
    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /a/b?c=d%20e HTTP/1.1\r\nHost: localhost:8080\r\nhoSt2:\tvalue \t\r\nEmpty:\r\n\r\n",
        "GET http://localhost/a HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\nA;a=b;c=\"d;e\"\r\n0123456789\r\n000\r\nX: y\r\n\r\n",
    ])
    func `takes what RFC 9112 allows`(text: String) throws {
        let requests = try parse(Array(text.utf8))

        #expect(requests.count == 1)
    }

    @Test(arguments: [
        // The request line.
        ("GET / HTTP/1.32", 400), ("GET / HTTP/9.9", 505), ("GET / HTTP/2.0", 505), ("GET /", 400),
        ("GET  / HTTP/1.1", 400),
        ("G=\":<>ET / HTTP/1.1", 400), ("GET ! HTTP/1.1", 400), ("GET /\u{e9} HTTP/1.1", 400),
        ("GET /%zz HTTP/1.1", 400),
        (" GET / HTTP/1.1", 400), ("\r\nGET / HTTP/1.1", 400), ("GET / http/1.1", 400), ("GET / HTTP/1.1 ", 400),
        ("GET /a#b HTTP/1.1", 400), ("GET http://other/ HTTP/1.1", 400), ("PRI * HTTP/2.0", 505),
    ])
    func `refuses request lines that are none`(line: String, status: Int) {
        #expect(refusal(of: line + "\r\nHost: x\r\n\r\n") == status)
    }

    @Test(arguments: [
        "Name : x", " Name: x", "\tName: x", ": x", "Name", "Na me: x", "Na[]me: x", "Na\u{7f}me: x", "N\u{e9}: x",
        "Name: a\r\n b", "Name: a\u{0}b", "Name: a\u{7}b", "Name: a\rb", "Name: a\nb", "under_score: x", "Host: y",
        "Host:",
        "Content-Length:", "Content-Length: +1", "Content-Length: -1", "Content-Length: 0x10", "Content-Length: 1_0",
        "Content-Length: 1 2", "Content-Length: 1,1", "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ])
    func `refuses fields that could be read in two ways`(fields: String) {
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n\r\n") == 400)
    }

    @Test(arguments: [
        (",chunked", 501), ("chunked, chunked", 501), ("xchunked", 501), ("gzip, chunked", 501), ("blegh", 501),
    ])
    func `refuses transfer codings that it does not know`(coding: String, status: Int) {
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n") == status)
    }

    @Test(arguments: [
        "\r\n", "0x5\r\n", "+5\r\nhello", "5 \r\nhello", "5;\r\nhello", "5;a=\"b\r\nhello", "fffffffff\r\n", "5\nhello",
        "5\r\nhelloX\r\n", "5\r\nhello\n0\r\n\r\n", "5;a\rb\r\nhello", "0\r\nbad trailer\r\n\r\n", "g\r\n",
    ])
    func `refuses chunks that are none`(body: String) {
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body) == 400)
    }

    @Test func `holds its limits`() {
        let long = String(repeating: "a", count: 9000)
        let many = (0...100).map { "A\($0): b\r\n" }.joined()

        #expect(refusal(of: "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n") == 414)
        #expect(refusal(of: "GET /\(long)") == 414)
        #expect(refusal(of: "GET / HTTP/1.1\r\nHost: x\r\n\(many)\r\n") == 431)
        #expect(refusal(of: "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 33_000))") == 431)
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n") == 413)
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n") == 413)
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n") == 413)
        #expect(refusal(of: "POST / HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\n") == 417)
        #expect(refusal(of: "GET / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") == 400)
        #expect(refusal(of: "GET / HTTP/1.1\r\n\r\n") == 400)
    }

    @Test func `waits as long as bytes could become a request`() throws {
        let text = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for length in 0..<text.utf8.count {
            #expect(try parse(Array(text.utf8.prefix(length))).isEmpty)
        }
    }

    @Test func `asks for the body once when the client waits for that`() throws {
        var parser = RequestParser()
        var bytes = Array("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8)[...]

        #expect(try parser.read(&bytes) == .awaitsContinue)
        #expect(try parser.read(&bytes) == .needsMore)
        bytes = Array("ok".utf8)[...]
        guard case .request(let request, _) = try parser.read(&bytes) else { throw Unexpected() }
        #expect(request.body == Array("ok".utf8))
    }

    @Test func `reads nothing after an error`() {
        var parser = RequestParser()
        var bytes = Array("BAD\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)[...]

        #expect(throws: RequestError.self) { try parser.read(&bytes) }
        #expect(throws: RequestError.self) { try parser.read(&bytes) }
    }

    @Test(arguments: Seeds.all)
    func `finds the same requests however the bytes are cut`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let stream = (0..<5).flatMap { _ in randomRequest(using: &generator) }
        let expected = try parse(stream)

        let found = try parse(pieces: stream.cutAtRandom(using: &generator))

        #expect(expected.count == 5)
        #expect(found == expected)
    }
}

private struct Unexpected: Error {}

private func parse(_ bytes: [UInt8]) throws -> [HTTPRequest] { try parse(pieces: [bytes]) }

private func parse(pieces: [[UInt8]]) throws -> [HTTPRequest] {
    var parser = RequestParser()
    var requests: [HTTPRequest] = []
    for piece in pieces {
        var bytes = piece[...]
        while case .request(let request, _) = try parser.read(&bytes) { requests.append(request) }
    }
    return requests
}

/// The status with which the text is refused; `nil` when it is not.
private func refusal(of text: String) -> Int? {
    do {
        _ = try parse(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        return nil
    } catch {
        return (error as? RequestError)?.status.code
    }
}

private func randomRequest(using generator: inout SeededGenerator) -> [UInt8] {
    let body = (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let head = "POST /\(Int.random(in: 0...999, using: &generator)) HTTP/1.1\r\nHost: x\r\n"
    guard Bool.random(using: &generator) else {
        return Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
    let chunks = body.cutAtRandom(using: &generator).flatMap { chunk -> [UInt8] in
        Array("\(String(chunk.count, radix: 16));x=\"y\"\r\n".utf8) + chunk + [0x0D, 0x0A]
    }
    return Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8) + chunks + Array("0\r\nT: r\r\n\r\n".utf8)
}
