/// How long a connection may take for what, and how much there may be of it.
package struct ConnectionLimits: Sendable {
    /// From the first byte of a request to the end of its head, however slowly it drips.
    package var head = Duration.seconds(10)
    /// From there to the end of the body.
    package var body = Duration.seconds(60)
    /// How slowly a body may come: bytes in every second, on the average after the grace.
    package var bodyRate = 240
    package var bodyGrace = Duration.seconds(5)
    /// Between two requests; longer than the 60 s after which common balancers hang up themselves.
    package var idle = Duration.seconds(75)
    /// Without a byte taken while bytes wait.
    package var stall = Duration.seconds(30)
    /// After an answer that ends the connection: how long the client may be silent, and how long go on sending.
    ///
    /// Closing at once could take the answer away before the client has read it.
    package var linger = Duration.seconds(2)
    package var longestLinger = Duration.seconds(10)
    /// Requests on one connection, and how old it may be to take another.
    package var requests = 1000
    package var age = Duration.seconds(3600)
    /// Connections of the whole server.
    package var connections = 20_000
    /// Connections of one address; 0 is no limit.
    package var connectionsPerAddress = 1000
    /// Addresses that the limit on addresses does not count, since many people stand behind each, and for which a few
    /// connections beyond all others are kept: a proxy or a health check on this machine.
    package var familiarAddresses: Set<String> = ["127.0.0.1", "::1"]
    package var connectionsKeptForFamiliar = 64
    package var request = RequestLimits()

    package init() {}
}
