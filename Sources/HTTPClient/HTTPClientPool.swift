package import EventLoop

/// The clients of all loops: whoever runs on a loop finds the one that runs there too.
package struct HTTPClientPool: Sendable {
    private let clients: [ObjectIdentifier: HTTPClient]

    /// Takes one client for each loop.
    package init(_ clients: [HTTPClient]) {
        self.clients = Dictionary(uniqueKeysWithValues: clients.map { (ObjectIdentifier($0.loop), $0) })
    }

    /// Makes one client for each loop.
    package init(loops: [EventLoop], allowing allows: @escaping HTTPClient.AddressPolicy = { _ in true }) {
        self.init(loops.map { HTTPClient(loop: $0, allowing: allows) })
    }

    /// The client that lives on `executor`; `nil` when that is none of the loops.
    package func client(on executor: any SerialExecutor) -> HTTPClient? {
        self.clients[ObjectIdentifier(executor)]
    }
}
