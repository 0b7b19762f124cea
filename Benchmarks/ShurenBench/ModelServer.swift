import CLinux
import EventLoop
import HTTPServer
import HTTPTypes
import Observability

/// A model API whose every reply is the same number of stamped pieces at the same pace.
struct ModelServer {
    private let pieces: Int
    private let interval: Duration
    private let server: HTTPServer

    /// `--port`, `--pieces`, and `--interval-ms` between two of them.
    init(_ options: Options, on loop: EventLoop) throws {
        let pieces = try options.number("pieces")
        let interval = Duration.milliseconds(try options.number("interval-ms"))
        self.pieces = pieces
        self.interval = interval
        self.server = try HTTPServer(
            on: .tcp(host: "127.0.0.1", port: UInt16(try options.number("port"))),
            loops: [loop],
            metrics: Metrics(),
            logger: Logger(least: .error) { say($0) }
        ) { _, _ in
            let body = StreamBody { stream in
                loop.execute { Reply(stream, pieces: pieces, every: interval, on: loop).next() }
            }
            return HTTPResponse(fields: ["Content-Type": "text/event-stream"], body: .stream(body))
        }
    }

    /// Serves until it is ended from outside.
    func run() async throws {
        try await self.server.open()
        say("ready")
        try await ContinuousClock().sleep(for: .seconds(86_400))
    }
}

/// One reply under way; every step is due at its own time, so a late one delays none of the others.
private final class Reply: Sendable {
    private let stream: ResponseStream
    private let pieces: Int
    private let interval: Duration
    private let loop: EventLoop
    private let start: Duration

    init(_ stream: ResponseStream, pieces: Int, every interval: Duration, on loop: EventLoop) {
        self.stream = stream
        self.pieces = pieces
        self.interval = interval
        self.loop = loop
        self.start = loop.elapsed
    }

    func next(_ number: Int = 0) {
        guard self.stream.isOpen else { return }
        guard number < self.pieces else {
            self.stream.send(event(#"{"index":0,"delta":{},"finish_reason":"stop"}"#))
            self.stream.send(Array("data: [DONE]\n\n".utf8))
            return self.stream.finish()
        }
        let stamp = linux_monotonic_nanoseconds()
        self.stream.send(event(#"{"index":0,"delta":{"content":"<t=\#(stamp)> word"},"finish_reason":null}"#))
        self.loop.schedule(after: self.start + self.interval * (number + 1) - self.loop.elapsed) {
            self.next(number + 1)
        }
    }
}

private func event(_ choice: String) -> [UInt8] {
    let head = #""id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"bench""#
    return Array("data: {\(head),\"choices\":[\(choice)]}\n\n".utf8)
}
