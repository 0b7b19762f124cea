import Observability
import Testing

@Suite struct `A histogram` {
    @Test func `tells about the value that a share of what was observed is not above`() throws {
        var histogram = Histogram(bounds: [1, 2, 4])
        #expect(histogram.quantile(0.5) == nil && histogram.mean == nil)
        for value in [0.5, 1.5, 1.5, 3] { histogram.add(value) }

        #expect(histogram.counts == [1, 3, 4] && histogram.mean == 1.625)
        // The second of four is the first of two between 1 and 2.
        #expect(histogram.quantile(0.5) == 1.5)
        #expect(histogram.quantile(0.25) == 1)
        #expect(histogram.quantile(1) == 4)
        histogram.add(99)
        #expect(histogram.quantile(1) == 4)
    }
}
