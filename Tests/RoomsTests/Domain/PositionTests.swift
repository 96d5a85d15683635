import Testing
import Values

@testable import Rooms

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
