import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct OwnerPromisesTests {
    @Test func twoForOneVisitorAreFound() {
        // Two 201s.
        var history = ClaimHistory(visitors: 1, quantity: 5)
        history.note(0, .issued(sequence: 1, remaining: 4), at: 0)
        history.note(0, .issued(sequence: 2, remaining: 3), at: 0)
        #expect(history.broken.contains("coupon-one-each"))
        #expect(history.broken.contains("coupon-issued-once"))
        // Two in the list.
        history = .honest
        history.look.owned[0] = [1, 1]
        #expect(history.verdict("coupon-one-each") == .broken)
        history.look.owned[0] = [1, 2]
        #expect(history.verdict("coupon-one-each") == .broken)
    }

    @Test func twoAnswersOf201AreFound() {
        var history = ClaimHistory.honest
        history.note(1, .issued(sequence: 2, remaining: 0), at: 1)
        #expect(history.verdict("coupon-issued-once") == .broken)
        #expect(history.verdict("coupon-one-each") == .ok)
    }

    @Test func anotherNumberTheSecondTimeIsFound() {
        var history = ClaimHistory.honest
        history.note(0, .alreadyClaimed(sequence: 2), at: 50)
        #expect(history.broken.contains("coupon-issued-once"))
        #expect(history.broken.contains("already-claimed-true"))
    }

    @Test func aClaimThatWasNeverYesIsFound() {
        var history = ClaimHistory(visitors: 1, quantity: 5)
        history.note(0, .alreadyClaimed(sequence: 1), at: 0)
        history.lookHonestly()
        #expect(history.broken == ["already-claimed-true"])
        history.note(0, .alreadyClaimed(sequence: 1), at: 9)
        #expect(history.broken == ["coupon-issued-once"])
    }

    @Test(arguments: [.nothing(.hungUp), .nothing(.reset), ClaimHistory.away])
    func aLostAnswerMayHaveBeenTheYes(lost: ClaimReply) {
        var history = ClaimHistory(visitors: 1, quantity: 5)
        history.note(0, lost, at: 0)
        history.note(0, .alreadyClaimed(sequence: 1), at: 9)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(history.verdict("coupon-issued-once") == .ok)
    }

    @Test func aClaimInFlightIsNoLostAnswer() {
        var history = ClaimHistory(visitors: 1, quantity: 5)
        let busy = ClaimReply.refused(status: 409, code: "in_progress", retryAfterMs: 1_000)
        history.note(0, busy, at: 0)
        history.note(0, .alreadyClaimed(sequence: 1), at: 9)
        history.lookHonestly()
        #expect(history.broken == ["coupon-issued-once"])
    }

    @Test func aLostCouponIsFound() {
        var history = ClaimHistory.honest
        history.look.owned[1] = []
        #expect(history.verdict("coupon-kept") == .broken)
        history.look.owned[1] = [7]
        #expect(history.verdict("coupon-kept") == .broken)
        // Who was not looked at proves nothing.
        history.look.owned[1] = nil
        #expect(history.verdict("coupon-kept") == .ok)
    }

    @Test func aCouponThatWasOnlyToldIsFound() {
        var history = ClaimHistory(visitors: 1, quantity: 5)
        history.note(0, .nothing(.hungUp), at: 0)
        history.note(0, .alreadyClaimed(sequence: 1), at: 9)
        history.lookHonestly()
        history.look.owned[0] = []
        #expect(history.verdict("already-claimed-true") == .broken)
    }

    @Test func aSellOutForWhoHasOneIsFound() {
        var history = ClaimHistory.honest
        history.note(0, ClaimHistory.soldOut, at: 50)
        #expect(history.broken == ["refused-have-none"])
        // In an outage a place may have come back for another claim of the same visitor...
        history.hadOutage = true
        #expect(history.broken == [])
        // ...but who had one before must be told of it.
        history = ClaimHistory(visitors: 1, quantity: 4, issuedBefore: 4, hadBefore: [0: 3])
        history.hadOutage = true
        history.note(0, ClaimHistory.soldOut, at: 0)
        history.lookHonestly()
        #expect(history.broken == ["refused-have-none"])
    }

    @Test func aLieThatWasBelievedIsFound() {
        var history = ClaimHistory.honest
        history.books.note(.issued(sequence: 1, remaining: 1), to: .nobody)
        #expect(history.broken == ["claim-lies-refused"])
        history = .honest
        // Refused, but as something else.
        history.books.note(ClaimHistory.soldOut, to: .unknownCoupon)
        #expect(history.broken == ["claim-lies-refused"])
        history = .honest
        history.books.note(ClaimHistory.away, to: .nobody)
        #expect(history.broken == [])
        #expect(history.books.lies.told == 1)
    }
}
