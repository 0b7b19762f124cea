import CLinux
import EventLoop
import Glibc
import Observability

/// Accepts connections on one loop and keeps them.
actor Listener {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    /// How long to wait when the system has no descriptor left; trying again at once would spin.
    private static let pause = Duration.milliseconds(200)

    private let socket: Int32
    private let capacity: Int
    /// How many more may come from familiar addresses.
    private let kept: Int
    private let addresses: AddressBook
    private let surroundings: Connection.Surroundings
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var isAccepting = false
    /// Who waits for the last connection to end.
    private var waiting: CheckedContinuation<Void, Never>?

    /// `addresses` counts for all listeners of a server together.
    init(
        socket: Int32,
        loop: EventLoop,
        capacity: Int,
        kept: Int,
        addresses: AddressBook,
        surroundings: Connection.Surroundings
    ) {
        self.socket = socket
        self.loop = loop
        self.capacity = capacity
        self.kept = kept
        self.addresses = addresses
        self.surroundings = surroundings
    }

    /// Begins to accept.
    func open() throws(SystemError) {
        self.isAccepting = true
        try self.loop.register(self.socket, for: .readable) { _ in
            self.assumeIsolated { $0.accept() }
        }
    }

    /// Accepts nobody any more, closes what is idle, lets what is being answered end by itself within `limit`, and ends the
    /// rest; to be called once.
    func close(within limit: Duration) async {
        self.drain()
        await self.wait(atMost: limit)
        self.endAll()
    }

    private func endAll() {
        for connection in self.connections.values { connection.assumeIsolated { $0.close() } }
    }

    private func drain() {
        if self.isAccepting {
            self.isAccepting = false
            self.loop.deregister(self.socket)
            Glibc.close(self.socket)
        }
        for connection in self.connections.values { connection.assumeIsolated { $0.closeWhenIdle() } }
    }

    /// Returns when no connection is left, or after `limit`.
    private func wait(atMost limit: Duration) async {
        guard !self.connections.isEmpty, limit > .zero else { return }
        let timer = self.loop.schedule(after: limit) { self.assumeIsolated { $0.waitNoMore() } }
        await withCheckedContinuation { self.waiting = $0 }
        self.loop.cancel(timer)
    }

    private func waitNoMore() {
        self.waiting?.resume()
        self.waiting = nil
    }

    private func accept() {
        // A bound on one pass, so that a flood of newcomers does not starve those who are here.
        for _ in 0..<64 where self.isAccepting {
            guard let (socket, address) = self.acceptOne() else { return }
            self.welcome(socket, address)
        }
    }

    private func acceptOne() -> (Int32, String)? {
        var address = [CChar](repeating: 0, count: 64)
        let socket = unsafe linux_accept(self.socket, &address, Int32(address.count))
        guard socket < 0 else {
            return (socket, String(decoding: address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        let code = linux_errno()
        if code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM { self.pauseAccepting(code) }
        return nil
    }

    private func welcome(_ socket: Int32, _ address: String) {
        let kept = self.addresses.isFamiliar(address) ? self.kept : 0
        guard self.connections.count < self.capacity + kept else { return self.refuse(socket, because: "full") }
        guard self.addresses.enter(address) else { return self.refuse(socket, because: "address") }
        let connection = Connection(
            socket: socket,
            address: address,
            loop: self.loop,
            surroundings: self.surroundings
        ) { connection in
            self.assumeIsolated { $0.forget(connection) }
        }
        self.connections[ObjectIdentifier(connection)] = connection
        self.surroundings.metrics.move("shuren_http_connections", by: 1)
        connection.assumeIsolated { $0.open() }
    }

    private func refuse(_ socket: Int32, because reason: String) {
        Glibc.close(socket)
        self.surroundings.metrics.count("shuren_http_connections_refused_total", ["reason": reason])
    }

    private func forget(_ connection: Connection) {
        guard self.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        self.addresses.leave(connection.peer.address)
        self.surroundings.metrics.move("shuren_http_connections", by: -1)
        if self.connections.isEmpty { self.waitNoMore() }
    }

    private func pauseAccepting(_ code: Int32) {
        self.surroundings.logger.warning(
            "no more connections for a moment",
            ["error": "\(SystemError(call: "accept4", code: code))", "do": "raise the limit of open files"]
        )
        self.loop.deregister(self.socket)
        self.loop.schedule(after: Self.pause) { [weak self] in
            self?.assumeIsolated { $0.resumeAccepting() }
        }
    }

    private func resumeAccepting() {
        guard self.isAccepting else { return }
        do {
            try self.open()
        } catch {
            self.surroundings.logger.error("the listener could not go on", ["error": "\(error)"])
        }
    }
}
