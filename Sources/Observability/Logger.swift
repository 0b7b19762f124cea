import Glibc
import JSONValue
import Synchronization

/// Writes what happens as one JSON object a line, for the person who reads it at night and for the tool that counts it.
///
/// Values are strings and are escaped, so nothing from outside can forge a line. No secret, no query string and no text
/// of a message belongs into a line; the one exception is the reply that could not be saved.
///
/// Warnings and errors of one kind go out sixty times in any minute at most where there is a ``LineLimit``; what was left
/// out is counted and told.
package struct Logger: Sendable {
    /// How much a line matters.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, notice, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    private let least: Level
    private let time: TimeSource
    private let errors: RecentErrors?
    private let limit: LineLimiter?
    private let write: @Sendable (String) -> Void

    /// Lines below `least` are dropped; `write` gets each line with its line feed, `errors` hears of warnings and errors, of
    /// which `isLimited` lets only so many of a kind through.
    package init(
        least: Level,
        time: TimeSource = .system,
        errors: RecentErrors? = nil,
        isLimited: Bool = false,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.least = least
        self.time = time
        self.errors = errors
        self.limit = isLimited ? LineLimiter() : nil
        self.write = write
    }

    /// Logs to the standard error, where container engines and systemd pick it up.
    package static func standardError(least: Level, errors: RecentErrors? = nil) -> Logger {
        let output = StandardError()
        return Logger(least: least, errors: errors, isLimited: true) { output.write($0) }
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

    /// An error of which each line counts, however many there are: what it tells is nowhere else.
    package func loss(_ message: String, _ facts: KeyValuePairs<String, String> = [:]) {
        self.log(.error, message, facts, isLimited: false)
    }

    /// Tells, once a minute until it is cancelled, how many lines were left out; and at the end whatever was not told yet.
    package func tellLeftOut() async {
        repeat {
            self.tellLeftOut(all: false)
        } while (try? await self.time.sleep(.seconds(60))) != nil
        self.tellLeftOut(all: true)
    }

    private func tellLeftOut(all: Bool) {
        guard let limit else { return }
        for told in limit.takeLeftOut(at: self.time.elapsed(), all: all) {
            let facts: KeyValuePairs = [
                "line": told.kind, "count": "\(told.count)", "seconds": "\(told.since.components.seconds)",
            ]
            self.write(.warning, "Lines of a kind were left out", facts)
        }
    }

    private func log(_ level: Level, _ message: String, _ facts: KeyValuePairs<String, String>, isLimited: Bool = true)
    {
        let requestID = RequestID.current
        if level >= .warning, let errors {
            errors.note(level, message, facts, at: self.time.now(), requestID: requestID)
        }
        guard level >= self.least else { return }
        if level >= .warning, let limit {
            self.tellLeftOut(all: false)
            guard !isLimited || limit.admits(message, at: self.time.elapsed()) else { return }
        }
        self.write(level, message, facts, requestID)
    }

    private func write(
        _ level: Level,
        _ message: String,
        _ facts: KeyValuePairs<String, String>,
        _ requestID: String? = nil
    ) {
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
        if let requestID { append("request_id", requestID) }
        line.append(contentsOf: "}\n".utf8)
        self.write(String(decoding: line, as: UTF8.self))
    }
}

/// A ``LineLimit`` that everybody who logs shares.
private final class LineLimiter: Sendable {
    private let state = Mutex(LineLimit())

    func admits(_ kind: String, at now: Duration) -> Bool { self.state.withLock { $0.admits(kind, at: now) } }

    func takeLeftOut(at now: Duration, all: Bool) -> [LineLimit.LeftOut] {
        self.state.withLock { $0.takeLeftOut(at: now, all: all) }
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
