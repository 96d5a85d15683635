import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct SeatPromisesTests {
    @Test func anHonestSaleKeepsEveryPromise() {
        let history = ShopHistory.honest
        #expect(history.broken == [])
        for code in ["seat-once", "receipts-kept", "seats-owned", "seat-limit", "points"] {
            #expect(history.verdict(code) == .ok, "\(code)")
        }
    }

    @Test func aSeatInTwoReceiptsIsSoldTwice() {
        var history = ShopHistory.honest
        history.hold(2, "c", [2], at: 400_000)
        history.pay(2, "c", "r", [2], at: 400_010)
        #expect(history.verdict("seat-once") == .broken)
    }

    @Test func aCancelledSeatMayBeSoldAgain() {
        var history = ShopHistory.honest
        history.cancel(0, "p", balance: 50, at: 30)
        history.hold(2, "c", [2], at: 40)
        history.pay(2, "c", "r", [2], at: 50)
        history.lookHonestly()
        #expect(history.broken == [])
        // Unless it was sold before anybody tried to cancel.
        #expect(
            SeatPromises.soldTwice([
                sale(0, [1], receivedNs: 10, cancelSentNs: 30), sale(1, [1], receivedNs: 29),
            ]) == 1
        )
        #expect(
            SeatPromises.soldTwice([
                sale(0, [1], receivedNs: 10, cancelSentNs: 30), sale(1, [1], receivedNs: 30),
            ]) == 0
        )
    }

    private func sale(
        _ visitor: Int,
        _ seats: [Int],
        receivedNs: Int64,
        cancelSentNs: Int64? = nil
    ) -> Sale {
        Sale(
            visitor: visitor,
            payment: "\(visitor)",
            hold: "\(visitor)",
            seats: seats,
            amount: 0,
            receivedNs: receivedNs,
            cancelSentNs: cancelSentNs
        )
    }

    @Test func aSeatHeldByTwoAtOnceIsFound() {
        for (sentMs, verdict) in [(11, Promise.Verdict.broken), (10, .ok)] {
            var history = ShopHistory()
            // Received at 11: whoever asks before may have been faster in the server.
            history.hold(0, "a", [1, 2], at: 10)
            history.hold(1, "b", [2, 3], at: Int64(sentMs))
            #expect(history.verdict("seat-once") == verdict)
        }
    }

    @Test func aReleasedOrExpiredHoldIsNobodys() {
        var released = ShopHistory()
        released.hold(0, "a", [1], at: 10)
        released.note(0, .release, .released, subject: "a", at: 20)
        released.hold(1, "b", [1], at: 20)
        #expect(released.verdict("seat-once") == .ok)
        var expired = ShopHistory()
        expired.hold(0, "a", [1], at: 10, expiresMs: 6_000)
        // Five seconds are not known exactly.
        expired.hold(1, "b", [1], at: 1_000)
        #expect(expired.verdict("seat-once") == .ok)
    }

    @Test func aReceiptWhoseSeatIsNotSoldIsLost() {
        var history = ShopHistory.honest
        var states = history.last.view?.states ?? []
        states[1] = .held
        history.last.view = SeatView(states: states, price: 10)
        #expect(history.broken == ["receipts-kept", "seats-owned", "paid-seats"])
    }

    @Test func aSoldSeatWithoutAnOwnerIsCounted() {
        var history = ShopHistory.honest
        var states = history.last.view?.states ?? []
        states[9] = .sold
        history.last.view = SeatView(states: states, price: 10)
        #expect(history.broken == ["seats-owned"])
    }

    @Test func whatCouldNotBeReadIsNotSeen() {
        var history = ShopHistory.honest
        history.last.view = nil
        for code in ["receipts-kept", "seats-owned", "paid-seats"] {
            #expect(history.verdict(code) == .notSeen)
        }
        history = .honest
        history.last.accounts[0]?.payments = nil
        #expect(history.verdict("seats-owned") == .notSeen)
        #expect(history.verdict("points") == .notSeen)
    }

    /// A hold may be lost with Redis, and a sale may not.
    @Test func anOutageExcusesOnlyWhatIsHeldTwice() {
        for isSold in [false, true] {
            var history = ShopHistory()
            history.hold(0, "a", [1], at: 10)
            if isSold { history.pay(0, "a", "p", [1], at: 11) }
            history.hold(1, "b", [1], at: 20)
            if isSold { history.pay(1, "b", "q", [1], at: 21) }
            #expect(history.verdict("seat-once") == .broken)
            history.hadOutage = true
            #expect(history.verdict("seat-once") == (isSold ? .broken : .ok))
        }
    }

    @Test func aMapMustShowWhatIsHeldAndSold() {
        let cases: [(SeatView.State, Int64, Promise.Verdict)] = [
            (.free, 11, .broken), (.free, 10, .notSeen), (.held, 11, .ok), (.sold, 11, .ok),
        ]
        for (state, sentMs, verdict) in cases {
            var history = ShopHistory(seats: 2)
            history.hold(0, "a", [2], at: 10)
            history.map(1, [.free, state], at: sentMs)
            #expect(history.verdict("map-true") == verdict)
        }
        var sold = ShopHistory(seats: 2)
        sold.hold(0, "a", [2], at: 10)
        sold.pay(0, "a", "p", [2], at: 20)
        sold.map(1, [.free, .held], at: 21)
        #expect(sold.verdict("map-true") == .broken)
        #expect(sold.books.seats.soldShownWrong == 1)
        sold.hadOutage = true
        #expect(sold.verdict("map-true") == .ok)
    }

    @Test func aHoldMustNotEndEarly() {
        for (expiresMs, verdict) in [(300_000, Promise.Verdict.broken), (5_000, .ok)] {
            var history = ShopHistory()
            history.hold(0, "a", [1], at: 10, expiresMs: Int64(expiresMs))
            let over = ShopReply.refused(status: 409, code: "hold_expired", retryAfterMs: nil)
            history.note(0, .pay(key: 1), over, subject: "a", at: 20)
            #expect(history.verdict("holds-last") == verdict)
            history.hadOutage = true
            #expect(history.verdict("holds-last") == .ok)
        }
    }

    @Test func theSecondKeyOfAPaidHoldIsNoEarlyEnd() {
        var history = ShopHistory()
        history.hold(0, "a", [1], at: 10)
        history.books.sent(.pay(key: 1), subject: "a", by: 0, atNs: 19_000_000)
        let over = ShopReply.refused(status: 409, code: "hold_expired", retryAfterMs: nil)
        history.note(0, .pay(key: 2), over, subject: "a", at: 20)
        #expect(history.verdict("holds-last") == .ok)
    }

    @Test func moreSeatsThanTheLimitAreFound() {
        for (seats, verdict) in [([3, 4, 5], Promise.Verdict.broken), ([3, 4], .ok)] {
            var history = ShopHistory(limit: 4)
            history.hold(0, "a", [1, 2], at: 10)
            history.pay(0, "a", "p", [1, 2], at: 20)
            history.hold(0, "b", seats, at: 30)
            #expect(history.verdict("seat-limit") == verdict)
        }
    }
}
