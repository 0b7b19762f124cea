import Chat
import HTTPServer
import HTTPTypes
import Observability
import Synchronization

/// How a reply is put on the wire.
struct StreamForm: Sendable {
    let dialect: Dialect
    /// Whether an event that a page can see comes every 10 s: it cannot see comments.
    var beats = false
    /// How long to wait between two frames; `nil` sends them as they come.
    var pause: Duration?
    /// Fields that clients of the dialect look for.
    var fields: KeyValuePairs<String, String> = [:]

    init(_ dialect: Dialect, beats: Bool = false, pause: Duration? = nil, fields: KeyValuePairs<String, String> = [:]) {
        self.dialect = dialect
        self.beats = beats
        self.pause = pause
        self.fields = fields
    }
}

extension HTTPResponse {
    /// An event stream (WHATWG HTML, section 9.2) that `attach` fills through the viewer it gets.
    ///
    /// The first bytes are a comment, so that they leave at once and open every buffer on the way; another follows
    /// whenever nothing else was sent for 15 s. `skipping` frames of what comes first are left out. `whenOpened` hears of the
    /// viewer before anything is sent to it.
    static func eventStream(
        in form: StreamForm,
        after: Int,
        skipping: Int,
        time: TimeSource,
        whenEnded: @escaping @Sendable (_ isThere: Bool) -> Void,
        whenOpened: @escaping @Sendable (StreamViewer) -> Void,
        attach: @escaping @concurrent @Sendable (any Viewer) async -> Void
    ) -> HTTPResponse {
        let position = Position(after)
        var heartbeats = [
            StreamBody.Heartbeat(every: .seconds(15), onlyInSilence: true) { stillHere }
        ]
        if form.beats {
            heartbeats.append(
                .init(every: .seconds(10), onlyInSilence: false) { ChatEncoder.beat(last: position.value) }
            )
        }
        var fields = eventStreamFields
        for (name, value) in form.fields { fields.append(name, value) }
        return HTTPResponse(
            .ok,
            fields: fields,
            body: .stream(
                StreamBody(heartbeats: heartbeats) { stream in
                    stream.send(Array(": ok\n\n".utf8))
                    let viewer = StreamViewer(
                        stream: stream,
                        position: position,
                        skipping: skipping,
                        whenEnded: whenEnded
                    )
                    whenOpened(viewer)
                    guard let pause = form.pause else { return await attach(viewer) }
                    let paced = PacedViewer(viewer, pause: pause, time: time)
                    await attach(paced)
                    await paced.run()
                }
            )
        )
    }
}

/// The comment that comes when nothing else was sent for 15 s.
let stillHere = Array(": still here\n\n".utf8)

/// What every event stream's head has: nobody on the way may keep, change or collect it.
let eventStreamFields: HTTPFields = [
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-store, no-transform",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
]

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
