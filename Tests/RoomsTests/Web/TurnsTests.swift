import Testing

@testable import Rooms

@Suite struct TurnsTests {
    /// 4,200 that are always due, 1,000 a round: the last one has its turn within five rounds.
    @Test func nobodyIsPassedOver() {
        var turns = Turns()
        var seen = Set<Int>()
        for _ in 0..<5 {
            let taken = turns.take(1_000, of: 4_200) { _ in true }
            #expect(taken.count == 1_000)
            seen.formUnion(taken)
        }
        #expect(seen.count == 4_200)
    }

    @Test func onlyWhoIsDueHasATurn() {
        var turns = Turns()
        #expect(turns.take(2, of: 5) { $0 % 2 == 0 } == [0, 2])
        #expect(turns.take(2, of: 5) { $0 % 2 == 0 } == [4, 0])
        // Some have gone.
        #expect(turns.take(2, of: 2) { _ in true } == [1, 0])
        #expect(turns.take(2, of: 0) { _ in true } == [])
    }
}
