import Chat
import Observability

/// Shows a generation frame by frame with a pause between two, for clients that were written for replies cut in pieces.
///
/// It serves models that do not stream as well: their one text comes in frames like any other. What waits is bounded by
/// the length of a reply.
final class PacedViewer: Viewer {
    private let viewer: any Viewer
    private let pause: Duration
    private let time: TimeSource
    private let frames = AsyncStream<(bytes: [UInt8], number: Int)>.makeStream(bufferingPolicy: .unbounded)

    init(_ viewer: any Viewer, pause: Duration, time: TimeSource) {
        self.viewer = viewer
        self.pause = pause
        self.time = time
    }

    var isOpen: Bool { self.viewer.isOpen }

    func send(_ bytes: [UInt8], through number: Int) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let next = droppingFrames(1, from: rest)
            self.frames.continuation.yield((Array(rest.dropLast(next.count)), number))
            rest = rest.suffix(next.count)
        }
    }

    func end() { self.frames.continuation.finish() }

    /// Passes on what came, until the end or until nobody reads any more.
    func run() async {
        for await (bytes, number) in self.frames.stream {
            guard self.viewer.isOpen else { return }
            self.viewer.send(bytes, through: number)
            // A cancelled pause is one whose connection is gone.
            guard (try? await self.time.sleep(self.pause)) != nil else { return }
        }
        self.viewer.end()
    }
}
