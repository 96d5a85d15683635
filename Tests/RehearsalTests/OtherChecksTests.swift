import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct OtherChecksTests {
    @Test func twoTicketsForTwoClicksAtOnceAreTwoPlaces() {
        for (second, verdict) in [("b", Promise.Verdict.broken), ("a", .ok)] {
            var history = History(visitors: 1)
            history.waiting(0, .enter, 0, 10, ticket: "a")
            history.waiting(0, .enter, 0, 11, ticket: second)
            #expect(history.verdict("one-place") == verdict)
        }
    }

    @Test func anAnswerWithoutATicketIsNoSecondPlace() {
        var history = History(visitors: 1)
        history.waiting(0, .enter, 0, 10, ticket: "a")
        history.waiting(0, .enter, 0, 11, ticket: "")
        #expect(history.verdict("one-place") == .ok)
    }

    @Test func aRenewedTicketIsASecondPlaceOnlyFurtherBack() {
        for (position, verdict) in [(6, Promise.Verdict.broken), (5, .ok)] {
            var history = History(visitors: 1)
            history.waiting(0, .enter, 0, 10, ticket: "a", position: 5)
            history.waiting(0, .enterAgain, 500, 510, ticket: "b", position: position)
            #expect(history.verdict("one-place") == verdict)
        }
    }

    @Test func anOutageBetweenTwoClicksExcusesAnotherTicket() {
        var history = History(visitors: 1)
        history.waiting(0, .enter, 0, 10, ticket: "a")
        history.note(0, .enter, 0, 11, .nothing(.reset))
        history.waiting(0, .enter, 20, 30, ticket: "b")
        #expect(history.verdict("one-place") == .ok)
    }

    @Test func onlyTicketInvalidRefusesALie() {
        let replies: [(Reply, Promise.Verdict)] = [
            (.refused(status: 403, code: "ticket_invalid", retryAfterMs: nil), .ok),
            (.refused(status: 403, code: "forbidden", retryAfterMs: nil), .broken),
            (.refused(status: 404, code: "not_found", retryAfterMs: nil), .broken),
            (.ticket(TicketAnswer(state: .waiting)), .broken),
            (.accepted, .broken),
            (.refused(status: 503, code: "store_unavailable", retryAfterMs: 1_000), .notSeen),
            (.nothing(.timedOut), .notSeen),
        ]
        for (reply, verdict) in replies {
            var history = History(visitors: 1)
            history.note(0, .lie, 0, 10, reply)
            #expect(history.verdict("lies-refused") == verdict, "\(reply)")
        }
    }

    @Test func anHonestTicketThatIsRefusedBreaksAPromise() {
        var history = History(visitors: 1)
        history.waiting(0, .enter, 0, 10)
        #expect(history.verdict("honest-tickets") == .ok)
        history.note(
            0,
            .poll,
            500,
            510,
            .refused(status: 403, code: "ticket_invalid", retryAfterMs: nil)
        )
        #expect(history.verdict("honest-tickets") == .broken)
    }

    @Test func waitingAfterTheAdmissionBreaksAPromise() {
        for (pollMs, verdict) in [(10, Promise.Verdict.broken), (9, .ok)] {
            var history = History(visitors: 1)
            history.admitted(0, .enter, 0, 10)
            history.waiting(0, .poll, Int64(pollMs), 20)
            #expect(history.verdict("admission-stands") == verdict)
        }
    }

    @Test func aPositionThatGrowsIsCountedOnlyInAnswersOneAfterTheOther() {
        var history = History(visitors: 1)
        history.waiting(0, .enter, 0, 10, position: 5)
        history.waiting(0, .enter, 5, 11, position: 6)
        #expect(history.observer.records[0].positionGrowths == 0)
        history.waiting(0, .poll, 500, 510, position: 7)
        #expect(history.observer.records[0].positionGrowths == 1)
    }

    @Test func refillIsMeasuredOnlyWhileSomebodyWaits() {
        var history = History(visitors: 3)
        history.admitted(0, .enter, 0, 10)
        history.waiting(1, .enter, 20, 30)
        history.note(0, .done, 40, 50, .accepted)
        history.waiting(1, .poll, 60, 70)
        history.admitted(1, .poll, 140, 150)
        // Nobody waits when the second ends.
        history.note(1, .done, 160, 170, .accepted)
        history.admitted(2, .enter, 900, 1_000)
        let delays = RefillCheck.delays(history.observer.records)
        #expect(delays.count == 1)
        #expect(delays.largestUs == 100_000)
    }

    @Test func anOutageLastsFromTheFirstFailureToTheLast() {
        var traffic = Traffic()
        traffic.note(Response(status: 200, sentNs: 0, receivedNs: 1), of: .status)
        traffic.note(Response(failure: .refused, sentNs: 10, receivedNs: 11), of: .status)
        traffic.note(Response(status: 503, sentNs: 20, receivedNs: 25), of: .status)
        // Asked before the last failure: no sign of life after it.
        traffic.note(Response(status: 200, sentNs: 22, receivedNs: 30), of: .status)
        #expect(traffic.outages == [Traffic.Outage(firstNs: 10, lastNs: 25)])
        traffic.note(Response(status: 200, sentNs: 40, receivedNs: 41), of: .status)
        traffic.note(Response(failure: .reset, sentNs: 50, receivedNs: 51), of: .status)
        #expect(traffic.outages.count == 2)
        #expect(traffic.statuses == [200: 3, 503: 1])
        #expect(traffic.failures == [.refused: 1, .reset: 1])
    }

    @Test func theServersClockIsKnownWithinBounds() {
        var clock = ServerClock()
        #expect(clock.earliestNs(0) == nil)
        clock.note(serverMs: 10_500, sentNs: 400_000_000, receivedNs: 600_000_000)
        // It may be 10,100 ahead, or 9,900, and five seconds more for a stale document.
        #expect(clock.earliestNs(20_000) == Int64(4_900_000_000))
        #expect(clock.latestNs(20_000) == Int64(10_102_000_000))
    }
}
