import EventLoop
import Glibc

/// The two ends of a measurement: `shuren-bench model …` plays a model API, `shuren-bench load …` its readers.
///
/// `Scripts/bench` runs them with Shuren, and then with nginx, in the middle. Every piece of text carries the moment at
/// which it was written (`<t=NANOSECONDS>` on the monotonic clock), so the reader knows how long it was on its way.
@main
struct ShurenBench {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        let role = arguments.popFirst()
        let options = try Options(Array(arguments))
        let loop = try EventLoop()
        async let running: Void = loop.runOnOwnThread(named: "bench-loop")
        switch role {
        case "model": try await ModelServer(options, on: loop).run()
        case "load": try await Load(options, on: loop).run()
        default: throw UsageError(text: "shuren-bench model|load --name value …")
        }
        loop.stop()
        await running
    }
}

/// What was given as `--name value`.
struct Options: Sendable {
    private var values: [String: String] = [:]

    init(_ arguments: [String]) throws {
        guard arguments.count.isMultiple(of: 2) else { throw UsageError(text: "every --name needs a value") }
        for index in stride(from: 0, to: arguments.count, by: 2) {
            self.values[String(arguments[index].dropFirst(2))] = arguments[index + 1]
        }
    }

    func text(_ name: String) throws -> String {
        guard let value = self.values[name] else { throw UsageError(text: "--\(name) is missing") }
        return value
    }

    func number(_ name: String) throws -> Int {
        guard let number = Int(try self.text(name)) else { throw UsageError(text: "--\(name) is no number") }
        return number
    }

    func has(_ name: String) -> Bool { self.values[name] != nil }
}

struct UsageError: Error, CustomStringConvertible {
    let text: String

    var description: String { self.text }
}

/// Prints a line at once, for the script that waits for it.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
