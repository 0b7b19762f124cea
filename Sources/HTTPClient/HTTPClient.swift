import CCurl
package import EventLoop
import HTTPTypes

/// Sends requests to other servers over HTTP/1.1 and hands their answers over as they come.
///
/// It lives on one event loop, and so does everything it calls: bytes go from the socket to the receiver within one
/// call, in order. A request is never sent twice: what broke after it may have left is reported as such. Redirects are
/// not followed and no proxy from the environment is used, so ``AddressPolicy`` sees every address that is connected to.
///
/// Connections are kept and used again. Two policies need two clients, since a connection that one allows would
/// otherwise serve the other.
package actor HTTPClient {
    /// Takes the next bytes of an answer, on the loop; never called again after it said ``ReceiverDemand/abort``.
    package typealias Receiver = @Sendable (HTTPClientResponse, Span<UInt8>) -> ReceiverDemand
    /// Whether an address that a name resolved to may be connected to.
    package typealias AddressPolicy = @Sendable (NetworkAddress) -> Bool

    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    private let allows: AddressPolicy
    /// Made with the first request, since its callbacks need a finished actor to call.
    private var multi: MultiHandle?
    private var transfers: [Int: Transfer] = [:]
    private var lastID = 0
    private var watched: Set<Int32> = []
    private var timer: EventLoop.Timer?

    package init(loop: EventLoop, allowing allows: @escaping AddressPolicy = { _ in true }) {
        _ = globalInitialisation
        self.loop = loop
        self.allows = allows
    }

    /// The version of the libcurl library in this process.
    package static var libraryVersion: String {
        unsafe String(cString: ccurl_version())
    }

    /// How many requests are on their way.
    package var running: Int { self.transfers.count }

    /// Sends a request and returns when its answer has ended; the bytes go to `receive` as they come.
    ///
    /// Ends at once when its task is cancelled. There is no limit to how long an answer may take: whoever wants one
    /// cancels.
    package func send(
        _ request: HTTPClientRequest,
        receive: @escaping Receiver
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        guard !Task.isCancelled else { throw .cancelled }
        guard request.fields.lines.allSatisfy({ isFieldText($0.name) && isFieldText($0.value) }) else {
            throw .unusable(reason: "a header field holds a line end or a NUL")
        }
        self.lastID += 1
        let id = self.lastID
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.start(id, request, receive, continuation)
            }
        } onCancel: {
            // Cancelling may happen anywhere, also inside a callback of libcurl, where nothing may be removed.
            self.loop.execute {
                self.assumeIsolated { $0.end(id, .failure(.cancelled)) }
            }
        }
        return try outcome.get()
    }

    private func start(
        _ id: Int,
        _ request: HTTPClientRequest,
        _ receive: @escaping Receiver,
        _ continuation: CheckedContinuation<Transfer.Outcome, Never>
    ) {
        guard let multi = self.multi ?? MultiHandle(owner: self),
            let transfer = Transfer(
                id: id,
                client: self,
                body: request.body,
                receive: receive,
                allows: self.allows,
                continuation: continuation
            )
        else { return continuation.resume(returning: .failure(.unusable(reason: "libcurl has no memory"))) }
        self.multi = multi
        if let refusal = transfer.configure(request) ?? multi.add(transfer) {
            return transfer.resume(.failure(refusal))
        }
        self.transfers[id] = transfer
    }

    // MARK: Ends

    /// Takes a transfer out and tells its caller; nothing happens when it has ended already.
    ///
    /// Only ever called between libcurl's calls, never inside one of its callbacks.
    private func end(_ id: Int, _ outcome: Transfer.Outcome) {
        guard let transfer = self.transfers.removeValue(forKey: id) else { return }
        self.multi?.remove(transfer)
        transfer.resume(outcome)
    }

    /// Takes a transfer whose receiver wants no more for complete when the server has not ended it by then.
    func end(_ id: Int, within grace: Duration, _ response: HTTPClientResponse) {
        self.loop.schedule(after: grace) {
            self.assumeIsolated { $0.end(id, .success(response)) }
        }
    }

    // MARK: libcurl and the loop

    /// libcurl's callback: what it waits for on a socket has changed.
    func watch(_ socket: Int32, _ what: Int32) -> Int32 {
        guard what != CURL_POLL_REMOVE else {
            self.watched.remove(socket)
            self.loop.deregister(socket)
            return 0
        }
        var interest: Readiness = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        do {
            if self.watched.insert(socket).inserted {
                try self.loop.register(socket, for: interest) { readiness in
                    self.assumeIsolated { $0.act(socket, readiness) }
                }
            } else {
                try self.loop.reregister(socket, for: interest)
            }
            return 0
        } catch {
            // libcurl ends the transfers with an error: without epoll nothing would ever wake them.
            return -1
        }
    }

    private func act(_ socket: Int32, _ readiness: Readiness) {
        var events: Int32 = 0
        if readiness.contains(.readable) || readiness.contains(.peerClosed) { events |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
        if !readiness.isDisjoint(with: .failed) { events |= CURL_CSELECT_ERR }
        self.act(on: socket, events)
    }

    /// libcurl's callback: when it wants to be called next.
    ///
    /// It must not be called back from in here, so even "now" waits for the loop's next round.
    func setTimer(_ milliseconds: Int) -> Int32 {
        if let timer = self.timer.take() { self.loop.cancel(timer) }
        if milliseconds == 0 {
            self.loop.execute { self.assumeIsolated { $0.act(on: CURL_SOCKET_TIMEOUT, 0) } }
        } else if milliseconds > 0 {
            self.timer = self.loop.schedule(after: .milliseconds(milliseconds)) {
                self.assumeIsolated { client in
                    client.timer = nil
                    client.act(on: CURL_SOCKET_TIMEOUT, 0)
                }
            }
        }
        return 0
    }

    private func act(on socket: Int32, _ events: Int32) {
        self.multi?.act(on: socket, events)
        while let (transfer, code) = self.multi?.nextEnded() {
            self.end(transfer.id, transfer.outcome(code))
        }
    }
}

/// libcurl's own initialisation, once in the process.
private let globalInitialisation: Void = {
    let code = curl_global_init(Int(CURL_GLOBAL_ALL))
    precondition(code == CURLE_OK, "libcurl cannot be initialised (\(code.rawValue))")
}()

/// Whether a field holds nothing that would begin another one.
private func isFieldText(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 }
}
