import CLinux
import Synchronization

/// One thread that waits for descriptors, timers and jobs, and the executor of the actors that own sockets.
///
/// What runs here must not block. Callbacks run on the loop's thread; an actor whose `unownedExecutor` is this loop is
/// entered from them with `assumeIsolated`, which costs a function call. Everything but ``run()``, ``stop()``,
/// ``execute(_:)`` and the executor's own methods may be called on the loop's thread only.
///
/// One thread touches the unguarded properties, which is why the class is `@unchecked Sendable`: each access either
/// checks that or follows from such a check.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// Names a timer, to cancel it.
    package typealias Timer = TimingWheel<@Sendable () -> Void>.ID

    /// A closure by another name: a list of bare closures would allocate anew for each that is put into it.
    private struct Work {
        let perform: @Sendable () -> Void
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var work: [Work] = []
        var isAsleep = false
        var isStopped = false
    }

    private struct Registration {
        let generation: UInt32
        let ready: @Sendable (Readiness) -> Void
    }

    private let poller: Int32
    private let waker: Int32
    private let origin: UInt64
    private let thread = Atomic<UInt>(0)
    private let inbox = Mutex(Inbox())

    // On the loop's thread only.
    /// What this round took from the inbox, and how much of it is done.
    private var jobs: [UnownedJob] = []
    private var nextJob = 0
    private var work: [Work] = []
    private var nextWork = 0
    /// By descriptor: those of a process are small numbers, the lowest free one first.
    private var registrations: [Registration?] = []
    private var generation: UInt32 = 0
    private var wheel = TimingWheel<@Sendable () -> Void>()
    /// What waits for the end of the round.
    private var closing: [Work] = []
    private var events = Array(repeating: linux_ready(), count: 256)

    /// Makes a loop; nothing runs before somebody calls ``run()``.
    package init() throws(SystemError) {
        self.poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard self.poller >= 0 else { throw SystemError(call: "epoll_create1") }
        self.waker = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard self.waker >= 0 else { throw SystemError(call: "eventfd") }
        self.origin = linux_monotonic_nanoseconds()
        try self.control(EPOLL_CTL_ADD, self.waker, .readable, generation: 0)
    }

    deinit {
        close(self.poller)
        close(self.waker)
    }

    // MARK: Running

    /// Makes the calling thread the loop's and works until ``stop()``.
    package func run() {
        self.thread.store(UInt(pthread_self()), ordering: .relaxed)
        let rounds = Rounds(on: self)
        // Nobody has to end it: it is over when the loop is.
        Task { await rounds.run() }
        // Until the job of that task comes up in one of these; then the rounds go on inside it.
        while self.round() {}
        self.thread.store(0, ordering: .relaxed)
    }

    /// The loop's rounds as one job of the loop.
    ///
    /// Within a job of the loop the runtime knows whose thread it is on, and `assumeIsolated` compares two pointers;
    /// outside of any it asks around, which costs more than most callbacks do.
    private actor Rounds {
        private let loop: EventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

        init(on loop: EventLoop) {
            self.loop = loop
        }

        func run() {
            while self.loop.round() {}
        }
    }

    /// Ends ``run()`` after the round that is under way; may be called from any thread.
    package func stop() {
        self.inbox.withLock { $0.isStopped = true }
        self.wake()
    }

    /// Whether the caller is on the loop's thread.
    package var isCurrent: Bool { self.thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Runs `work` on the loop, soon and in the order of the calls; may be called from any thread.
    ///
    /// The queue has no bound of its own: callers post one piece of work per thing they own and bound those.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        let isAsleep = self.inbox.withLock { inbox in
            inbox.work.append(Work(perform: work))
            return inbox.isAsleep.exchange(with: false)
        }
        if isAsleep { self.wake() }
    }

    /// Runs `work` at the end of the round that is under way, after everything that was ready has been served.
    ///
    /// Who gathers output during a round and sends it then, sends once however much came, and the senders of a round
    /// come one after the other.
    package func atEndOfRound(_ work: @escaping @Sendable () -> Void) {
        self.checkIsolated()
        self.closing.append(Work(perform: work))
    }

    /// One round: wait, serve descriptors, fire timers, run jobs, then what waits for the end; `false` once stopped.
    private func round() -> Bool {
        let timeout = self.inbox.withLock { inbox -> Duration?? in
            guard !inbox.isStopped else { return nil }
            let isBusy = !inbox.jobs.isEmpty || !inbox.work.isEmpty || self.hasLeft
            inbox.isAsleep = !isBusy
            return .some(isBusy ? .zero : .none)
        }
        guard let timeout else { return false }
        self.poll(milliseconds: timeout == .zero ? 0 : self.millisecondsToNextTimer)
        for fire in self.wheel.advance(to: self.tick) { fire() }
        self.runJobs()
        self.endRound()
        return true
    }

    private func poll(milliseconds: Int32) {
        let count = unsafe linux_epoll_wait(self.poller, &self.events, Int32(self.events.count), milliseconds)
        self.inbox.withLock { $0.isAsleep = false }
        // A count of -1 is an interrupted wait: the next round waits again.
        for index in 0..<max(0, Int(count)) {
            let data = self.events[index].data
            let descriptor = Int32(truncatingIfNeeded: data)
            if descriptor == self.waker {
                var value: UInt64 = 0
                unsafe read(self.waker, &value, 8)
            } else if let registration = self.registration(of: descriptor),
                registration.generation == UInt32(truncatingIfNeeded: data >> 32)
            {
                // An event of a descriptor that was closed and reused in this round carries an older generation.
                registration.ready(Readiness(rawValue: self.events[index].events))
            }
        }
    }

    private func runJobs() {
        self.inbox.withLock { inbox in
            self.jobs.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            self.work.append(contentsOf: inbox.work)
            inbox.work.removeAll(keepingCapacity: true)
        }
        // One of the jobs may be the rounds themselves: what is left lies where the next round finds it.
        while self.nextJob < self.jobs.count {
            self.nextJob += 1
            unsafe self.jobs[self.nextJob - 1].runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.asUnownedTaskExecutor()
            )
        }
        self.jobs.removeAll(keepingCapacity: true)
        self.nextJob = 0
        while self.nextWork < self.work.count {
            self.nextWork += 1
            self.work[self.nextWork - 1].perform()
        }
        self.work.removeAll(keepingCapacity: true)
        self.nextWork = 0
    }

    /// Whether the round around this one took in more than it has done.
    private var hasLeft: Bool { self.nextJob < self.jobs.count || self.nextWork < self.work.count }

    private func endRound() {
        // By index: what runs here may add more.
        var index = 0
        while index < self.closing.count {
            self.closing[index].perform()
            index += 1
        }
        self.closing.removeAll(keepingCapacity: true)
    }

    private func wake() {
        var one: UInt64 = 1
        unsafe write(self.waker, &one, 8)
    }

    // MARK: Descriptors

    /// Calls `ready` whenever the descriptor is ready for `interest`, or broken, until it is removed.
    package func register(
        _ descriptor: Int32,
        for interest: Readiness,
        ready: @escaping @Sendable (Readiness) -> Void
    ) throws(SystemError) {
        self.checkIsolated()
        self.generation &+= 1
        try self.control(EPOLL_CTL_ADD, descriptor, interest, generation: self.generation)
        let missing = Int(descriptor) + 1 - self.registrations.count
        if missing > 0 { self.registrations.append(contentsOf: repeatElement(nil, count: missing)) }
        self.registrations[Int(descriptor)] = Registration(generation: self.generation, ready: ready)
    }

    private func registration(of descriptor: Int32) -> Registration? {
        Int(descriptor) < self.registrations.count ? self.registrations[Int(descriptor)] : nil
    }

    /// Changes what a registered descriptor is waited for.
    package func reregister(_ descriptor: Int32, for interest: Readiness) throws(SystemError) {
        self.checkIsolated()
        guard let registration = self.registration(of: descriptor) else {
            preconditionFailure("a descriptor that was never registered cannot change its interest")
        }
        try self.control(EPOLL_CTL_MOD, descriptor, interest, generation: registration.generation)
    }

    /// Forgets a descriptor; to be called before it is closed.
    package func deregister(_ descriptor: Int32) {
        self.checkIsolated()
        guard self.registration(of: descriptor) != nil else { return }
        self.registrations[Int(descriptor)] = nil
        // It can only fail for a descriptor that is closed already, and then there is nothing to forget.
        _ = linux_epoll_control(self.poller, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    private func control(
        _ operation: Int32,
        _ descriptor: Int32,
        _ interest: Readiness,
        generation: UInt32
    ) throws(SystemError) {
        let data = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        guard linux_epoll_control(self.poller, operation, descriptor, interest.rawValue, data) == 0 else {
            throw SystemError(call: "epoll_ctl")
        }
    }

    // MARK: Timers

    /// The time on the loop's clock.
    package var elapsed: Duration { .nanoseconds(Int64(linux_monotonic_nanoseconds() - self.origin)) }

    /// Calls `fire` once, `delay` from now, to the millisecond and never early.
    @discardableResult
    package func schedule(after delay: Duration, _ fire: @escaping @Sendable () -> Void) -> Timer {
        self.checkIsolated()
        let nanoseconds =
            max(0, delay.components.seconds) * 1_000_000_000 + delay.components.attoseconds / 1_000_000_000
        let due = linux_monotonic_nanoseconds() - self.origin + UInt64(max(0, nanoseconds))
        return self.wheel.insert(fire, at: (due + 999_999) / 1_000_000)
    }

    /// Takes a timer back; nothing happens when it has fired.
    package func cancel(_ timer: Timer) {
        self.checkIsolated()
        self.wheel.remove(timer)
    }

    /// The current tick of the wheel: whole milliseconds on the loop's clock.
    private var tick: UInt64 { (linux_monotonic_nanoseconds() - self.origin) / 1_000_000 }

    /// What to give epoll: -1 to wait for ever.
    private var millisecondsToNextTimer: Int32 {
        guard let next = self.wheel.nextTick else { return -1 }
        let now = self.tick
        return next <= now ? 0 : Int32(min(next - now, 60_000))
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isAsleep = self.inbox.withLock { inbox in
            inbox.jobs.append(job)
            return inbox.isAsleep.exchange(with: false)
        }
        if isAsleep { self.wake() }
    }

    package func checkIsolated() {
        precondition(self.isCurrent, "this belongs on the event loop's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? { self.isCurrent }
}

/// What a descriptor is ready for, or waited for.
@frozen package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    @inlinable package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer has shut its side; nothing more will come.
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Broken or hung up; always reported.
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// A system call that failed.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    package let call: String
    package let code: Int32

    /// Takes the code from `errno`, right after the call.
    package init(call: String) {
        self.init(call: call, code: linux_errno())
    }

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    package var description: String {
        let text = unsafe String(cString: strerror(self.code))
        return "\(self.call): \(text) (\(self.code))"
    }
}

extension Bool {
    fileprivate mutating func exchange(with value: Bool) -> Bool {
        let old = self
        self = value
        return old
    }
}

extension Array {
    fileprivate mutating func exchange(with value: [Element]) -> [Element] {
        let old = self
        self = value
        return old
    }
}
