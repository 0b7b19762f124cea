package import Chat
import Synchronization

/// A viewer that remembers what it was sent.
package final class RecordingViewer: Viewer {
    private struct State {
        var text = ""
        var last = 0
        var isEnded = false
        var isOpen = true
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything so far.
    package var text: String { self.state.withLock { $0.text } }
    package var last: Int { self.state.withLock { $0.last } }
    package var isEnded: Bool { self.state.withLock { $0.isEnded } }
    package var isOpen: Bool { self.state.withLock { $0.isOpen } }

    /// The reader leaves.
    package func leave() { self.state.withLock { $0.isOpen = false } }

    package func send(_ bytes: [UInt8], through number: Int) {
        self.state.withLock { state in
            state.text += String(decoding: bytes, as: UTF8.self)
            state.last = number
        }
    }

    package func end() {
        let waiters = self.state.withLock { state in
            state.isEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until nothing more will come, and returns everything.
    package func whole() async -> String {
        await withCheckedContinuation { continuation in
            let isEnded = self.state.withLock { state in
                if !state.isEnded { state.waiters.append(continuation) }
                return state.isEnded
            }
            if isEnded { continuation.resume() }
        }
        return self.text
    }
}

/// A dialect that shows every event as its number and its Swift description, so that tests see what was sent.
extension Dialect {
    package static let described = Dialect(name: "described", hearsRemarks: true) { DescribingEncoder() }

    /// Only the text, nothing else.
    package static let textOnly = Dialect(name: "text") { TextEncoder() }
}

private struct DescribingEncoder: EventEncoder {
    mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        Array("\(number.map(String.init) ?? "-") \(event)\n".utf8)
    }
}

private struct TextEncoder: EventEncoder {
    mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        if case .text(let piece) = event { Array(piece.utf8) } else { [] }
    }
}
