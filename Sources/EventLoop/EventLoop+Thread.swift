import CLinux

extension EventLoop {
    /// Works on a thread of its own, named for `top` and `perf`, and returns after ``stop()``.
    package func runOnOwnThread(named name: String) async {
        await withCheckedContinuation { continuation in
            startThread(named: name) {
                self.run()
                continuation.resume()
            }
        }
    }
}

/// Starts a detached thread that blocks as it likes.
private func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: body)).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            unsafe linux_name_thread(body.name)
            body.run()
            return nil
        },
        box
    )
    precondition(code == 0, "the system refuses another thread: \(SystemError(call: "pthread_create", code: code))")
    pthread_detach(thread)
}

private final class ThreadBody: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}
