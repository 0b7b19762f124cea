internal import CLinux
internal import Glibc

/// Threads of our own, for work that blocks: neither the event loops nor Swift's pool may wait for a disk.
enum DedicatedThread {
    /// Starts a thread that ends when `body` returns.
    ///
    /// `name` is what `top -H` shows, at most fifteen characters.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                unsafe linux_name_thread(work.name)
                work.body()
                return nil
            },
            work.toOpaque()
        )
        precondition(code == 0, "The system has no thread left for \(name).")
        pthread_detach(thread)
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
