import Observability
import Testing

@Suite struct `The metrics` {
    @Test func `are written in the format that Prometheus reads`() {
        let metrics = Metrics()
        metrics.describe("shuren_a_total", "What a is.")
        metrics.count("shuren_a_total", ["code": "200"])
        metrics.count("shuren_a_total", ["code": "200"], by: 2)
        metrics.count("shuren_a_total", ["code": "say \"hi\"\n"])
        metrics.move("shuren_b", by: 2)
        metrics.move("shuren_b", by: -0.5)
        metrics.observe("shuren_c_seconds", lasting: .milliseconds(3))

        let lines = metrics.exposition().split(separator: "\n")

        #expect(lines.prefix(2) == ["# HELP shuren_a_total What a is.", "# TYPE shuren_a_total counter"])
        #expect(lines.contains(#"shuren_a_total{code="200"} 3"#))
        #expect(lines.contains(#"shuren_a_total{code="say \"hi\"\n"} 1"#))
        #expect(lines.contains("shuren_b 1.5"))
        #expect(lines.contains(#"shuren_c_seconds_bucket{le="0.002"} 0"#))
        #expect(lines.contains(#"shuren_c_seconds_bucket{le="0.004"} 1"#))
        #expect(lines.contains(#"shuren_c_seconds_bucket{le="+Inf"} 1"#))
        #expect(lines.contains("shuren_c_seconds_sum 0.003"))
        #expect(lines.contains("shuren_c_seconds_count 1"))
    }
}
