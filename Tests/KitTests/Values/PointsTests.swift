import Testing
import Values

/// Sums and products of points that come from outside.
@Suite struct PointsTests {
    @Test func whatIsBeyondTheLimitHasNoCost() {
        #expect(Points.cost(Points.max, times: 1) == Points.max)
        #expect(Points.cost(Points.max, times: 2) == nil)
        #expect(Points.cost(.max, times: .max) == nil)
        #expect(Points.cost(0, times: .max) == 0)
        #expect(Points.sum(Points.max, 0) == Points.max)
        #expect(Points.sum(Points.max, 1) == nil)
        #expect(Points.sum(.max, .max) == nil)
    }
}
