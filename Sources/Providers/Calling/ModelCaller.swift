import Chat
import HTTPClient
import HTTPTypes
import Observability

/// Sends requests to model APIs and hands over what they answer.
///
/// A request goes out once. It is sent again only when it was provably not accepted: no connection came about, or the
/// server answered 429, 503 or 529; then after as long as the server asks for, or with growing pauses.
struct ModelCaller: Sendable {
    /// How often a request is sent in all, and how long a pause may be.
    private static let attempts = 3
    private static let longestPause = Duration.seconds(15)

    private let clients: HTTPClientPool
    private let time: TimeSource
    private let logger: Logger
    /// A number between 0 and 1, so that servers which were refused together do not come back together.
    private let jitter: @Sendable () -> Double

    init(clients: HTTPClientPool, time: TimeSource, logger: Logger, jitter: @escaping @Sendable () -> Double) {
        self.clients = clients
        self.time = time
        self.logger = logger
        self.jitter = jitter
    }

    /// Sends a request and reads the answer as `reply`, which knows nothing yet; errors come without what is
    /// `confidential`.
    func call<Reply: ModelReply>(
        _ request: HTTPClientRequest,
        on executor: any SerialExecutor,
        reading reply: Reply,
        without confidential: Confidential,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) async throws(ProviderError) -> Reply.Ending {
        guard let client = self.clients.client(on: executor) else {
            preconditionFailure("a generation runs on one of the loops that the provider has a client on")
        }
        var request = request
        if let id = RequestID.current { request.fields.append("X-Request-ID", id) }
        var attempt = 1
        while true {
            let reading = Reading(of: reply, on: client.loop, time: self.time, receive: receive)
            do throws(ProviderError) {
                return try await self.send(request, with: client, to: reading)
            } catch {
                let error = confidential.removed(from: error)
                guard error.isRetryable, attempt < Self.attempts else { throw error }
                self.logger.notice("a model call was not accepted and is tried again", ["error": "\(error)"])
                try await self.pause(after: error, attempt: attempt)
                attempt += 1
            }
        }
    }

    private func send<Reply: ModelReply>(
        _ request: HTTPClientRequest,
        with client: HTTPClient,
        to reading: Reading<Reply>
    ) async throws(ProviderError) -> Reply.Ending {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request) { response, bytes in
                reading.takesMore(bytes, of: response) ? .more : .end(within: .seconds(1))
            }
        } catch {
            guard case .broken = error, let ending = try await reading.completeEnding() else {
                throw ProviderError(error)
            }
            return ending
        }
        return try await reading.finish(response)
    }

    private func pause(after error: ProviderError, attempt: Int) async throws(ProviderError) {
        var pause = Duration.milliseconds(Int(500.0 * Double(1 << attempt) * (0.5 + self.jitter() / 2)))
        if case .overloaded(_, let retryAfter?) = error { pause = max(pause, retryAfter) }
        guard pause <= Self.longestPause else { throw error }
        do {
            try await self.time.sleep(pause)
        } catch {
            throw .cancelled
        }
    }
}

/// The reading of one answer, on the loop where its bytes arrive.
private actor Reading<Reply: ModelReply> {
    private nonisolated let executor: any SerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.executor.asUnownedSerialExecutor() }

    private let reply: Reply
    private let time: TimeSource
    private let receive: @Sendable (ProviderEvent) -> Void
    /// There is none before the first bytes.
    private var reader: AnswerReader<Reply>?

    init(
        of reply: Reply,
        on executor: any SerialExecutor,
        time: TimeSource,
        receive: @escaping @Sendable (ProviderEvent) -> Void
    ) {
        self.reply = reply
        self.executor = executor
        self.time = time
        self.receive = receive
    }

    /// Takes the next bytes, for a callback on the loop; answers whether anything more could matter.
    nonisolated func takesMore(_ bytes: Span<UInt8>, of response: HTTPClientResponse) -> Bool {
        self.assumeIsolated { reading in
            if reading.reader == nil { reading.reader = reading.makeReader(response) }
            return reading.reader?.feed(bytes, receive: reading.receive) ?? false
        }
    }

    /// What came of the whole answer.
    func finish(_ response: HTTPClientResponse) throws(ProviderError) -> Reply.Ending {
        var reader = self.reader.take() ?? self.makeReader(response)
        return try reader.finish(receive: self.receive)
    }

    /// What came of an answer whose connection broke, when the model had said before how it ended.
    func completeEnding() throws(ProviderError) -> Reply.Ending? {
        guard var reader = self.reader.take(), reader.isComplete else { return nil }
        return try reader.finish(receive: self.receive)
    }

    private func makeReader(_ response: HTTPClientResponse) -> AnswerReader<Reply> {
        AnswerReader(response, as: self.reply, now: self.time.now())
    }
}

extension ProviderError {
    fileprivate init(_ error: HTTPClientError) {
        self =
            switch error {
            case .unusable(let reason), .unreachable(let reason): .unreachable(reason: reason)
            case .forbidden(let address): .unreachable(reason: "\(address) may not be connected to")
            case .broken(let reason): .broken(reason: reason)
            case .aborted: .broken(reason: "the answer was refused")
            case .cancelled: .cancelled
            }
    }
}
