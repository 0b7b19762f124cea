import CLinux
package import EventLoop
import Glibc
package import Observability

/// Serves HTTP/1.1 on one address with one listener for each loop.
package final class HTTPServer: Sendable {
    /// Where a server listens.
    package enum Address: Sendable, Equatable {
        /// A numeric address and a port; port 0 takes a free one.
        case tcp(host: String, port: UInt16)
        /// A socket file that only its owner may use.
        case local(path: String)
    }

    /// The port that it listens on; 0 for a local socket.
    package let port: UInt16

    private let listeners: [Listener]

    /// Takes the address, so that a failure is known before anything else starts; accepts nobody before ``open()``.
    package init(
        on address: Address,
        loops: [EventLoop],
        limits: ConnectionLimits = ConnectionLimits(),
        metrics: Metrics,
        logger: Logger,
        time: TimeSource = .system,
        handler: @escaping RequestHandler
    ) throws(ListenError) {
        let sockets = try Self.listen(on: address, count: loops.count)
        let surroundings = Connection.Surroundings(
            limits: limits,
            handler: handler,
            metrics: metrics,
            logger: logger,
            time: time
        )
        let addresses = AddressBook(limits)
        self.port = linux_local_port(sockets[0])
        self.listeners = zip(sockets, loops).map { socket, loop in
            Listener(
                socket: socket,
                loop: loop,
                capacity: max(1, limits.connections / sockets.count),
                kept: max(1, limits.connectionsKeptForFamiliar / sockets.count),
                addresses: addresses,
                surroundings: surroundings
            )
        }
    }

    /// Begins to accept connections; the loops must run.
    package func open() async throws(SystemError) {
        for listener in self.listeners { try await listener.open() }
    }

    /// Accepts nobody any more, and ends every connection: those that are being answered after their answer, but no later
    /// than after `limit`.
    package func close(within limit: Duration = .zero) async {
        await withDiscardingTaskGroup { group in
            for listener in self.listeners { group.addTask { await listener.close(within: limit) } }
        }
    }

    private static func listen(on address: Address, count: Int) throws(ListenError) -> [Int32] {
        switch address {
        case .local(let path):
            let socket = unsafe linux_listen_local(path)
            guard socket >= 0 else { throw ListenError(address: address, cause: SystemError(call: "bind")) }
            return [socket]
        case .tcp(let host, let port):
            // Alone first: sockets that share a port would join another server on it without a word.
            let probe = unsafe linux_listen_tcp(host, port, 0)
            guard probe >= 0 else { throw ListenError(address: address, cause: SystemError(call: "bind")) }
            let taken = linux_local_port(probe)
            Glibc.close(probe)
            var sockets: [Int32] = []
            for _ in 0..<count {
                let socket = unsafe linux_listen_tcp(host, taken, 1)
                guard socket >= 0 else { throw ListenError(address: address, cause: SystemError(call: "bind")) }
                sockets.append(socket)
            }
            return sockets
        }
    }
}

/// Why a server cannot listen where it was told to.
package struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    package let address: HTTPServer.Address
    package let cause: SystemError

    package var description: String {
        switch (self.address, self.cause.code) {
        case (.tcp(let host, let port), EADDRINUSE):
            "Port \(port) on \(host) is taken: another program listens there. Stop it, or choose another port with PORT."
        case (.tcp(let host, _), EINVAL):
            "HOST is \(host), which is no IPv4 or IPv6 address. Use 127.0.0.1, 0.0.0.0, ::1 or an address of this machine."
        case (.tcp(let host, let port), EADDRNOTAVAIL):
            "This machine has no address \(host) to listen on (port \(port)). Correct HOST."
        case (.tcp(let host, let port), EACCES):
            "Listening on port \(port) of \(host) is not allowed to this user. Choose a port above 1023 with PORT."
        case (.tcp(let host, let port), _):
            "Listening on \(host), port \(port), failed: \(self.cause)"
        case (.local(let path), ENAMETOOLONG):
            "The socket \(path) cannot be made: the path is longer than the system allows. Choose a shorter DATA_DIR."
        case (.local(let path), _):
            "The socket \(path) cannot be made: \(self.cause)"
        }
    }
}
