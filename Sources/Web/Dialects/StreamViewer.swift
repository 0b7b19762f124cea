import Chat
import HTTPServer

/// A connection that shows a generation, seen from the domain.
final class StreamViewer: Viewer {
    private let stream: ResponseStream
    private let position: Position
    private let whenEnded: @Sendable () -> Void

    /// `whenEnded` is called when everything was handed to the connection, the last event included.
    init(stream: ResponseStream, position: Position, whenEnded: @escaping @Sendable () -> Void) {
        self.stream = stream
        self.position = position
        self.whenEnded = whenEnded
    }

    var isOpen: Bool { self.stream.isOpen }

    func send(_ bytes: [UInt8], through number: Int) {
        self.stream.send(bytes)
        self.position.advance(to: number)
    }

    func end() {
        self.whenEnded()
        self.stream.finish()
    }
}
