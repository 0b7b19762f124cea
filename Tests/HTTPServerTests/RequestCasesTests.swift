import Foundation
import HTTPServer
import HTTPTypes
import Observability
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The request cases` {
    @Test func `all pass in the parser, whole and cut at every byte`() throws {
        let cases = try RequestCase.all
        var failures: [String] = []
        for each in cases {
            let pieces = each.isLong ? [[each.bytes]] : [[each.bytes], each.bytes.map { [$0] }] + each.bytes.cutsInTwo
            for pieces in pieces {
                let outcome = parsed(pieces)
                if outcome != each.expected { failures.append("\(each): \(outcome) instead of \(each.expected)") }
            }
        }
        let failed = Set(failures.map { $0.prefix { $0 != ":" } }).count
        print("request cases in the parser: \(cases.count - failed)/\(cases.count) passed")

        #expect(failures == [])
    }

    @Test func `all pass over a socket, and nothing behind an error is read`() async throws {
        let cases = try RequestCase.all
        let loop = try TestLoop()
        let seen = Mutex<[String]>([])
        let server = try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: 0),
            loops: [loop.loop],
            metrics: Metrics(),
            logger: Logger(least: .error) { _ in }
        ) { request, _ in
            seen.withLock { $0.append(request.path) }
            return HTTPResponse(body: .bytes(Array("[".utf8) + request.body + Array("]".utf8)))
        }
        try await server.open()
        var failures: [String] = []
        for each in cases {
            seen.withLock { $0 = [] }
            let outcome = try await answered(each, port: server.port)
            if outcome != each.expected { failures.append("\(each): \(outcome) instead of \(each.expected)") }
            if seen.withLock({ $0.contains("/smuggled") }) { failures.append("\(each): a request behind it arrived") }
        }
        let failed = Set(failures.map { $0.prefix { $0 != ":" } }).count
        print("request cases over a socket: \(cases.count - failed)/\(cases.count) passed")
        await server.close()

        #expect(failures == [])
    }

    @Test func `cover what they have to`() throws {
        let cases = try RequestCase.all
        let classes = Set(cases.map(\.group))

        #expect(cases.count { $0.group == "h1spec" } == 33)
        #expect(cases.count { $0.group != "h1spec" } >= 250)
        #expect(classes.count >= 48)
        #expect(Set(cases.map(\.description)).count == cases.count)
    }
}

/// One line of `Cases/requests.txt`, whose first lines say what they mean.
private struct RequestCase: CustomStringConvertible {
    /// What a connection comes to.
    struct Outcome: Equatable, CustomStringConvertible {
        var statuses: [Int] = []
        var bodies: [String] = []
        /// Whether it ends with its last answer.
        var closes = false

        var description: String {
            (self.statuses.map(String.init) + self.bodies.map { "body=\($0)" } + (self.closes ? ["close"] : []))
                .joined(separator: " ")
        }
    }

    let group: String
    let name: String
    let bytes: [UInt8]
    let expected: Outcome
    let isWaiting: Bool

    var description: String { "\(self.group), \(self.name)" }
    /// Whether trying every cut would take long without showing more.
    var isLong: Bool { self.bytes.count > 1000 }

    static var all: [RequestCase] {
        get throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/requests.txt")
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }.map { try RequestCase(line: String($0)) }
        }
    }

    private init(line: String) throws {
        let columns = line.components(separatedBy: " | ")
        try #require(columns.count == 4, "\(line)")
        self.group = columns[1]
        self.name = columns[2]
        self.bytes = unescaped(columns[3])
        self.isWaiting = columns[0] == "wait"
        var expected = Outcome()
        var rest = columns[0]
        if let range = rest.range(of: "body=") {
            // A body may hold spaces; what may follow it is another status or "close".
            var words = rest[range.upperBound...].split(separator: " ")
            var tail: [Substring] = []
            while let last = words.last, last == "close" || Int(last).map({ (100..<600).contains($0) }) == true {
                tail.insert(words.removeLast(), at: 0)
            }
            expected.bodies = [words.joined(separator: " ")]
            rest = rest[..<range.lowerBound] + " " + tail.joined(separator: " ")
        }
        for word in rest.split(separator: " ") where word != "wait" {
            if word == "close" { expected.closes = true }
            if let status = Int(word) { expected.statuses.append(status) }
        }
        if let last = expected.statuses.last, last >= 400 { expected.closes = true }
        self.expected = expected
    }
}

/// What the parser makes of the pieces, with a request behind them that must not be read after an error.
private func parsed(_ pieces: [[UInt8]]) -> RequestCase.Outcome {
    var parser = RequestParser()
    var outcome = RequestCase.Outcome()
    for piece in pieces {
        var rest = piece[...]
        while !outcome.closes {
            do throws(RequestError) {
                let step = try parser.read(&rest)
                if step == .needsMore { break }
                outcome.add(step)
            } catch {
                outcome.statuses.append(error.status.code)
                outcome.closes = true
            }
        }
    }
    return outcome
}

extension RequestCase.Outcome {
    fileprivate mutating func add(_ step: RequestParser.Step) {
        switch step {
        case .needsMore: break
        case .awaitsContinue: self.statuses.append(100)
        case .request(let request, let keepsAlive):
            self.statuses.append(200)
            if !request.body.isEmpty { self.bodies.append(String(decoding: request.body, as: UTF8.self)) }
            if !keepsAlive { self.closes = true }
        }
    }
}

/// What a server answers to the case, with a last request behind it that says whether the connection went on.
private func answered(_ each: RequestCase, port: UInt16) async throws -> RequestCase.Outcome {
    let client = try RawClient(port: port)
    // It fails when the server has closed already, which is what most cases are about.
    try? client.send(each.bytes)
    if each.isWaiting {
        client.shutWriting()
        return outcome(of: try await client.readToEnd())
    }
    let path = each.expected.closes ? "/smuggled" : "/last"
    try? client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    var outcome = outcome(of: try await client.readToEnd())
    if !each.expected.closes, outcome.statuses.last == 200 {
        outcome.statuses.removeLast()
        outcome.closes = false
    }
    return outcome
}

/// The answers in what came over a connection up to its end.
private func outcome(of text: String) -> RequestCase.Outcome {
    var outcome = RequestCase.Outcome()
    for answer in text.components(separatedBy: "HTTP/1.1 ").dropFirst() {
        let status = Int(answer.prefix(3)) ?? 0
        outcome.statuses.append(status)
        let body = answer.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        if status == 200, body.hasPrefix("["), body.count > 2 {
            outcome.bodies.append(String(body.dropFirst().dropLast()))
        }
        outcome.closes = answer.contains("Connection: close")
    }
    return outcome
}

extension [UInt8] {
    fileprivate var cutsInTwo: [[[UInt8]]] {
        self.count < 2 ? [] : (1..<self.count).map { [Array(self[..<$0]), Array(self[$0...])] }
    }
}

/// The bytes that a text of the case file stands for.
private func unescaped(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "{"):
            let inside = rest.prefix { $0 != UInt8(ascii: "}") }
            rest = rest.dropFirst(inside.count + 1)
            let halves = String(decoding: inside, as: UTF8.self).components(separatedBy: "*")
            let piece = unescaped(halves[0])
            for _ in 0..<(halves.last.flatMap { Int($0) } ?? 0) { bytes += piece }
        case UInt8(ascii: "\\"):
            switch rest.popFirst() {
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "x"):
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            case let other: bytes.append(other ?? UInt8(ascii: "\\"))
            }
        default: bytes.append(byte)
        }
    }
    return bytes
}
