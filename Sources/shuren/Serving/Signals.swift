import CLinux
import EventLoop

/// The signals that end the process or have it read its settings anew, as a stream instead of an interruption.
struct Signals {
    private let descriptor: Int32

    /// Catches the signals from now on, in whichever thread they arrive; to be called once.
    init() throws(SystemError) {
        linux_ignore_broken_pipes()
        let signals = [SIGTERM, SIGINT, SIGHUP]
        self.descriptor = unsafe linux_catch_signals(signals, Int32(signals.count))
        guard self.descriptor >= 0 else { throw SystemError(call: "sigaction") }
    }

    /// The signals that come from now on.
    func arriving(on loop: EventLoop) -> AsyncStream<Int32> {
        let descriptor = self.descriptor
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingNewest(2))
        loop.execute {
            do {
                try loop.register(descriptor, for: .readable) { _ in
                    let number = linux_read_signal(descriptor)
                    if number > 0 { continuation.yield(number) }
                }
            } catch {
                // Without signals the process could not be told to end: better to end now.
                continuation.yield(SIGTERM)
            }
        }
        return stream
    }
}
