import CCurl
import HTTPTypes

/// One request on its way, as libcurl's callbacks see it.
///
/// libcurl holds it as an unowned pointer; the client keeps it until the handle has left the multi handle. Everything
/// happens on the client's loop.
@safe
final class Transfer {
    typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

    let id: Int
    let easy: UnsafeMutableRawPointer
    /// How the transfer ends, once we know it better than libcurl.
    private var verdict: Outcome?
    /// The receiver wants no more, and what comes until the end is thrown away.
    private var isSated = false
    /// The last address that was not allowed; the name may have others.
    private var forbidden: NetworkAddress?

    private unowned let client: HTTPClient
    private let body: [UInt8]
    private var sent = 0
    private var head = ResponseHead()
    private let receive: HTTPClient.Receiver
    private let allows: HTTPClient.AddressPolicy
    private let continuation: CheckedContinuation<Outcome, Never>
    private let errorText: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?

    /// Makes a handle for the request; `nil` when memory is short.
    init?(
        id: Int,
        client: HTTPClient,
        body: [UInt8],
        receive: @escaping HTTPClient.Receiver,
        allows: @escaping HTTPClient.AddressPolicy,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        self.id = id
        unsafe self.easy = unsafe easy
        self.client = client
        self.body = body
        self.receive = receive
        self.allows = allows
        self.continuation = continuation
        unsafe self.errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe self.errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// Runs after the handle has left the multi handle.
    deinit {
        unsafe curl_easy_cleanup(self.easy)
        unsafe curl_slist_free_all(self.fields)
        unsafe self.errorText.deallocate()
    }

    /// The transfer that a handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        unsafe ccurl_context(easy).map { unsafe Transfer.from($0) }
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> Transfer {
        unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Tells libcurl what to do; answers its refusal, if it has one.
    func configure(_ request: HTTPClientRequest) -> HTTPClientError? {
        for field in self.headerLines(of: request) {
            guard let fields = unsafe curl_slist_append(self.fields, field) else {
                return .unusable(reason: "no memory")
            }
            unsafe self.fields = unsafe fields
        }
        let code = unsafe request.method.rawValue.withCString { method in
            unsafe withCString(request.url, request.authorities) { url, authorities in
                var options = unsafe ccurl_request(
                    method: method,
                    url: url,
                    fields: self.fields,
                    body_size: Int64(self.body.count),
                    connect_timeout_milliseconds: request.connectTimeout.wholeMilliseconds,
                    http_version: request.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1,
                    authorities: authorities,
                    error: self.errorText,
                    context: Unmanaged.passUnretained(self).toOpaque(),
                    open: { unsafe Transfer.open($0, $2) },
                    read: { unsafe Transfer.read($0, $1 * $2, $3) },
                    header: { unsafe Transfer.header($0, $1 * $2, $3) },
                    write: { unsafe Transfer.write($0, $1 * $2, $3) }
                )
                return unsafe ccurl_configure(self.easy, &options)
            }
        }
        return code == CURLE_OK ? nil : .unusable(reason: unsafe String(cString: curl_easy_strerror(code)))
    }

    private func headerLines(of request: HTTPClientRequest) -> [String] {
        // libcurl would wait for a "100 Continue" before it sends a large body; model APIs send none.
        ["Expect:"] + request.fields.lines.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    }

    // MARK: The end

    /// What came of it; the first of our own verdict and libcurl's.
    func outcome(_ code: CURLcode) -> Outcome {
        if let verdict { return verdict }
        if code == CURLE_OK, let response = self.head.response { return .success(response) }
        if code == CURLE_COULDNT_CONNECT, let forbidden = self.forbidden {
            return .failure(.forbidden(address: forbidden))
        }
        let reason = self.reason(code)
        let isUnsent = unsafe ccurl_request_bytes_sent(self.easy) == 0
        return .failure(isUnsent && meansNoConnection(code) ? .unreachable(reason: reason) : .broken(reason: reason))
    }

    /// Lets the caller go on; exactly once.
    func resume(_ outcome: Outcome) {
        self.continuation.resume(returning: outcome)
    }

    private func reason(_ code: CURLcode) -> String {
        let detail = unsafe String(cString: self.errorText)
        let name = unsafe String(cString: curl_easy_strerror(code))
        return (detail.isEmpty ? name : detail) + " (libcurl \(code.rawValue))"
    }

    // MARK: Callbacks

    private static func open(
        _ context: UnsafeMutableRawPointer?,
        _ address: UnsafeMutablePointer<curl_sockaddr>?
    ) -> curl_socket_t {
        guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
        let transfer = unsafe Transfer.from(context)
        var bytes = [UInt8](repeating: 0, count: 16)
        var port: UInt16 = 0
        let count = unsafe Int(ccurl_address(address, &bytes, &port))
        let resolved = NetworkAddress(bytes: Array(bytes.prefix(count)), port: port)
        guard count > 0, transfer.allows(resolved) else {
            transfer.forbidden = resolved
            return CURL_SOCKET_BAD
        }
        return unsafe ccurl_socket(address)
    }

    private static func read(
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ context: UnsafeMutableRawPointer?
    ) -> Int {
        guard let context = unsafe context, let buffer = unsafe buffer else { return 0 }
        let transfer = unsafe Transfer.from(context)
        let count = min(capacity, transfer.body.count - transfer.sent)
        unsafe transfer.body.withUnsafeBytes { body in
            let piece = unsafe UnsafeRawBufferPointer(rebasing: body[transfer.sent..<transfer.sent + count])
            unsafe UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(from: piece)
        }
        transfer.sent += count
        return count
    }

    private static func header(
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Transfer.from(context)
        let line = unsafe String(decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
        guard transfer.head.take(line: line) == .taken else {
            transfer.verdict = .failure(.broken(reason: "the answer's head is larger than \(ResponseHead.limit) bytes"))
            return refusal
        }
        return count
    }

    private static func write(
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Transfer.from(context)
        guard !transfer.isSated else { return count }
        guard transfer.verdict == nil, let response = transfer.head.response else { return refusal }
        let bytes = unsafe UnsafeRawBufferPointer(start: buffer, count: count).bindMemory(to: UInt8.self)
        switch unsafe transfer.receive(response, bytes.span) {
        case .more:
            return count
        case .end(let grace):
            transfer.isSated = true
            transfer.verdict = .success(response)
            let id = transfer.id
            transfer.client.assumeIsolated { $0.end(id, within: grace, response) }
            return count
        case .abort:
            transfer.verdict = .failure(.aborted)
            return refusal
        }
    }
}

/// Both texts as C has them; the second may be absent.
private func withCString<Outcome>(
    _ text: String,
    _ other: String?,
    _ use: (UnsafePointer<CChar>, UnsafePointer<CChar>?) -> Outcome
) -> Outcome {
    unsafe text.withCString { text in
        guard let other else { return unsafe use(text, nil) }
        return unsafe other.withCString { unsafe use(text, $0) }
    }
}

/// What a callback returns to end the transfer: libcurl takes any other count than the one it gave as a refusal.
private let refusal = Int(CURL_WRITEFUNC_ERROR)

/// Whether libcurl's word means that name, connection or TLS failed.
private func meansNoConnection(_ code: CURLcode) -> Bool {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL,
        CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_OPERATION_TIMEDOUT:  // of connecting; no other limit is set
        true
    default: false
    }
}

extension Duration {
    /// Milliseconds, at least one: libcurl takes 0 for "no limit".
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = self.components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
