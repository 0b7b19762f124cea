/// How long a connection may take for what, and how much there may be of it.
package struct ConnectionLimits: Sendable {
    /// From the first byte of a request to the end of its head, however slowly it drips.
    package var head = Duration.seconds(10)
    /// From there to the end of the body.
    package var body = Duration.seconds(60)
    /// Between two requests; longer than the 60 s after which common balancers hang up themselves.
    package var idle = Duration.seconds(75)
    /// Without a byte taken while bytes wait.
    package var stall = Duration.seconds(30)
    /// From an answer that ends the connection to its end, so that the client can read the answer.
    package var linger = Duration.seconds(2)
    /// Requests on one connection.
    package var requests = 1000
    /// Connections of the whole server.
    package var connections = 20_000
    package var request = RequestLimits()

    package init() {}
}
