import CLinux
import EventLoop
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The event loop` {
    private let loop: EventLoop

    init() throws {
        let loop = try EventLoop()
        self.loop = loop
        Task { await loop.runOnOwnThread(named: "test-loop") }
    }

    @Test func `runs an actor's code on its own thread`() async {
        let counter = Counter(loop: self.loop)

        #expect(await counter.isOnLoop())
        self.loop.stop()
    }

    @Test func `lets a callback enter an actor without a hop`() async {
        let counter = Counter(loop: self.loop)

        await withCheckedContinuation { continuation in
            self.loop.execute {
                counter.assumeIsolated { $0.value += 1 }
                continuation.resume()
            }
        }

        #expect(await counter.value == 1)
        self.loop.stop()
    }

    @Test func `runs posted work in the order of the posts`() async {
        let seen = Mutex<[Int]>([])
        for number in 0..<1000 { self.loop.execute { seen.withLock { $0.append(number) } } }

        await withCheckedContinuation { continuation in self.loop.execute { continuation.resume() } }

        #expect(seen.withLock { $0 } == Array(0..<1000))
        self.loop.stop()
    }

    @Test func `fires timers in the order of their delays and forgets cancelled ones`() async {
        let fired = Mutex<[String]>([])
        await withCheckedContinuation { continuation in
            self.loop.execute {
                self.loop.schedule(after: .milliseconds(30)) {
                    fired.withLock { $0.append("later") }
                    continuation.resume()
                }
                self.loop.schedule(after: .milliseconds(5)) { fired.withLock { $0.append("sooner") } }
                let cancelled = self.loop.schedule(after: .milliseconds(10)) { fired.withLock { $0.append("never") } }
                self.loop.cancel(cancelled)
            }
        }

        #expect(fired.withLock { $0 } == ["sooner", "later"])
        self.loop.stop()
    }

    @Test func `tells when a descriptor becomes readable, and nothing after it was removed`() async throws {
        let pair = try SocketPair()
        let reads = Mutex(0)
        await withCheckedContinuation { continuation in
            self.loop.execute {
                try? self.loop.register(pair.left, for: .readable) { _ in  // a failure shows as a hang
                    reads.withLock { $0 += 1 }
                    self.loop.deregister(pair.left)
                    continuation.resume()
                }
                pair.writeByte()
            }
        }
        pair.writeByte()
        await withCheckedContinuation { continuation in self.loop.execute { continuation.resume() } }

        #expect(reads.withLock { $0 } == 1)
        self.loop.stop()
    }

    @Test func `stops with a sentence when an actor is entered from another thread`() async {
        await #expect(processExitsWith: .failure) {
            Counter(loop: try EventLoop()).countOnLoop()
        }
    }
}

private actor Counter {
    let loop: EventLoop
    var value = 0
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    nonisolated func countOnLoop() { self.assumeIsolated { $0.value += 1 } }

    func isOnLoop() -> Bool { self.loop.isCurrent }
}

private struct SocketPair {
    let left: Int32
    private let right: Int32

    init() throws {
        var descriptors: [Int32] = [0, 0]
        let result = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors)
        try #require(result == 0)
        self.left = descriptors[0]
        self.right = descriptors[1]
    }

    func writeByte() {
        var byte: UInt8 = 1
        _ = unsafe write(self.right, &byte, 1)
    }
}
