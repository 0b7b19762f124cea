internal import CLinux
internal import Glibc

/// Wakes threads that wait, once for each time it is raised (an eventfd in semaphore mode).
final class Signal: Sendable {
    private let descriptor: Int32

    init() {
        self.descriptor = eventfd(0, Int32(EFD_SEMAPHORE) | Int32(EFD_CLOEXEC))
        precondition(self.descriptor >= 0, "The system has no descriptor left for a thread's signal.")
    }

    deinit {
        close(self.descriptor)
    }

    /// Lets one waiting thread go on, now or when it comes to wait.
    func raise() {
        let code = eventfd_write(self.descriptor, 1)
        precondition(code == 0, "An eventfd of our own cannot be written.")
    }

    /// Blocks the thread until the signal was raised.
    func wait() {
        var count: eventfd_t = 0
        while unsafe eventfd_read(self.descriptor, &count) != 0 {
            precondition(errno == EINTR, "An eventfd of our own cannot be read.")
        }
    }
}
