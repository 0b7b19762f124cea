package import EventLoop

/// An event loop on a thread of its own that lives as long as its owner.
package final class TestLoop: Sendable {
    package let loop: EventLoop

    package init() throws {
        let loop = try EventLoop()
        self.loop = loop
        Task { await loop.runOnOwnThread(named: "test-loop") }
    }

    deinit {
        self.loop.stop()
    }
}
