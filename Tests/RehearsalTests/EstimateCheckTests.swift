import TestGate
import Testing

@testable import Rehearsal

/// What visitors were told of their wait, held against the truth.
@Suite(.sideBySide) struct EstimateCheckTests {
    private static func told(_ range: ClosedRange<Int>?, reason: String? = nil) -> Reply {
        var answer = TicketAnswer(state: .waiting)
        answer.ticket = "t"
        answer.pollAfterMs = 1_000
        answer.estimate = range
        answer.estimateReason = reason
        return .ticket(answer)
    }

    @Test func theTruthIsComparedWithBothEnds() {
        var history = History(visitors: 3)
        for (visitor, admittedMs) in [(0, 2_000 as Int64), (1, 3_000), (2, 5_000)] {
            history.note(visitor, .enter, 0, 0, Self.told(2...4))
            for ms in stride(from: 1_500, to: admittedMs - 400, by: 1_500) {
                history.note(visitor, .poll, ms, ms, Self.told(nil, reason: "paused"))
            }
            history.admitted(visitor, .poll, admittedMs, admittedMs)
        }
        let check = EstimateCheck(history.observer)
        #expect(check.visitors == 3)
        #expect(check.all == EstimateCheck.Hits(told: 3, withinMin: 1, withinMax: 2))
        #expect(check.byWait[0] == check.all)
        #expect(check.withoutEstimate == 5 && check.reasons == ["paused": 5])
        #expect(check.lines[0].contains("33.3 % waited at most min, 66.7 % at most max"))
    }

    /// The visitor hears of the admission a second later.
    @Test func theServersOwnTimeIsTheTruth() {
        for (session, within) in [(600, 1), (nil, 0)] {
            var history = History(visitors: 1)
            history.observer.room.sessionSeconds = session
            history.observer.clock.note(serverMs: 0, sentNs: 0, receivedNs: 0)
            history.note(0, .enter, 0, 0, Self.told(1...2))
            history.note(0, .poll, 1_000, 1_000, Self.told(nil))
            history.admitted(0, .poll, 3_000, 3_000, expiresAtMs: 601_900)
            #expect(EstimateCheck(history.observer).all.withinMax == within)
        }
    }

    @Test func whoWasAwayOrLeftTellsNothing() {
        var history = History(visitors: 2)
        history.note(0, .enter, 0, 0, Self.told(1...2))
        history.note(0, .poll, 8_000, 8_000, Self.told(1...2))
        history.admitted(0, .poll, 9_000, 9_000)
        history.note(1, .enter, 0, 0, Self.told(1...2))
        history.note(1, .leave, 500, 500, .accepted)
        let check = EstimateCheck(history.observer)
        #expect(check.all.told == 0 && check.lines.isEmpty)
    }

    @Test func theOperatorsActsAreRead() {
        let acts = OperatorAct.list("40:pause,52.5:resume,90:rate=60,120:capacity=none")
        #expect(
            acts == [
                OperatorAct(atSeconds: 40, kind: .pause),
                OperatorAct(atSeconds: 52.5, kind: .resume),
                OperatorAct(atSeconds: 90, kind: .rate(.atMost(60))),
                OperatorAct(atSeconds: 120, kind: .capacity(.unlimited)),
            ]
        )
        for wrong in [
            "", "pause", "40:", "40:pause,", "x:pause", "40:rate", "40:rate=0", "-1:pause",
        ] {
            #expect(OperatorAct.list(wrong) == nil, "\(wrong)")
        }
    }
}
