package import HTTPTypes

/// A request to another server.
package struct HTTPClientRequest: Sendable, Equatable {
    package var method: HTTPMethod
    /// An `http` or `https` address.
    package var url: String
    package var fields: HTTPFields
    /// Sent with its length, and never a second time.
    package var body: [UInt8]
    /// How long the name, the connection and TLS may take together.
    package var connectTimeout: Duration
    /// Whether HTTP/2 may be agreed on over TLS, as browsers do.
    package var allowsHTTP2 = false
    /// A file with the certificates of the authorities to trust; `nil` for those that the system trusts.
    package var authorities: String?

    package init(
        method: HTTPMethod = .get,
        url: String,
        fields: HTTPFields = [:],
        body: [UInt8] = [],
        connectTimeout: Duration = .seconds(10)
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.connectTimeout = connectTimeout
    }
}

/// The head of another server's answer.
package struct HTTPClientResponse: Sendable, Equatable {
    package let status: HTTPStatus
    package let fields: HTTPFields
    /// The version of HTTP as the answer names it: `1.1`, `2`.
    package let version: String

    package init(status: HTTPStatus, fields: HTTPFields = [:], version: String = "1.1") {
        self.status = status
        self.fields = fields
        self.version = version
    }
}

/// What a receiver wants after the bytes it was given.
package enum ReceiverDemand: Sendable, Equatable {
    case more
    /// Nothing, but the server may end its answer within this time, so that the connection can be used again.
    case end(within: Duration)
    /// Nothing at all; the connection is closed.
    case abort
}

/// Why a request got no complete answer.
package enum HTTPClientError: Error, Sendable, Equatable {
    /// The request cannot be sent as it is.
    case unusable(reason: String)
    /// No connection came about: the name, the address, the connection or TLS failed, and nothing was sent.
    case unreachable(reason: String)
    /// The address that the name resolved to is not one that may be connected to.
    case forbidden(address: NetworkAddress)
    /// Something failed after the request may have left, so nobody knows whether it was accepted.
    case broken(reason: String)
    /// The receiver wanted no more.
    case aborted
    case cancelled

    /// Whether the request was provably not accepted, so that sending it again cannot make it count twice.
    package var isProvablyUnaccepted: Bool {
        switch self {
        case .unusable, .unreachable, .forbidden: true
        case .broken, .aborted, .cancelled: false
        }
    }
}
