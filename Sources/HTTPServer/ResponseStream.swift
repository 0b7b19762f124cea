import EventLoop
import Synchronization

/// The writing end of a streamed response; may be used from any thread.
///
/// On the connection's own loop a piece goes to the socket at once. From elsewhere pieces are gathered and posted to the
/// loop in one batch. A client that reads too slowly is dropped (see ``OutputQueue``); nobody ever waits for it.
package final class ResponseStream: Sendable {
    private struct Outbox {
        var bytes: [UInt8] = []
        var isFinished = false
        var isPosted = false
        var isOpen = true
    }

    private let connection: Connection
    private let outbox = Mutex(Outbox())

    init(connection: Connection) {
        self.connection = connection
    }

    /// Whether anybody still reads; once `false`, never `true` again.
    package var isOpen: Bool { self.outbox.withLock { $0.isOpen } }

    /// Sends a piece; does nothing when nobody reads any more.
    package func send(_ bytes: [UInt8]) {
        if self.connection.loop.isCurrent {
            self.flushOnLoop()
            self.connection.assumeIsolated { $0.stream(bytes) }
        } else {
            self.post { $0.bytes.append(contentsOf: bytes) }
        }
    }

    /// Ends the body; the connection goes on to the next request.
    package func finish() {
        self.post { $0.isFinished = true }
    }

    /// The client has left or was dropped, or the body is complete.
    func closed() {
        self.outbox.withLock { outbox in
            outbox.isOpen = false
            outbox.bytes = []
        }
    }

    private func post(_ change: (inout Outbox) -> Void) {
        let mustPost = self.outbox.withLock { outbox in
            guard outbox.isOpen else { return false }
            change(&outbox)
            defer { outbox.isPosted = true }
            return !outbox.isPosted
        }
        if mustPost { self.connection.loop.execute { self.flushOnLoop() } }
    }

    private func flushOnLoop() {
        let (bytes, isFinished) = self.outbox.withLock { outbox in
            defer {
                outbox.bytes = []
                outbox.isPosted = false
            }
            return (outbox.bytes, outbox.isFinished)
        }
        guard !bytes.isEmpty || isFinished else { return }
        self.connection.assumeIsolated { connection in
            if !bytes.isEmpty { connection.stream(bytes) }
            if isFinished { connection.streamFinished() }
        }
    }
}
