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

    private struct State {
        var help: [String: String] = [:]
        var counters: [Key: UInt64] = [:]
        var gauges: [Key: Double] = [:]
        var histograms: [Key: Histogram] = [:]
    }

    private let state = Mutex(State())
    private let looks = Mutex<[@Sendable (Metrics) -> Void]>([])

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

    /// Sets what `name` is now if that is more than it was.
    package func raise(_ name: String, to value: Double) {
        let key = Key(name: name, labels: "")
        self.state.withLock { $0.gauges[key] = max($0.gauges[key] ?? value, value) }
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
        self.observe(name, labels, duration.inSeconds, within: Histogram.seconds)
    }

    /// Adds one observed value to the histogram `name`, whose bounds are always the same.
    package func observe(
        _ name: String,
        _ labels: KeyValuePairs<String, String> = [:],
        _ value: Double,
        within bounds: [Double]
    ) {
        let key = Key(name: name, labels: text(of: labels))
        self.state.withLock { $0.histograms[key, default: Histogram(bounds: bounds)].add(value) }
    }

    /// What a counter stands at for each set of labels that it was counted with.
    package func counts(of name: String) -> [(labels: [String: String], count: UInt64)] {
        let counters = self.state.withLock { $0.counters }
        return counters.filter { $0.key.name == name }.sorted { $0.key.labels < $1.key.labels }.map {
            (labels(in: $0.key.labels), $0.value)
        }
    }

    /// What a gauge stands at, and 0 for one that was never set.
    package func value(of name: String) -> Double {
        self.state.withLock { $0.gauges[Key(name: name, labels: "")] ?? 0 }
    }

    /// A histogram that has no labels; `nil` while nothing was observed.
    package func histogram(of name: String) -> Histogram? {
        self.state.withLock { $0.histograms[Key(name: name, labels: "")] }
    }

    /// Has `look` called before every reading, for what is looked up and not counted.
    package func beforeReading(_ look: @escaping @Sendable (Metrics) -> Void) {
        self.looks.withLock { $0.append(look) }
    }

    /// Looks up what is not counted.
    package func refresh() {
        for look in self.looks.withLock({ $0 }) { look(self) }
    }

    /// Everything, in the text exposition format 0.0.4 of Prometheus, sorted so that two readings compare.
    package func exposition() -> String {
        self.refresh()
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
            for (bound, count) in zip(histogram.bounds, histogram.counts) {
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

/// Reads labels as they are written above; values that had to be escaped are none of ours.
private func labels(in text: String) -> [String: String] {
    let pairs = text.split(separator: ",").compactMap { pair -> (String, String)? in
        let halves = pair.split(separator: "=", maxSplits: 1)
        return halves.count == 2 ? (String(halves[0]), String(halves[1].dropFirst().dropLast())) : nil
    }
    return Dictionary(pairs) { first, _ in first }
}

private func braced(_ labels: String) -> String {
    labels.isEmpty ? "" : "{\(labels)}"
}
