import CCurl

/// libcurl's multi handle: its transfers and its connections, closed with it.
///
/// Its owner outlives it and is called back through an unowned pointer, on the loop where the handle is used.
@safe
final class MultiHandle {
    /// Connections that may wait for their next request.
    private static let idleConnections = 128

    private let handle: UnsafeMutableRawPointer

    /// Makes a handle that asks `owner` for sockets to be watched and for a timer; `nil` when memory is short.
    init?(owner: HTTPClient) {
        let handle = unsafe ccurl_multi(
            Unmanaged.passUnretained(owner).toOpaque(),
            { _, socket, what, owner, _ in
                unsafe MultiHandle.owner(owner)?.assumeIsolated { $0.watch(socket, what) } ?? -1
            },
            { _, milliseconds, owner in
                unsafe MultiHandle.owner(owner)?.assumeIsolated { $0.setTimer(milliseconds) } ?? -1
            },
            Self.idleConnections
        )
        guard let handle = unsafe handle else { return nil }
        unsafe self.handle = unsafe handle
    }

    /// Closes the idle connections without telling the owner, who is on its way out.
    deinit {
        unsafe ccurl_multi_silence(self.handle)
        unsafe curl_multi_cleanup(self.handle)
    }

    private static func owner(_ context: UnsafeMutableRawPointer?) -> HTTPClient? {
        unsafe context.map { unsafe Unmanaged<HTTPClient>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Begins a transfer; answers libcurl's refusal, if it has one.
    func add(_ transfer: Transfer) -> HTTPClientError? {
        let code = unsafe curl_multi_add_handle(self.handle, transfer.easy)
        return code == CURLM_OK ? nil : .unusable(reason: unsafe String(cString: curl_multi_strerror(code)))
    }

    /// Ends a transfer; a connection in the middle of an answer is closed.
    ///
    /// Only between libcurl's calls, never inside one of its callbacks.
    func remove(_ transfer: Transfer) {
        // It fails only for a handle that is not there, and every transfer is removed once.
        _ = unsafe curl_multi_remove_handle(self.handle, transfer.easy)
    }

    /// Works on what a socket is ready for, or on what is due.
    func act(on socket: Int32, _ events: Int32) {
        var running: Int32 = 0
        // The transfers hear of their errors one by one; the call itself fails only for a handle that is none.
        _ = unsafe curl_multi_socket_action(self.handle, socket, events, &running)
    }

    /// The next transfer that libcurl is done with.
    func nextEnded() -> (transfer: Transfer, code: CURLcode)? {
        var code = CURLE_OK
        while let easy = unsafe ccurl_next_ended(self.handle, &code) {
            if let transfer = unsafe Transfer.of(easy) { return (transfer, code) }
        }
        return nil
    }
}
