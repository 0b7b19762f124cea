import Chat
import HTTPServer
import Synchronization

/// A connection that shows a generation, seen from the domain.
final class StreamViewer: Viewer {
    private let stream: ResponseStream
    private let position: Position
    /// How many of the next frames the reader has already.
    private let skipping: Atomic<Int>
    private let whenEnded: @Sendable (_ isThere: Bool) -> Void

    /// `whenEnded` is called when everything was handed to the connection, the last event included, and hears whether
    /// that was open.
    init(
        stream: ResponseStream,
        position: Position,
        skipping: Int,
        whenEnded: @escaping @Sendable (_ isThere: Bool) -> Void
    ) {
        self.stream = stream
        self.position = position
        self.skipping = Atomic(skipping)
        self.whenEnded = whenEnded
    }

    var isOpen: Bool { self.stream.isOpen }

    func send(_ bytes: [UInt8], through number: Int) {
        // All frames of one event come together, so only the first bytes can hold any to skip.
        let skipped = self.skipping.exchange(0, ordering: .relaxed)
        let rest = skipped == 0 ? bytes : Array(droppingFrames(skipped, from: bytes[...]))
        if !rest.isEmpty { self.stream.send(rest) }
        self.position.advance(to: number)
    }

    func end() {
        self.whenEnded(self.isOpen)
        self.stream.finish()
    }

    /// Ends the connection's stream before the reply has ended: its reader may not see more.
    func leave() { self.stream.finish() }
}
