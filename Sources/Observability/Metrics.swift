import Synchronization

/// The numbers of a running server, written in the Prometheus text format.
///
/// A metric exists from its first use. Label values come from small fixed sets (routes, results, kinds), never from a
/// request, so the registry is bounded by the program's own text.
package final class Metrics: Sendable {
    private struct Key: Hashable {
        let name: String
        let labels: String
    }

    private struct Histogram {
        var counts: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0
    }

    private struct State {
        var help: [String: String] = [:]
        var counters: [Key: UInt64] = [:]
        var gauges: [Key: Double] = [:]
        var histograms: [Key: Histogram] = [:]
    }

    /// Upper bounds in seconds, doubling from a millisecond to about two minutes.
    private static let bounds = (0...17).map { 0.001 * Double(1 << $0) }

    private let state = Mutex(State())

    package init() {}

    /// Says what a metric means, for its `# HELP` line.
    package func describe(_ name: String, _ help: String) {
        self.state.withLock { $0.help[name] = help }
    }

    /// Counts one more (or `amount` more) of `name`.
    package func count(_ name: String, _ labels: KeyValuePairs<String, String> = [:], by amount: UInt64 = 1) {
        let key = Key(name: name, labels: text(of: labels))
        self.state.withLock { $0.counters[key, default: 0] += amount }
    }

    /// Sets what `name` is now.
    package func set(_ name: String, _ labels: KeyValuePairs<String, String> = [:], to value: Double) {
        let key = Key(name: name, labels: text(of: labels))
        self.state.withLock { $0.gauges[key] = value }
    }

    /// Moves what `name` is now by `amount`.
    package func move(_ name: String, _ labels: KeyValuePairs<String, String> = [:], by amount: Double) {
        let key = Key(name: name, labels: text(of: labels))
        self.state.withLock { $0.gauges[key, default: 0] += amount }
    }

    /// Adds one observed duration to the histogram `name`.
    package func observe(
        _ name: String,
        _ labels: KeyValuePairs<String, String> = [:],
        lasting duration: Duration
    ) {
        let key = Key(name: name, labels: text(of: labels))
        let seconds = duration.inSeconds
        self.state.withLock { state in
            var histogram = state.histograms[key] ?? Histogram(counts: Self.bounds.map { _ in 0 })
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { histogram.counts[index] += 1 }
            histogram.sum += seconds
            histogram.count += 1
            state.histograms[key] = histogram
        }
    }

    /// Everything, in the text exposition format 0.0.4 of Prometheus, sorted so that two readings compare.
    package func exposition() -> String {
        let state = self.state.withLock { $0 }
        var lines: [String] = []
        func head(_ name: String, _ type: String) {
            if let help = state.help[name] { lines.append("# HELP \(name) \(help)") }
            lines.append("# TYPE \(name) \(type)")
        }
        func each<Value>(_ series: [Key: Value], _ type: String, _ write: (Key, Value) -> Void) {
            for (name, group) in Dictionary(grouping: series, by: \.key.name).sorted(by: { $0.key < $1.key }) {
                head(name, type)
                for (key, value) in group.sorted(by: { $0.key.labels < $1.key.labels }) { write(key, value) }
            }
        }
        each(state.counters, "counter") { key, value in lines.append("\(key.name)\(braced(key.labels)) \(value)") }
        each(state.gauges, "gauge") { key, value in lines.append("\(key.name)\(braced(key.labels)) \(value)") }
        each(state.histograms, "histogram") { key, histogram in
            let comma = key.labels.isEmpty ? "" : ","
            for (bound, count) in zip(Self.bounds, histogram.counts) {
                lines.append("\(key.name)_bucket{\(key.labels)\(comma)le=\"\(bound)\"} \(count)")
            }
            lines.append("\(key.name)_bucket{\(key.labels)\(comma)le=\"+Inf\"} \(histogram.count)")
            lines.append("\(key.name)_sum\(braced(key.labels)) \(histogram.sum)")
            lines.append("\(key.name)_count\(braced(key.labels)) \(histogram.count)")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

private func text(of labels: KeyValuePairs<String, String>) -> String {
    labels.map { name, value in
        let escaped = value.flatMap { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\(name)=\"\(String(escaped))\""
    }.joined(separator: ",")
}

private func braced(_ labels: String) -> String {
    labels.isEmpty ? "" : "{\(labels)}"
}
