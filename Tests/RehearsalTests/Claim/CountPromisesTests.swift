import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct CountPromisesTests {
    @Test func anHonestRushKeepsEveryPromise() {
        #expect(ClaimHistory.honest.broken == [])
        #expect(ClaimHistory.honest.notSeen == [])
    }

    @Test func whereNobodyCameNothingIsSeen() {
        var history = ClaimHistory()
        #expect(history.broken == [])
        #expect(history.verdict("coupon-quantity") == .notSeen)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(
            history.notSeen == [
                "coupon-exactly", "coupon-owned", "coupon-number-once", "coupon-no-gaps",
                "sold-out-true", "remaining-falls", "remaining-once", "coupon-one-each",
                "coupon-issued-once", "coupon-kept", "already-claimed-true", "refused-have-none",
                "claim-lies-refused",
            ]
        )
    }

    @Test func oneTooManyIsFound() {
        // By the 201s alone.
        var history = ClaimHistory.honest
        history.note(2, .issued(sequence: 3, remaining: -1), at: 2)
        #expect(history.verdict("coupon-quantity") == .broken)
        // By the document alone.
        history = .honest
        history.look.view?.issued = 3
        #expect(history.verdict("coupon-quantity") == .broken)
        history = .honest
        history.show(-1, at: 20)
        #expect(history.verdict("coupon-quantity") == .broken)
        // By the lists alone.
        history = .honest
        history.look.owned[2] = [2]
        #expect(history.verdict("coupon-quantity") == .broken)
        // Those from before count.
        history = ClaimHistory(visitors: 2, quantity: 3, issuedBefore: 2)
        history.note(0, .issued(sequence: 3, remaining: 0), at: 0)
        history.note(1, .issued(sequence: 4, remaining: 0), at: 0)
        #expect(history.verdict("coupon-quantity") == .broken)
    }

    @Test func oneTooFewIsFound() {
        var history = ClaimHistory(visitors: 4, quantity: 3)
        history.note(0, .issued(sequence: 1, remaining: 2), at: 0)
        for visitor in 1...3 { history.note(visitor, ClaimHistory.soldOut, at: 1) }
        history.lookHonestly()
        #expect(history.broken == ["coupon-exactly", "sold-out-true"])
        // An outage explains it: a place came back when nobody asked any more.
        history.hadOutage = true
        #expect(history.broken == [])
        // Who has no outcome may be the one who is missing.
        history.hadOutage = false
        history.isServed = false
        #expect(history.verdict("coupon-exactly") == .notSeen)
    }

    @Test(
        arguments: [
            (409, "coupon_not_started", 1_000), (410, "coupon_ended", nil),
        ] as [(Int, String, Int?)]
    )
    func whoComesAtAnotherTimeIsNotDueOne(status: Int, code: String, retryAfterMs: Int?) {
        var history = ClaimHistory(visitors: 2, quantity: 3)
        history.note(0, .issued(sequence: 1, remaining: 2), at: 0)
        let refused = ClaimReply.refused(status: status, code: code, retryAfterMs: retryAfterMs)
        history.note(1, refused, at: 0)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(history.verdict("coupon-exactly") == .notSeen)
        // Told so at first, and the truth later.
        history.note(1, .issued(sequence: 2, remaining: 1), at: 9)
        history.lookHonestly()
        #expect(history.verdict("coupon-exactly") == .ok)
    }

    @Test func fewerVisitorsThanCouponsAllGetOne() {
        var history = ClaimHistory(visitors: 2, quantity: 9)
        history.note(0, .issued(sequence: 1, remaining: 8), at: 0)
        history.note(1, .issued(sequence: 2, remaining: 7), at: 0)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(history.verdict("coupon-exactly") == .ok)
        #expect(history.verdict("sold-out-true") == .notSeen)
    }

    @Test func whoHadOneBeforeIsNotDueAnother() {
        var history = ClaimHistory(
            visitors: 2,
            quantity: 9,
            issuedBefore: 4,
            hadBefore: [0: 3]
        )
        history.note(0, .alreadyClaimed(sequence: 3), at: 0)
        history.note(1, .issued(sequence: 5, remaining: 4), at: 0)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(history.verdict("coupon-exactly") == .ok)
        // A second one for the same visitor.
        history.note(0, .issued(sequence: 6, remaining: 3), at: 9)
        #expect(history.broken.contains("coupon-issued-once"))
        #expect(history.broken.contains("coupon-one-each"))
    }

    @Test func aCountWithoutAnOwnerIsFound() {
        var history = ClaimHistory.honest
        history.look.owned[1] = []
        #expect(history.verdict("coupon-owned") == .broken)
        // Unless a visitor was not looked at.
        history.look.skipped = 1
        #expect(history.verdict("coupon-owned") == .ok)
        history = .honest
        history.look.view?.remaining = 1
        #expect(history.verdict("coupon-owned") == .broken)
        history.look.unread = 1
        #expect(history.verdict("coupon-owned") == .notSeen)
    }

    @Test func aNumberGivenTwiceIsFound() {
        var history = ClaimHistory()
        history.note(0, .issued(sequence: 1, remaining: 1), at: 0)
        history.note(1, .issued(sequence: 1, remaining: 0), at: 0)
        history.lookHonestly()
        #expect(history.broken.contains("coupon-number-once"))
        // Also if one of the two was only in a list.
        history = .honest
        history.look.owned[3] = [2]
        #expect(history.verdict("coupon-number-once") == .broken)
        // Also if one of them had it before.
        history = ClaimHistory(visitors: 2, quantity: 9, issuedBefore: 4, hadBefore: [0: 3])
        history.note(1, .issued(sequence: 3, remaining: 4), at: 0)
        history.lookHonestly()
        #expect(history.verdict("coupon-number-once") == .broken)
    }

    @Test(arguments: [0, 3]) func aNumberOutsideTheQuantityIsFound(sequence: Int) {
        var history = ClaimHistory()
        history.note(0, .issued(sequence: sequence, remaining: 1), at: 0)
        #expect(history.verdict("coupon-number-once") == .broken)
    }

    @Test func aGapIsFound() {
        var history = ClaimHistory(visitors: 2, quantity: 5)
        history.note(0, .issued(sequence: 1, remaining: 4), at: 0)
        history.note(1, .issued(sequence: 3, remaining: 3), at: 0)
        history.lookHonestly()
        #expect(history.broken == ["coupon-no-gaps"])
        // In an outage a place may have come back that nobody has claimed since.
        history.hadOutage = true
        #expect(history.broken == [])
        // But not when all are gone.
        history = ClaimHistory(visitors: 2, quantity: 2, issuedBefore: 0)
        history.hadOutage = true
        history.note(0, .issued(sequence: 1, remaining: 1), at: 0)
        history.note(1, .issued(sequence: 3, remaining: 0), at: 0)
        history.lookHonestly()
        #expect(history.verdict("coupon-no-gaps") == .broken)
    }

    @Test func aSellOutThatWasNoneIsFound() {
        var history = ClaimHistory.honest
        history.look.view?.issued = 1
        #expect(history.verdict("sold-out-true") == .broken)
        // One was left: it was given to a claim that came after the word.
        history = ClaimHistory(visitors: 2, quantity: 1)
        history.note(0, ClaimHistory.soldOut, at: 0)
        history.note(1, .issued(sequence: 1, remaining: 0), at: 6)
        history.lookHonestly()
        #expect(history.broken == ["sold-out-true"])
        // A claim that was on its way by then may have been first.
        history = ClaimHistory(visitors: 2, quantity: 1)
        history.note(0, ClaimHistory.soldOut, at: 0)
        history.note(1, .issued(sequence: 1, remaining: 0), at: 5)
        history.lookHonestly()
        #expect(history.broken == [])
    }

    @Test func aCountThatGrowsIsFound() {
        var history = ClaimHistory.honest
        history.show(1, at: 20)
        #expect(history.broken == ["remaining-falls"])
        history.hadOutage = true
        #expect(history.broken == [])
        // Two documents on their way at once tell nothing of each other.
        history = .honest
        history.show(1, at: 10)
        #expect(history.verdict("remaining-falls") == .ok)
    }

    @Test func aCountToldTwiceIsFound() {
        var history = ClaimHistory()
        history.note(0, .issued(sequence: 1, remaining: 1), at: 0)
        history.note(1, .issued(sequence: 2, remaining: 1), at: 0)
        history.lookHonestly()
        #expect(history.broken == ["remaining-once"])
        history.hadOutage = true
        #expect(history.broken == [])
        history.note(2, .issued(sequence: 2, remaining: -1), at: 0)
        #expect(history.verdict("remaining-once") == .broken)
    }
}
