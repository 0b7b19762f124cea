package import HTTPTypes

/// What a handler answers.
package struct HTTPResponse: Sendable {
    /// What follows the header fields.
    package enum Body: Sendable {
        case none
        /// Sent whole, with its length.
        case bytes([UInt8])
        /// Sent as it comes, until its writer finishes it or the client leaves.
        case stream(StreamBody)
    }

    package var status: HTTPStatus
    /// Without `Date`, `Connection` and those that say how the body is carried: the server adds them.
    package var fields: HTTPFields
    package var body: Body
    /// Called once when a body that is sent whole was written, or could not be since the client had left.
    package var whenAnswered: (@Sendable (_ isThere: Bool) -> Void)?

    package init(_ status: HTTPStatus = .ok, fields: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// A body that is written while it is read.
package struct StreamBody: Sendable {
    /// Bytes that go out by the clock, so that the line does not look dead.
    package struct Heartbeat: Sendable {
        package let interval: Duration
        /// Whether other bytes within the interval make the beat unnecessary.
        package let onlyInSilence: Bool
        /// What to send, nothing when it is empty; called on the connection's loop.
        package let bytes: @Sendable () -> [UInt8]

        package init(every interval: Duration, onlyInSilence: Bool, _ bytes: @escaping @Sendable () -> [UInt8]) {
            self.interval = interval
            self.onlyInSilence = onlyInSilence
            self.bytes = bytes
        }
    }

    package let heartbeats: [Heartbeat]
    /// Gets the stream once the header fields are on their way; whoever holds it writes it, after `start` returned too.
    package let start: @concurrent @Sendable (ResponseStream) async -> Void

    package init(
        heartbeats: [Heartbeat] = [],
        start: @escaping @concurrent @Sendable (ResponseStream) async -> Void
    ) {
        self.heartbeats = heartbeats
        self.start = start
    }
}

/// Answers requests; called once for each, away from the loops.
package typealias RequestHandler = @concurrent @Sendable (HTTPRequest, Peer) async -> HTTPResponse

/// Where a request came from.
package struct Peer: Sendable {
    /// The address of the other end of the connection, which may be a proxy; empty for a local socket.
    package let address: String
    /// The loop of the connection: what streams to it does so without a change of threads there.
    package let executor: any SerialExecutor

    package init(address: String, executor: any SerialExecutor) {
        self.address = address
        self.executor = executor
    }
}
