import Onsale
import Testing

@Suite struct WaitEstimateTests {
    @Test func nothingIsPromisedWhileNothingMoves() {
        #expect(WaitEstimate(ahead: 0, perSecond: 0, untilOpeningMs: 0) == nil)
        #expect(WaitEstimate(ahead: 5, perSecond: -1, untilOpeningMs: 60_000) == nil)
        #expect(WaitEstimate(ahead: 5, perSecond: .nan, untilOpeningMs: 0) == nil)
    }

    @Test(arguments: [0.001, 0.02, 1, 7.5, 300])
    func whoStandsFurtherBackIsNeverPromisedLess(perSecond: Double) throws {
        var last = WaitEstimate(min: 0, max: 0)
        for ahead in 0..<20_000 as Range<Int64> {
            let estimate = try #require(
                WaitEstimate(ahead: ahead, perSecond: perSecond, untilOpeningMs: 0)
            )
            let grows = estimate.min >= last.min && estimate.max >= last.max
            if !grows || estimate.min > estimate.max || estimate.max < 1 {
                Issue.record("\(ahead): \(last) then \(estimate)")
                return
            }
            last = estimate
        }
    }

    @Test func theMeanIsInTheRange() throws {
        for ahead in [0, 9, 99, 12_345] as [Int64] {
            let mean = Double(ahead + 1) / 2
            let estimate = try #require(
                WaitEstimate(ahead: ahead, perSecond: 2, untilOpeningMs: 0)
            )
            #expect(Double(estimate.min) <= mean && mean <= Double(estimate.max))
        }
    }

    @Test func theOpeningComesOnTop() throws {
        let open = try #require(WaitEstimate(ahead: 99, perSecond: 1, untilOpeningMs: -5_000))
        let later = try #require(WaitEstimate(ahead: 99, perSecond: 1, untilOpeningMs: 60_000))
        #expect(open == WaitEstimate(ahead: 99, perSecond: 1, untilOpeningMs: 0))
        #expect(later.min == open.min + 60 && later.max == open.max + 60)
    }

    @Test func aDayBoundsTheAnswer() {
        let far = WaitEstimate(ahead: .max - 1, perSecond: 0.000_001, untilOpeningMs: .max)
        #expect(far == WaitEstimate(min: 86_400, max: 86_400))
    }
}

@Suite struct PositionTests {
    @Test func exactCountsFromOneAndHiddenSaysNothing() {
        #expect(RoomSettings.Show.exact.position(ahead: 0) == 1)
        #expect(RoomSettings.Show.exact.position(ahead: 1_233) == 1_234)
        #expect(RoomSettings.Show.hidden.position(ahead: 0) == nil)
    }

    @Test(
        arguments: [
            (1, 1), (9, 9), (10, 10), (11, 20), (20, 20), (21, 30), (99, 100), (100, 100),
            (101, 200),
            (1_234, 2_000), (9_001, 10_000), (1_000_000, 1_000_000), (1_000_001, 2_000_000),
        ] as [(Int64, Int64)]
    )
    func aBandIsRoundedUpToOneDigit(_ position: Int64, _ shown: Int64) {
        #expect(RoomSettings.Show.band.position(ahead: position - 1) == shown)
    }

    @Test func bandsGrowAndNeverPromiseTooMuch() throws {
        var last: Int64 = 0
        for ahead in 0..<30_000 as Range<Int64> {
            let shown = try #require(RoomSettings.Show.band.position(ahead: ahead))
            let isRounded = shown < 10 || String(shown).dropFirst().allSatisfy { $0 == "0" }
            if shown < last || shown < ahead + 1 || shown >= 2 * (ahead + 1) + 10 || !isRounded {
                Issue.record("\(ahead + 1) shown as \(shown) after \(last)")
                return
            }
            last = shown
        }
    }
}
