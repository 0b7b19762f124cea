/// What came back when the server was asked through the operator's own proxy.
package struct Observations: Sendable, Equatable {
    /// What the server says that it saw of a request.
    package struct Mirror: Sendable, Equatable {
        package var host = ""
        package var lastEventID: String?
        package var forwardedFor: String?
        /// The address that the connection came from, and whether `TRUSTED_PROXIES` names it.
        package var peer = ""
        package var isTrusted = false
        /// The network that counts as the client.
        package var client = ""
        /// Whether the server's cookies are `Secure`, and the address that it has for its own.
        package var isSecure = false
        package var publicURL: String?

        package init() {}
    }

    /// Why the server's own word did not come back.
    package enum Refusal: Sendable, Equatable {
        /// No answer at all.
        case noAnswer(reason: String)
        /// An answer that is not the expected one; `code` is the server's own, `nil` when something else answered.
        case answer(status: Int, code: String?)
    }

    /// A stream with events at regular times.
    package struct Stream: Sendable, Equatable {
        package var httpVersion = ""
        package var contentType: String?
        package var cacheControl: String?
        package var contentEncoding: String?
        /// From the request to the first byte; `nil` when none came.
        package var firstByte: Duration?
        package var arrivals = Arrivals([])
        /// How many events the server sent.
        package var expected = 0

        package init() {}
    }

    /// A stream on which nothing but comments comes, or nothing at all.
    package struct Silence: Sendable, Equatable {
        /// How long the silence was meant to be.
        package let wanted: Duration
        /// How long it was until the stream ended.
        package let lasted: Duration
        /// Whether it ended as the server ends it.
        package let isWhole: Bool

        package init(wanted: Duration, lasted: Duration, isWhole: Bool) {
            self.wanted = wanted
            self.lasted = lasted
            self.isWhole = isWhole
        }
    }

    /// A body as large as the server takes.
    package struct Upload: Sendable, Equatable {
        package let bytes: Int
        /// How many of them the server counted; the refusal when it did not.
        package let outcome: Result<Int, RefusalError>

        package init(bytes: Int, outcome: Result<Int, RefusalError>) {
            self.bytes = bytes
            self.outcome = outcome
        }
    }

    /// A ``Refusal`` where Swift wants an error.
    package struct RefusalError: Error, Sendable, Equatable {
        package let refusal: Refusal

        package init(_ refusal: Refusal) {
            self.refusal = refusal
        }
    }

    package let origin: Origin
    /// What was sent as `Last-Event-ID` and, by the client itself, as `X-Forwarded-For`.
    package let sentEventID: String
    package let madeUpAddress: String
    package var mirror: Result<Mirror, RefusalError>
    package var stream: Result<Stream, RefusalError>?
    package var keptAlive: Silence?
    package var silent: Silence?
    package var upload: Upload?
    /// The field on the first page; `nil` where it is missing.
    package var strictTransport: String?

    package init(
        origin: Origin,
        sentEventID: String,
        madeUpAddress: String,
        mirror: Result<Mirror, RefusalError>
    ) {
        self.origin = origin
        self.sentEventID = sentEventID
        self.madeUpAddress = madeUpAddress
        self.mirror = mirror
    }
}
