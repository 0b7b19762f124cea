package import HTTPTypes

/// Why bytes are no request that this server answers; after any of them the connection is not used again.
package enum RequestError: Error, Sendable, Equatable {
    /// Not HTTP by RFC 9112, or HTTP that two readers could read differently; `reason` is for the log and the tests.
    case malformed(reason: String)
    case requestLineTooLong
    case headersTooLarge
    case bodyTooLarge
    case versionNotSupported
    case unknownTransferCoding
    case unknownExpectation

    package var status: HTTPStatus {
        switch self {
        case .malformed: .badRequest
        case .requestLineTooLong: .uriTooLong
        case .headersTooLarge: .headerFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .versionNotSupported: .versionNotSupported
        case .unknownTransferCoding: .notImplemented
        case .unknownExpectation: .expectationFailed
        }
    }
}

/// What a request may measure at most.
package struct RequestLimits: Sendable {
    /// Bytes of the request line.
    package var requestLine = 8 * 1024
    /// Bytes of all field lines together.
    package var fields = 32 * 1024
    /// Field lines.
    package var fieldCount = 100
    /// Bytes of the body, whatever carries it.
    package var body = 1024 * 1024
    /// Bytes of all chunk extensions of one body, and of its trailer.
    package var chunkExtensions = 4 * 1024
    package var trailer = 8 * 1024

    package init() {}
}
