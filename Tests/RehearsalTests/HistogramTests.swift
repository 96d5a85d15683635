import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct HistogramTests {
    @Test(arguments: [0.0, 0.01, 0.5, 0.9, 0.99, 1.0]) func quantilesAreWithinOneBucket(
        part: Double
    ) {
        var histogram = Histogram()
        var random = SeededRandom(seed: 7)
        let values = (0..<10_000).map { _ in
            Int64(1) << Int64.random(in: 0..<30, using: &random)
                + Int64.random(in: 0..<1_000, using: &random)
        }
        for value in values { histogram.record(us: value) }
        let exact = values.sorted()[max(0, Int((part * 10_000).rounded(.up)) - 1)]
        let found = histogram.quantile(part) ?? -1
        #expect(found >= exact)
        #expect(Double(found) <= Double(exact) * (1 + 1.0 / 64) + 1)
    }

    @Test func smallValuesAreExact() {
        for value in Int64(0)...127 {
            var histogram = Histogram()
            histogram.record(us: value)
            histogram.record(us: 1_000_000)
            #expect(histogram.quantile(0.5) == value)
        }
    }

    @Test func edgesAreTaken() {
        var histogram = Histogram()
        #expect(histogram.quantile(0.5) == nil)
        histogram.record(us: -5)
        histogram.record(us: .max)
        #expect(histogram.count == 2)
        #expect(histogram.quantile(0) == 0)
        #expect(histogram.quantile(1) == histogram.largestUs)
    }
}
