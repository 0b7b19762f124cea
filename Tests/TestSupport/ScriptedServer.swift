import Foundation
import Glibc
import Synchronization

/// A server on loopback that does byte by byte what a test tells it, for clients that must cope with all others.
///
/// Each connection has a thread of its own, so scripts block as they like.
package final class ScriptedServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let book = Book()

    /// What happened so far; the threads write it, also when the test has let go of the server.
    private final class Book: Sendable {
        let requests = Mutex<[ReceivedRequest]>([])
        let connections = Mutex(0)
    }

    /// Serves every connection with `script`; the connection is closed when that returns.
    package init(_ script: @escaping @Sendable (ScriptedConnection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            guard let pointer = unsafe bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
            guard unsafe bind(listener, pointer, length) == 0, listen(listener, 1024) == 0 else { return -1 }
            return unsafe getsockname(listener, pointer, &length)
        }
        guard bound == 0 else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        self.port = UInt16(bigEndian: address.sin_port)
        let book = self.book
        Thread.detachNewThread {
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { break }
                book.connections.withLock { $0 += 1 }
                Thread.detachNewThread {
                    let connection = ScriptedConnection(socket: socket) { request in
                        book.requests.withLock { $0.append(request) }
                    }
                    script(connection)
                    connection.close()
                }
            }
            Glibc.close(listener)
        }
    }

    /// Ends the thread that accepts, and that closes the socket: closed from here, its number could be another server's by
    /// the time the thread accepts from it again.
    deinit { shutdown(self.listener, Int32(SHUT_RDWR)) }

    package var url: String { "http://127.0.0.1:\(self.port)" }

    /// What was asked so far.
    package var requests: [ReceivedRequest] { self.book.requests.withLock { $0 } }

    /// How many connections there were.
    package var connections: Int { self.book.connections.withLock { $0 } }
}

/// A request as it came.
package struct ReceivedRequest: Sendable {
    /// The lines before the empty one.
    package let head: [String]
    package let body: [UInt8]

    /// The first line.
    package var line: String { self.head.first ?? "" }

    /// The value of a field.
    package subscript(name: String) -> String? {
        self.head.dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }
}

/// One connection of a ``ScriptedServer``.
package final class ScriptedConnection: Sendable {
    private let socket: Int32
    private let note: @Sendable (ReceivedRequest) -> Void
    private let isOpen = Mutex(true)

    init(socket: Int32, note: @escaping @Sendable (ReceivedRequest) -> Void) {
        self.socket = socket
        self.note = note
    }

    /// Waits for the next whole request; `nil` when the client has gone.
    @discardableResult
    package func request() -> ReceivedRequest? {
        var bytes: [UInt8] = []
        while bytes.suffix(4) != [13, 10, 13, 10] {
            guard let byte = self.read(1)?.first else { return nil }
            bytes.append(byte)
        }
        let head = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n").filter { !$0.isEmpty }
        let length = ReceivedRequest(head: head, body: [])["Content-Length"].flatMap { Int($0) } ?? 0
        guard let body = self.read(length) else { return nil }
        let request = ReceivedRequest(head: head, body: body)
        self.note(request)
        return request
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let socket = self.socket
            let start = filled
            let more = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe recv(socket, base + start, count - start, 0)
            }
            guard more > 0 else { return nil }
            filled += more
        }
        return bytes
    }

    /// Sends text as it is; `false` when the client has gone.
    @discardableResult
    package func write(_ text: String) -> Bool {
        self.write(Array(text.utf8))
    }

    /// Sends bytes as they are, in one call.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        let socket = self.socket
        return unsafe bytes.withUnsafeBytes {
            unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        } == bytes.count
    }

    /// Waits until the client has closed its side.
    package func waitForClose() {
        while self.read(1) != nil {}
    }

    /// Breaks the connection so that the client sees a reset.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(self.socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        self.close()
    }

    package func close() {
        let wasOpen = self.isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if wasOpen { Glibc.close(self.socket) }
    }
}
