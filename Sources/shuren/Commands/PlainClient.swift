import CLinux
import EventLoop
import Glibc

/// One HTTP request over a socket that blocks: all that the command line needs of its own server.
enum PlainClient {
    enum Address {
        case tcp(host: String, port: UInt16)
        case local(path: String)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func request(
        _ method: String,
        _ path: String,
        body: [UInt8] = [],
        at address: Address
    ) throws -> (status: Int, body: [UInt8]) {
        let socket = try Self.connect(to: address)
        defer { close(socket) }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        try Self.send(Array((head + "\r\n").utf8) + body, on: socket)
        return try Self.parse(Self.receive(on: socket))
    }

    private static func connect(to address: Address) throws -> Int32 {
        let socket =
            switch address {
            case .tcp(let host, let port): unsafe linux_connect_tcp(host, port)
            case .local(let path): unsafe linux_connect_local(path)
            }
        guard socket >= 0 else { throw SystemError(call: "connect") }
        return socket
    }

    private static func send(_ bytes: [UInt8], on socket: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { unsafe linux_send(socket, $0.baseAddress, $0.count) }
            guard sent > 0 else { throw SystemError(call: "send") }
            rest = rest.dropFirst(sent)
        }
    }

    private static func receive(on socket: Int32) throws -> [UInt8] {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = unsafe read(socket, &buffer, buffer.count)
            guard count >= 0 else { throw SystemError(call: "read") }
            guard count > 0 else { return answer }
            answer.append(contentsOf: buffer[..<count])
        }
    }

    /// The answers asked for here have a length and end with the connection.
    private static func parse(_ answer: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        let text = String(decoding: answer.prefix(12), as: UTF8.self)
        let end = Array("\r\n\r\n".utf8)
        guard let status = Int(text.suffix(3)),
            let split = answer.indices.first(where: { answer[$0...].starts(with: end) })
        else { throw Failure(description: "the server's answer is not HTTP") }
        return (status, Array(answer[(split + end.count)...]))
    }
}
