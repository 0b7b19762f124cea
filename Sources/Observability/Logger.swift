import Glibc
import JSONValue
import Synchronization

/// Writes what happens as one JSON object a line, for the person who reads it at night and for the tool that counts it.
///
/// Values are strings and are escaped, so nothing from outside can forge a line. No secret, no query string and no text
/// of a message belongs into a line; the one exception is the reply that could not be saved.
package struct Logger: Sendable {
    /// How much a line matters.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, notice, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    private let least: Level
    private let time: TimeSource
    private let write: @Sendable (String) -> Void

    /// Lines below `least` are dropped; `write` gets each line with its line feed.
    package init(least: Level, time: TimeSource = .system, write: @escaping @Sendable (String) -> Void) {
        self.least = least
        self.time = time
        self.write = write
    }

    /// Logs to the standard error, where container engines and systemd pick it up.
    package static func standardError(least: Level) -> Logger {
        let output = StandardError()
        return Logger(least: least) { output.write($0) }
    }

    /// A logger for those who do not want to hear anything.
    package static let silent = Logger(least: .error) { _ in }

    package func debug(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.debug, message, facts)
    }

    package func info(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.info, message, facts)
    }

    package func notice(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.notice, message, facts)
    }

    package func warning(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.warning, message, facts)
    }

    package func error(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.error, message, facts)
    }

    private func log(_ level: Level, _ message: String, _ facts: KeyValuePairs<String, String>) {
        guard level >= self.least else { return }
        var line: [UInt8] = []
        func append(_ key: String, _ value: String) {
            line.append(line.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            appendJSONString(key, to: &line)
            line.append(UInt8(ascii: ":"))
            appendJSONString(value, to: &line)
        }
        append("time", self.time.now().iso8601)
        append("level", level.rawValue)
        append("message", message)
        for (key, value) in facts { append(key, value) }
        line.append(contentsOf: "}\n".utf8)
        self.write(String(decoding: line, as: UTF8.self))
    }
}

/// The standard error, one line at a time: a line longer than the pipe's room goes out in pieces, and nobody else's line
/// may come between them.
private final class StandardError: Sendable {
    private let turn = Mutex(())

    func write(_ line: String) {
        var rest = Array(line.utf8)[...]
        self.turn.withLock { _ in
            while !rest.isEmpty {
                let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
                if written < 0 && errno == EINTR { continue }
                // A log that cannot be written has nowhere to say so.
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
