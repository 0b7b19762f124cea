import HTTPServer
import HTTPTypes
import Synchronization

extension HTTPResponse {
    /// An event stream (WHATWG HTML, section 9.2) that `attach` fills through the viewer it gets.
    ///
    /// The first bytes are a comment, so that they leave at once and open every buffer on the way; another follows
    /// whenever nothing else was sent for 15 s, and with `beats` an event that a page can see every 10 s.
    static func eventStream(
        after: Int,
        beats: Bool,
        whenEnded: @escaping @Sendable () -> Void,
        attach: @escaping @concurrent @Sendable (StreamViewer) async -> Void
    ) -> HTTPResponse {
        let position = Position(after)
        var heartbeats = [
            StreamBody.Heartbeat(every: .seconds(15), onlyInSilence: true) { Array(": still here\n\n".utf8) }
        ]
        if beats {
            heartbeats.append(
                .init(every: .seconds(10), onlyInSilence: false) { ChatEncoder.beat(last: position.value) }
            )
        }
        return HTTPResponse(
            .ok,
            fields: [
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-cache, no-store, no-transform",
                "X-Accel-Buffering": "no",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            ],
            body: .stream(
                StreamBody(heartbeats: heartbeats) { stream in
                    stream.send(Array(": ok\n\n".utf8))
                    await attach(StreamViewer(stream: stream, position: position, whenEnded: whenEnded))
                }
            )
        )
    }
}

/// The number of the last event that a viewer was sent, shared by the one who sends and the one who beats.
final class Position: Sendable {
    private let number: Mutex<Int>

    init(_ number: Int) {
        self.number = Mutex(number)
    }

    var value: Int { self.number.withLock { $0 } }

    func advance(to number: Int) {
        self.number.withLock { $0 = max($0, number) }
    }
}
