import JSON
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct CapacityCheckTests {
    /// The first visitor's `done` leaves at `doneSentMs`, the second is admitted at 1,000 ms.
    private func handover(doneSentMs: Int64) -> History {
        var history = History(visitors: 2, capacity: 1)
        history.admitted(0, .enter, 0, 10)
        history.note(0, .done, doneSentMs, doneSentMs + 20, .accepted)
        history.admitted(1, .enter, 900, 1_000)
        return history
    }

    @Test func twoInsideAtOnceBreakACapacityOfOne() {
        #expect(handover(doneSentMs: 1_001).verdict("capacity") == .broken)
    }

    /// The server may have taken the first out as soon as the request was sent.
    @Test func anEndThatWasSentBeforeTheNextAdmissionProvesNothing() {
        #expect(handover(doneSentMs: 1_000).verdict("capacity") == .ok)
    }

    @Test func aSessionThatMayHaveExpiredIsNotCounted() {
        for (expiresAtMs, verdict) in [(1_500, Promise.Verdict.broken), (900, .ok)] {
            var history = History(visitors: 2, capacity: 1)
            // The server's clock is the rehearsal's.
            history.observer.clock.note(serverMs: 1_000, sentNs: 6_000_000_000, receivedNs: 0)
            history.admitted(0, .enter, 0, 10, expiresAtMs: Int64(expiresAtMs))
            history.admitted(0, .poll, 800, 810, expiresAtMs: Int64(expiresAtMs))
            history.admitted(1, .enter, 900, 1_000, expiresAtMs: 60_000)
            #expect(history.verdict("capacity") == verdict)
        }
    }

    @Test func aSessionThatMayHaveIdledOutIsNotCounted() {
        for (idleSeconds, verdict) in [(4, Promise.Verdict.broken), (2, .ok)] {
            var history = History(visitors: 2, capacity: 1)
            history.observer.room.sessionSeconds = 600
            history.observer.room.idleSeconds = idleSeconds
            history.admitted(0, .enter, 0, 10)
            history.admitted(1, .enter, 3_000, 3_010)
            #expect(history.verdict("capacity") == verdict)
        }
    }

    @Test func theServersOwnCountIsHeldAgainstTheCapacity() throws {
        for (inside, verdict) in [(3, Promise.Verdict.ok), (4, .broken)] {
            var history = History(visitors: 1, capacity: 3)
            // The capacity was lowered while eight were inside: they may stay.
            for count in [8, 3, inside] {
                let text = #"{"room":"r","inside":\#(count),"waiting":0,"capacity":3,"rate":null}"#
                history.observer.room.note(try #require(JSONValue(object: Array(text.utf8))))
            }
            #expect(history.verdict("capacity-claimed") == verdict)
        }
    }

    @Test func mostAtOnceCountsTouchingSpansApart() {
        let spans = [
            Span(startNs: 0, endNs: 5), Span(startNs: 5, endNs: 9), Span(startNs: 4, endNs: 6),
        ]
        #expect(CapacityCheck.mostAtOnce(spans) == 2)
        #expect(CapacityCheck.mostAtOnce([]) == 0)
    }
}
