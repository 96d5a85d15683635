import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct OrderCheckTests {
    /// 0 comes first; 1 enters at `enterMs` and is admitted at 1,000 ms; 0 is still told `waiting`
    /// by a request of `pollMs`.
    private func race(enterMs: Int64 = 20, pollMs: Int64 = 1_001) -> History {
        var history = History(visitors: 2)
        history.waiting(0, .enter, 0, 10)
        history.admitted(1, .enter, enterMs, 1_000)
        history.waiting(0, .poll, pollMs, pollMs + 5)
        history.admitted(0, .poll, pollMs + 900, pollMs + 905)
        return history
    }

    @Test func whoCameLaterAndIsInsideEarlierHasOvertaken() {
        #expect(race().verdict("order") == .broken)
        #expect(
            OrderCheck.run(race().observer.records).example == OrderCheck.Pair(first: 0, second: 1)
        )
    }

    @Test func requestsToEnterThatCrossProveNothing() {
        #expect(race(enterMs: 10).verdict("order") == .ok)
    }

    @Test func aWaitingAnswerThatCrossesTheAdmissionProvesNothing() {
        #expect(race(pollMs: 1_000).verdict("order") == .ok)
    }

    /// A click that crosses with the end of the visit takes a place of its own.
    @Test func aPlaceTakenAfterTheVisitProvesNothing() {
        var history = History(visitors: 2)
        history.waiting(0, .enter, 0, 10)
        history.admitted(0, .poll, 15, 18)
        history.admitted(1, .enter, 20, 30)
        history.waiting(0, .enterAgain, 40, 50)
        #expect(history.verdict("order") == .ok)
    }

    @Test func aFirstAttemptWithoutAnAnswerCountsAsTheEntry() {
        var history = History(visitors: 2)
        history.note(1, .enter, 5, 6, .nothing(.reset))
        history.waiting(0, .enter, 0, 10)
        history.admitted(1, .enter, 20, 30)
        history.waiting(0, .poll, 40, 50)
        #expect(history.verdict("order") == .ok)
    }

    @Test func whoSleptMayBeOvertaken() {
        var history = History(visitors: 2)
        history.waiting(0, .enter, 0, 10)
        history.admitted(1, .enter, 20, 30)
        // Two intervals of 1,000 ms after the request before, and one more: too late.
        history.waiting(0, .poll, 1_995, 2_001)
        #expect(history.verdict("order") == .notSeen)
        #expect(!history.observer.records[0].keptPolling)
    }

    @Test func whoComesJustInTimeMayNot() {
        var history = History(visitors: 2)
        history.waiting(0, .enter, 0, 10)
        history.admitted(1, .enter, 20, 30)
        history.waiting(0, .poll, 1_995, 2_000)
        #expect(history.verdict("order") == .broken)
    }

    @Test func aRoomThatDrawsItsOrderPromisesNone() {
        var history = race()
        history.observer.room.order = "draw"
        #expect(history.verdict("order") == .notSeen)
    }

    @Test func lanesMovePastEachOther() {
        for (lanes, verdict) in [
            (["main", "vip"], Promise.Verdict.notSeen), (["vip", "vip"], .broken),
        ] {
            var history = History(visitors: 2)
            history.waiting(0, .enter, 0, 10, lane: lanes[0])
            history.admitted(1, .enter, 20, 30, lane: lanes[1])
            history.waiting(0, .poll, 40, 50, lane: lanes[0])
            #expect(history.verdict("order") == verdict, "\(lanes)")
        }
    }

    @Test func whoChangesLaneStandsInAnotherLine() {
        var history = History(visitors: 1)
        history.waiting(0, .enter, 0, 10, position: 3, lane: "main")
        history.waiting(0, .poll, 20, 30, position: 5, lane: "vip")
        #expect(history.observer.records[0].positionGrowths == 0)
        #expect(!history.observer.records[0].keptPolling)
    }

    /// Counts the overtaken as the definition does, pair by pair.
    @Test(arguments: 1...20) func theSweepAgreesWithAllPairs(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let records = (0..<80).map { _ in
            var record = VisitorRecord()
            let enter = Int64.random(in: 0..<500, using: &random)
            record.enterSentNs = enter
            record.enterReceivedNs = enter + Int64.random(in: 1..<20, using: &random)
            record.keptPolling = random.chance(0.8)
            let admitted = enter + Int64.random(in: 20..<200, using: &random)
            if random.chance(0.8) { record.admittedReceivedNs = admitted }
            if random.chance(0.8) { record.waitingSentNs = admitted - 10 }
            return record
        }
        let overtaken = records.count { a in
            records.contains { b in
                guard a.keptPolling, b.keptPolling, let answered = a.enterReceivedNs,
                    let waiting = a.waitingSentNs, let sent = b.enterSentNs,
                    let admitted = b.admittedReceivedNs
                else { return false }
                return answered < sent && admitted < waiting
            }
        }
        #expect(OrderCheck.run(records).overtaken == overtaken, "seed \(seed)")
    }
}
