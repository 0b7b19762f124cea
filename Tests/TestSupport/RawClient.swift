import CLinux
import Dispatch
import Glibc

/// A TCP connection that a test writes and reads as it likes; every wait ends after ten minutes.
///
/// Reading blocks a thread of its own and never one that the code under test needs.
package final class RawClient: Sendable {
    /// Why a test cannot go on.
    package struct Failure: Error {
        package let call: String
        package let code: Int32
    }

    private let socket: Int32
    private let queue = DispatchQueue(label: "raw-client")

    /// Connects to a port of this machine.
    package init(port: UInt16) throws {
        self.socket = unsafe linux_connect_tcp("127.0.0.1", port)
        guard self.socket >= 0 else { throw Failure(call: "connect", code: linux_errno()) }
        // With a sanitizer and hundreds of tests at once an answer may take its time.
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        unsafe setsockopt(self.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(self.socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(self.socket)
    }

    package func send(_ text: String) throws {
        try self.send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe linux_send(self.socket, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(call: "send", code: linux_errno()) }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the text so far satisfies `isEnough`, or the other side is done; returns all of it.
    package func read(until isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Result { try self.readNow(until: isEnough) }) }
        }
    }

    /// Reads everything up to the end of the connection.
    package func readToEnd() async throws -> String {
        try await self.read { _ in false }
    }

    /// Says that nothing more will be sent, while still reading.
    package func shutWriting() {
        shutdown(self.socket, Int32(SHUT_WR))
    }

    private func readNow(until isEnough: (String) -> Bool) throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            let count = unsafe Glibc.read(self.socket, &buffer, buffer.count)
            guard count >= 0 else { throw Failure(call: "read", code: linux_errno()) }
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
