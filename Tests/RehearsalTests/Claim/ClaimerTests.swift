import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ClaimerTests {
    private let issued = ClaimReply.issued(sequence: 1, remaining: 0)
    private let already = ClaimReply.alreadyClaimed(sequence: 1)
    private let soldOut = ClaimHistory.soldOut

    private func claimer(
        retries: Int = 3,
        _ change: (inout ClaimPlan) -> Void = { _ in }
    ) -> Claimer {
        var plan = ClaimPlan(arriveMs: 0)
        change(&plan)
        return Claimer(plan: plan, retries: retries)
    }

    private func pause(_ step: Claimer.Step) -> Int? {
        guard case .sleep(let ms) = step else { return nil }
        return ms
    }

    @Test func oneClaimAndOneAnswer() {
        for (reply, fate) in [
            (issued, ClaimFate.got), (already, .alreadyHad), (soldOut, .soldOut),
            (.refused(status: 410, code: "coupon_ended", retryAfterMs: nil), .ended),
            (.refused(status: 409, code: "coupon_not_started", retryAfterMs: nil), .notStarted),
            (.refused(status: 403, code: "forbidden", retryAfterMs: nil), .refused),
        ] {
            var claimer = claimer()
            #expect(claimer.wake() == .claim(copies: 1, hangUpMs: nil))
            #expect(claimer.heard(reply) == .finish)
            #expect(claimer.fate == fate)
        }
    }

    @Test func aDuplicateWaitsForAllItsAnswers() {
        var claimer = claimer { $0.copies = 3 }
        #expect(claimer.wake() == .claim(copies: 3, hangUpMs: nil))
        #expect(claimer.heard(issued) == .rest)
        #expect(claimer.heard(already) == .rest)
        #expect(claimer.heard(.nothing(.reset)) == .finish)
        #expect(claimer.fate == .got)
    }

    @Test func whoHangsUpClaimsAgainAndWaits() {
        var claimer = claimer { $0.hangUpMs = 7 }
        #expect(claimer.wake() == .claim(copies: 1, hangUpMs: 7))
        #expect(pause(claimer.heard(.nothing(.hungUp))) ?? 0 >= 100)
        #expect(claimer.wake() == .claim(copies: 1, hangUpMs: nil))
        #expect(claimer.heard(already) == .finish)
        #expect(claimer.fate == .alreadyHad)
    }

    @Test func itWaitsAsLongAsItIsToldWithinReason() {
        var claimer = claimer()
        _ = claimer.wake()
        let told = pause(
            claimer.heard(.refused(status: 409, code: "in_progress", retryAfterMs: 2_000))
        )
        #expect((2_000...3_000).contains(told ?? 0))
        _ = claimer.wake()
        let long = pause(
            claimer.heard(.refused(status: 503, code: "store_unavailable", retryAfterMs: 3_600_000))
        )
        #expect((Claimer.retryAfterMaxMs...Claimer.retryAfterMaxMs * 3 / 2).contains(long ?? 0))
        // The long wait belongs to that answer alone.
        _ = claimer.wake()
        #expect(pause(claimer.heard(.nothing(.refused))) ?? .max <= 600)
    }

    @Test func twoVisitorsDoNotComeBackInTheSameInstant() {
        let pauses = (0..<UInt64(50)).map { seed in
            var claimer = claimer { $0.jitterSeed = seed }
            _ = claimer.wake()
            return pause(claimer.heard(ClaimHistory.away))
        }
        #expect(Set(pauses).count > 30)
    }

    @Test func retriesEnd() {
        var claimer = claimer(retries: 2)
        _ = claimer.wake()
        for _ in 0..<2 {
            #expect(pause(claimer.heard(ClaimHistory.away)) != nil)
            #expect(claimer.wake() == .claim(copies: 1, hangUpMs: nil))
        }
        #expect(claimer.heard(ClaimHistory.away) == .finish)
        #expect(claimer.fate == .stuck)
    }

    @Test func whoIsTooEarlyAndToldToWaitComesAgain() {
        var claimer = claimer()
        _ = claimer.wake()
        let early = ClaimReply.refused(
            status: 409,
            code: "coupon_not_started",
            retryAfterMs: 1_000
        )
        #expect(pause(claimer.heard(early)) ?? 0 >= 1_000)
        #expect(claimer.wake() == .claim(copies: 1, hangUpMs: nil))
        var hasty = self.claimer(retries: 0)
        _ = hasty.wake()
        #expect(hasty.heard(early) == .finish)
        #expect(hasty.fate == .notStarted)
    }

    @Test func aReturnerClaimsOnceMore() {
        for (first, second, fate) in [
            (issued, already, ClaimFate.got), (soldOut, soldOut, .soldOut),
            (soldOut, issued, .got),
        ] {
            var claimer = claimer { $0.returnMs = 400 }
            _ = claimer.wake()
            #expect(claimer.heard(first) == .sleep(ms: 400))
            #expect(claimer.wake() == .claim(copies: 1, hangUpMs: nil))
            #expect(claimer.heard(second) == .finish)
            #expect(claimer.fate == fate)
        }
    }

    @Test func aReturnerWithoutAnAnswerIsServedAllTheSame() {
        var claimer = claimer(retries: 0) { $0.returnMs = 400 }
        _ = claimer.wake()
        _ = claimer.heard(issued)
        _ = claimer.wake()
        #expect(claimer.heard(.nothing(.timedOut)) == .finish)
        #expect(claimer.fate == .got)
    }

    @Test func aLiarLiesUntilItIsAnsweredAndThenClaims() {
        var claimer = claimer { $0.lie = .nobody }
        #expect(claimer.wake() == .lie(.nobody))
        #expect(pause(claimer.heardLie(.nothing(.reset))) != nil)
        #expect(claimer.wake() == .lie(.nobody))
        let refused = ClaimReply.refused(status: 401, code: "unauthenticated", retryAfterMs: nil)
        #expect(claimer.heardLie(refused) == .claim(copies: 1, hangUpMs: nil))
        #expect(claimer.heard(issued) == .finish)
    }
}
