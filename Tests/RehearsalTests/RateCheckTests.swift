import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct RateCheckTests {
    /// Two admissions: the first certainly after 0 ms, the second certainly by `secondMs`.
    private func twoAdmissions(secondMs: Int64) -> History {
        var history = History(visitors: 2, rate: 1)
        history.admitted(0, .enter, 0, 10)
        history.waiting(1, .enter, 0, 10)
        history.waiting(1, .poll, 500, 510)
        history.admitted(1, .poll, secondMs - 10, secondMs)
        return history
    }

    @Test func twoCertainlyInOneWindowBreakARateOfOne() {
        #expect(twoAdmissions(secondMs: 59_999).verdict("rate") == .broken)
    }

    @Test func anAdmissionThatMayLieBehindTheWindowProvesNothing() {
        #expect(twoAdmissions(secondMs: 60_000).verdict("rate") == .ok)
    }

    /// The same answers as brute force over every window that begins with a span.
    @Test(arguments: 1...20) func theSweepAgreesWithBruteForce(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let spans = (0..<60).map { _ in
            let start = Int64.random(in: 0..<300, using: &random)
            return Span(startNs: start, endNs: start + Int64.random(in: 0..<80, using: &random))
        }
        let most =
            spans.map { first in
                spans.count { $0.startNs >= first.startNs && $0.endNs < first.startNs + 60 }
            }.max() ?? 0
        #expect(RateCheck.mostInWindow(spans, windowNs: 60) == most, "seed \(seed)")
    }

    @Test func theServersOwnTimesAreHeldAgainstTheRate() {
        for (gapMs, verdict) in [(59_999, Promise.Verdict.broken), (60_000, .ok)] {
            var history = History(visitors: 2, rate: 1)
            history.observer.room.sessionSeconds = 600
            history.observer.clock.note(serverMs: 0, sentNs: 0, receivedNs: 0)
            history.admitted(0, .enter, 0, 200, expiresAtMs: 600_100)
            let second = Int64(100 + gapMs)
            history.admitted(1, .enter, 59_000, 61_000, expiresAtMs: 600_000 + second)
            #expect(history.verdict("rate-claimed") == verdict)
        }
    }

    @Test func claimsThatDoNotFitWhatWasSeenAreNoClaims() {
        var history = History(visitors: 1, rate: 1)
        history.observer.room.sessionSeconds = 600
        history.observer.clock.note(serverMs: 0, sentNs: 0, receivedNs: 0)
        history.admitted(0, .enter, 0, 200, expiresAtMs: 700_000)
        #expect(history.verdict("rate-claimed") == .notSeen)
    }
}
