import CLinux
import EventLoop
import Glibc
import HTTPTypes
import Observability

/// One client's connection: reads a request, has it answered, writes the answer, and begins again.
///
/// It lives on the loop that accepted it. While a request is being answered nothing is read, so a client cannot make
/// the server buffer; that it left is noticed all the same.
actor Connection {
    /// What a connection shares with the others of its listener.
    struct Surroundings: Sendable {
        let limits: ConnectionLimits
        let handler: RequestHandler
        let metrics: Metrics
        let logger: Logger
        let time: TimeSource
    }

    private enum Phase {
        /// Between requests, or within one.
        case reading
        case answering(Task<Void, Never>)
        case streaming(Streaming)
        /// The answer is complete and partly unsent.
        case flushing
        /// Our side is shut; what the client still sends is thrown away.
        case lingering
        case closed

        var isClosed: Bool {
            if case .closed = self { true } else { false }
        }
    }

    /// The state of a streamed answer.
    private struct Streaming {
        let stream: ResponseStream
        var beats: [EventLoop.Timer] = []
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    private let socket: Int32
    nonisolated let peer: Peer
    private let surroundings: Surroundings
    private let whenClosed: @Sendable (Connection) -> Void

    private var phase = Phase.reading
    private var parser: RequestParser
    private var input: [UInt8] = []
    private var output = OutputQueue()
    /// Whether the loop will flush the output at the end of its round.
    private var awaitsFlush = false
    /// How often a stream's pieces were flushed.
    private var flushes: UInt = 15
    private var interest: Readiness = []
    private var deadline: EventLoop.Timer?
    private var stall: EventLoop.Timer?
    /// The stage that the deadline was set for; `nil` when it has to be set anew.
    private var stage: RequestParser.Stage?
    private var pace: BodyPace?
    private var opened = Duration.zero
    /// When our side was shut, on the loop's clock.
    private var lingersSince = Duration.zero
    private var answered = 0
    /// Whether the connection may carry another request after this one.
    private var keepsAlive = true
    private var isHead = false
    private var version = HTTPVersion.http11
    /// When the last piece of a streamed body was given to us, on the loop's clock.
    private var lastPiece = Duration.zero
    private var peerHasShut = false

    init(
        socket: Int32,
        address: String,
        loop: EventLoop,
        surroundings: Surroundings,
        whenClosed: @escaping @Sendable (Connection) -> Void
    ) {
        self.socket = socket
        self.loop = loop
        self.peer = Peer(address: address, executor: loop)
        self.surroundings = surroundings
        self.whenClosed = whenClosed
        self.parser = RequestParser(limits: surroundings.limits.request)
    }

    // MARK: Life

    /// Begins to read; to be called once, on the loop, which then holds the connection until it is closed.
    func open() {
        do {
            self.interest = [.readable, .peerClosed]
            try self.loop.register(self.socket, for: self.interest) { readiness in
                self.assumeIsolated { $0.ready(readiness) }
            }
            self.opened = self.loop.elapsed
            self.setDeadline(self.surroundings.limits.head)
        } catch {
            self.surroundings.logger.error("a connection could not be watched", ["error": "\(error)"])
            self.close()
        }
    }

    /// Closes now if nothing is being answered, else after the answer.
    func closeWhenIdle() {
        self.keepsAlive = false
        if case .reading = self.phase, self.parser.stage == .idle { self.close() }
    }

    /// Ends the connection at once, whatever it is doing.
    func close() {
        let phase = self.phase
        guard !phase.isClosed else { return }
        self.phase = .closed
        self.clearDeadline()
        self.clearStall()
        self.loop.deregister(self.socket)
        Glibc.close(self.socket)
        switch phase {
        case .answering(let task):
            task.cancel()
        case .streaming(let streaming):
            self.ended(streaming)
        case .reading, .flushing, .lingering, .closed:
            break
        }
        self.whenClosed(self)
    }

    private func ready(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: .failed) { return self.close() }
        if readiness.contains(.writable) { self.flush() }
        if readiness.contains(.readable) { self.receive() }
        if readiness.contains(.peerClosed) { self.peerClosed() }
    }

    // MARK: Reading

    private func receive() {
        guard let bytes = self.readBytes() else { return }
        switch self.phase {
        case .reading:
            guard !bytes.isEmpty else { return self.close() }
            self.pace?.received(bytes.count)
            self.input.append(contentsOf: bytes)
            self.parse()
        case .lingering:
            if bytes.isEmpty { self.close() } else { self.linger() }
        case .answering, .streaming, .flushing, .closed:
            break
        }
    }

    /// What the socket has, up to 16 KiB; empty at its end, `nil` when there is nothing yet.
    private func readBytes() -> [UInt8]? {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16 * 1024) { buffer, count in
            let result = unsafe Glibc.read(self.socket, buffer.baseAddress, buffer.count)
            failed = result < 0
            count = max(0, result)
        }
        // Whatever else an error means, epoll reports it again as `failed`.
        return failed ? nil : bytes
    }

    private func parse() {
        var bytes = self.input[...]
        defer { if case .closed = self.phase {} else { self.input = Array(bytes) } }
        while case .reading = self.phase {
            do throws(RequestError) {
                switch try self.parser.read(&bytes) {
                case .needsMore:
                    return self.awaitMore()
                case .awaitsContinue:
                    self.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                case .request(let request, let keepsAlive):
                    self.answer(request, keepsAlive: keepsAlive)
                }
            } catch {
                bytes = []
                self.refuse(error)
            }
        }
    }

    /// Sets the deadline of the stage that the request has come to, once for each stage.
    private func awaitMore() {
        let stage = self.parser.stage
        guard stage != self.stage else { return }
        self.stage = stage
        self.pace = nil
        switch stage {
        case .idle: self.setDeadline(self.surroundings.limits.idle)
        case .head: self.setDeadline(self.surroundings.limits.head)
        case .body:
            self.pace = BodyPace(began: self.loop.elapsed)
            self.checkPace()
        }
    }

    private func checkPace() {
        switch self.pace?.verdict(at: self.loop.elapsed, limits: self.surroundings.limits) {
        case .lookAgain(let delay)?: self.setDeadline(delay)
        case .tooSlow?: self.end(with: .requestTimeout)
        case nil: break
        }
    }

    private func peerClosed() {
        switch self.phase {
        case .streaming:
            // Nobody will read what comes; the generation goes on without this viewer.
            self.close()
        case .answering, .flushing:
            self.peerHasShut = true
            self.keepsAlive = false
            self.setInterest(self.interest.subtracting(.peerClosed))
        case .reading, .lingering, .closed:
            // What was sent before the end is still read, and the end after it.
            break
        }
    }

    // MARK: Answering

    private func answer(_ request: HTTPRequest, keepsAlive: Bool) {
        self.clearDeadline()
        self.answered += 1
        self.pace = nil
        self.keepsAlive = self.keepsAlive && keepsAlive && self.mayTakeAnother
        self.isHead = request.method == .head
        self.version = request.version
        self.setInterest(.peerClosed)
        let handler = self.surroundings.handler
        let peer = self.peer
        // The edge where a callback becomes a task; the connection holds it and cancels it when the client leaves.
        let task = Task {
            let response = await handler(request, peer)
            await self.respond(response)
        }
        self.phase = .answering(task)
    }

    private var mayTakeAnother: Bool {
        let limits = self.surroundings.limits
        return self.answered < limits.requests && self.loop.elapsed - self.opened < limits.age
    }

    private func respond(_ response: HTTPResponse) async {
        guard case .answering = self.phase else {
            response.whenAnswered?(false)
            return
        }
        response.whenAnswered?(!self.peerHasShut)
        switch response.body {
        case .none:
            self.write(self.head(of: response, length: 0))
            self.answerEnded()
        case .bytes(let bytes):
            let head = self.head(of: response, length: bytes.count)
            self.write(self.isHead ? head : head + bytes)
            self.answerEnded()
        case .stream(let body):
            await self.respond(response, streaming: body)
        }
    }

    private func respond(_ response: HTTPResponse, streaming body: StreamBody) async {
        self.write(self.head(of: response, length: nil))
        guard !self.isHead else { return self.answerEnded() }
        guard case .answering = self.phase else { return }
        let stream = ResponseStream(connection: self)
        self.lastPiece = self.loop.elapsed
        self.phase = .streaming(Streaming(stream: stream))
        self.surroundings.metrics.move("shuren_streams_open", by: 1)
        for (index, beat) in body.heartbeats.enumerated() { self.schedule(beat, index, after: beat.interval) }
        await body.start(stream)
    }

    /// The status line and the fields; `length` is `nil` for a stream.
    private func head(of response: HTTPResponse, length: Int?) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status.code) \(response.status.reason)\r\n"
        text += "Date: \(self.surroundings.time.now().httpDate)\r\n"
        for field in response.fields.lines { text += "\(field.name): \(field.value)\r\n" }
        if let length {
            // 204 and 304 have no body and say nothing about its length (RFC 9110, section 8.6).
            if response.status.code != 204 && response.status.code != 304 { text += "Content-Length: \(length)\r\n" }
        } else if self.version == .http11 {
            text += "Transfer-Encoding: chunked\r\n"
        } else {
            self.keepsAlive = false
        }
        text += self.keepsAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n"
        return Array(text.utf8)
    }

    private func answerEnded() {
        guard !self.phase.isClosed else { return }
        guard self.output.isEmpty else {
            self.phase = .flushing
            return
        }
        guard self.keepsAlive else { return self.shut() }
        self.phase = .reading
        self.stage = nil
        self.setInterest([.readable, .peerClosed])
        // What was sent ahead is already here; an empty parse sets the idle deadline.
        self.parse()
    }

    /// Answers bytes that are no request, and ends the connection.
    private func refuse(_ error: RequestError) {
        self.surroundings.metrics.count("shuren_http_refused_total", ["code": "\(error.status.code)"])
        self.surroundings.logger.debug(
            "refused what is no request",
            ["error": "\(error)", "peer": self.peer.address]
        )
        self.end(with: error.status)
    }

    private func end(with status: HTTPStatus) {
        let name = status.reason.lowercased().map { $0 == " " ? "_" : String($0) }.joined()
        let body = Array("{\"error\": {\"code\": \"\(name)\", \"message\": \"\(status.reason)\"}}".utf8)
        self.pace = nil
        self.keepsAlive = false
        self.isHead = false
        self.phase = .flushing
        let fields: HTTPFields = [
            "Content-Type": "application/json; charset=utf-8", "X-Content-Type-Options": "nosniff",
        ]
        let response = HTTPResponse(status, fields: fields, body: .bytes(body))
        self.write(self.head(of: response, length: body.count) + body)
    }

    /// Shuts our side and waits a little for the client to do the same: closing with unread bytes would reset the
    /// connection and could take the answer away before the client read it (RFC 9112, section 9.6).
    private func shut() {
        guard !self.peerHasShut else { return self.close() }
        self.phase = .lingering
        shutdown(self.socket, Int32(SHUT_WR))
        self.setInterest([.readable, .peerClosed])
        self.lingersSince = self.loop.elapsed
        self.linger()
    }

    /// Waits for the client's end a little longer, but not for ever.
    private func linger() {
        let limits = self.surroundings.limits
        let left = limits.longestLinger - (self.loop.elapsed - self.lingersSince)
        guard left > .zero else { return self.close() }
        self.setDeadline(min(limits.linger, left))
    }

    // MARK: Streaming

    /// Whether a streamed body is cut into chunks (RFC 9112, section 7.1); in HTTP/1.0 its end is the connection's.
    private var isChunked: Bool { self.version == .http11 }

    /// Sends a piece of the streamed body.
    func stream(_ bytes: [UInt8]) {
        guard case .streaming = self.phase, !bytes.isEmpty else { return }
        if self.output.count > OutputQueue.bound { self.flush() }
        guard self.output.count <= OutputQueue.bound else { return self.drop("lags behind by more than the bound") }
        guard case .streaming = self.phase else { return }
        self.lastPiece = self.loop.elapsed
        if self.isChunked { self.output.append(chunk: bytes) } else { self.output.append(bytes[...]) }
        self.flushAtEndOfRound()
    }

    /// The body is complete.
    func streamFinished() {
        guard case .streaming(let streaming) = self.phase else { return }
        self.ended(streaming)
        self.phase = .flushing
        if self.isChunked { self.output.append(Array("0\r\n\r\n".utf8)[...]) }
        self.flushAtEndOfRound()
    }

    private func schedule(_ beat: StreamBody.Heartbeat, _ index: Int, after delay: Duration) {
        let timer = self.loop.schedule(after: delay) { [weak self] in
            self?.assumeIsolated { $0.beat(beat, index) }
        }
        guard case .streaming(var streaming) = self.phase else { return self.loop.cancel(timer) }
        if index < streaming.beats.count { streaming.beats[index] = timer } else { streaming.beats.append(timer) }
        self.phase = .streaming(streaming)
    }

    private func beat(_ beat: StreamBody.Heartbeat, _ index: Int) {
        guard case .streaming = self.phase else { return }
        let silence = self.loop.elapsed - self.lastPiece
        if beat.onlyInSilence && silence < beat.interval {
            return self.schedule(beat, index, after: beat.interval - silence)
        }
        self.schedule(beat, index, after: beat.interval)
        self.stream(beat.bytes())
    }

    private func ended(_ streaming: Streaming) {
        self.surroundings.metrics.move("shuren_streams_open", by: -1)
        for timer in streaming.beats { self.loop.cancel(timer) }
        streaming.stream.closed()
    }

    private func drop(_ reason: String) {
        self.surroundings.metrics.count("shuren_stream_dropped_total", ["reason": "slow"])
        self.surroundings.logger.info("dropped a slow reader", ["reason": reason, "peer": self.peer.address])
        // What the system holds for it is given back at once, and the reader learns that the end was none.
        linux_reset_on_close(self.socket)
        self.close()
    }

    // MARK: Writing

    private func write(_ bytes: [UInt8]) {
        guard !self.phase.isClosed else { return }
        self.output.append(bytes[...])
        self.flush()
    }

    /// Sends what the pieces of this round come to, once.
    private func flushAtEndOfRound() {
        guard !self.awaitsFlush else { return }
        self.awaitsFlush = true
        // Every piece of a stream is written soon or late alike, so a sample tells enough and costs little.
        self.flushes &+= 1
        let given = self.flushes & 15 == 0 ? self.loop.elapsed : nil
        self.loop.atEndOfRound {
            self.assumeIsolated { connection in
                connection.awaitsFlush = false
                connection.flush()
                guard let given else { return }
                let delay = connection.loop.elapsed - given
                connection.surroundings.metrics.observe("shuren_stream_write_delay_seconds", lasting: delay)
            }
        }
    }

    private func flush() {
        guard !self.phase.isClosed else { return }
        while !self.output.isEmpty {
            guard let sent = self.send(self.output.waiting) else { return }
            guard sent > 0 else { return self.awaitRoom() }
            self.output.taken(sent)
            self.clearStall()
        }
        self.setInterest(self.interest.subtracting(.writable))
        if case .flushing = self.phase { self.answerEnded() }
    }

    /// Goes on when the socket takes more, and gives up when it takes nothing for too long.
    private func awaitRoom() {
        self.setInterest(self.interest.union(.writable))
        if self.stall == nil { self.watchStall() }
    }

    /// How many bytes the socket took; 0 when it is full, `nil` when it is gone and the connection with it.
    private func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let sent = unsafe bytes.withUnsafeBytes { unsafe linux_send(self.socket, $0.baseAddress, $0.count) }
        if sent >= 0 { return sent }
        let code = linux_errno()
        if code == EAGAIN || code == EINTR { return 0 }
        self.close()
        return nil
    }

    // MARK: Timers and interest

    private func setDeadline(_ duration: Duration) {
        self.clearDeadline()
        self.deadline = self.loop.schedule(after: duration) { [weak self] in
            self?.assumeIsolated { $0.deadlinePassed() }
        }
    }

    private func clearDeadline() {
        if let deadline = self.deadline.take() { self.loop.cancel(deadline) }
    }

    private func deadlinePassed() {
        self.deadline = nil
        switch self.phase {
        case .reading where self.pace != nil: self.checkPace()
        case .reading where self.parser.stage != .idle: self.end(with: .requestTimeout)
        case .reading, .lingering: self.close()
        case .answering, .streaming, .flushing, .closed: break
        }
    }

    /// Sets the time within which the socket must take another byte.
    private func watchStall() {
        self.stall = self.loop.schedule(after: self.surroundings.limits.stall) { [weak self] in
            self?.assumeIsolated { connection in
                connection.stall = nil
                connection.drop("took no byte for too long")
            }
        }
    }

    private func clearStall() {
        if let stall = self.stall.take() { self.loop.cancel(stall) }
    }

    private func setInterest(_ interest: Readiness) {
        guard !self.phase.isClosed, interest != self.interest else { return }
        self.interest = interest
        do {
            try self.loop.reregister(self.socket, for: interest)
        } catch {
            self.surroundings.logger.error("a connection could not be watched", ["error": "\(error)"])
            self.close()
        }
    }
}
