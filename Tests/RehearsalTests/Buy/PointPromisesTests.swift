import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct PointPromisesTests {
    private func refused(_ status: Int, _ code: String) -> ShopReply {
        .refused(status: status, code: code, retryAfterMs: nil)
    }

    @Test func aLostOrFoundPointIsFound() {
        for change in [-1, 1] {
            var history = ShopHistory.honest
            history.last.accounts[0]?.balance? += change
            #expect(history.broken == ["points"])
        }
    }

    @Test func twoMistakesThatCancelOutAreStillFound() {
        var history = ShopHistory.honest
        history.last.accounts[0]?.balance? += 5
        history.last.accounts[1]?.balance? -= 5
        #expect(history.broken == ["points"])
    }

    @Test func aRefundCountsOnce() {
        var history = ShopHistory.honest
        history.cancel(0, "p", balance: 50, at: 30)
        history.cancel(0, "p", balance: 50, key: 4, at: 40)
        history.lookHonestly()
        #expect(history.broken == [])
        history.last.accounts[0]?.balance? += 20
        #expect(history.broken == ["points"])
    }

    @Test func aChargeWithoutAnOutcomeMayHaveHappened() {
        var history = ShopHistory.honest
        history.note(0, .charge(7, key: 9), .nothing(.reset), at: 30)
        history.lookHonestly()
        for (balance, broken) in [(30, []), (37, []), (44, ["points"])] {
            history.last.accounts[0]?.balance = balance
            #expect(history.broken == broken)
        }
    }

    @Test func oneKeyChargesOnce() {
        var history = ShopHistory.honest
        history.note(0, .charge(50, key: 1), .balance(50), at: 30)
        history.lookHonestly()
        #expect(history.broken == [])
        #expect(history.books.shoppers[0].charged == 50)
        #expect(history.verdict("one-key") == .ok)
    }

    @Test func oneKeyWithTwoAnswersIsFound() {
        let second: [ShopReply] = [.balance(100), refused(409, "hold_expired")]
        for reply in second {
            var history = ShopHistory.honest
            history.note(0, .charge(50, key: 1), reply, at: 30)
            #expect(history.verdict("one-key") == .broken)
        }
        // Not an answer yet.
        var history = ShopHistory.honest
        history.note(0, .charge(50, key: 1), refused(409, "in_progress"), at: 30)
        history.note(0, .charge(50, key: 1), refused(503, "store_unavailable"), at: 30)
        #expect(history.verdict("one-key") == .notSeen)
    }

    @Test func aSecondPaymentUnderOneKeyOrForOneHoldIsFound() {
        var oneKey = ShopHistory.honest
        oneKey.pay(0, "a", "p2", [1, 2], balance: 10, at: 30)
        #expect(oneKey.verdict("one-key") == .broken)
        #expect(oneKey.verdict("one-payment") == .broken)
        var twoKeys = ShopHistory.honest
        twoKeys.pay(0, "a", "p2", [1, 2], key: 7, balance: 10, at: 30)
        #expect(twoKeys.verdict("one-payment") == .broken)
        var told = ShopHistory.honest
        told.pay(0, "a", "p", [1, 2], key: 7, balance: 30, at: 30)
        told.lookHonestly()
        #expect(told.broken == [])
    }

    @Test func aRefusalThatMovesPointsIsFound() {
        for (balance, verdict) in [(50, Promise.Verdict.ok), (30, .broken)] {
            var history = ShopHistory()
            history.charge(0, 50)
            history.hold(0, "a", [1], at: 10)
            history.note(
                0,
                .pay(key: 2),
                refused(402, "insufficient_points"),
                subject: "a",
                at: 20
            )
            history.note(0, .balance, .balance(balance), at: 30)
            #expect(history.verdict("refusals-change-nothing") == verdict)
        }
    }

    @Test func aBalanceIsNotJudgedWhileAnOutcomeIsOpen() {
        var history = ShopHistory()
        history.note(0, .charge(50, key: 1), .nothing(.reset), at: 10)
        history.note(0, .balance, .balance(50), at: 20)
        #expect(history.verdict("refusals-change-nothing") == .notSeen)
    }

    @Test func aPaymentThatGotNoSeatsIsFound() {
        var history = ShopHistory.honest
        history.last.accounts[0]?.payments?[0].seats = []
        #expect(history.broken.contains("paid-seats"))
        history = .honest
        history.last.accounts[0]?.payments?[0].amount = 21
        #expect(history.broken.contains("paid-seats"))
    }

    @Test func aReceiptThatIsNotListedOrListedOtherwiseIsFound() {
        var missing = ShopHistory.honest
        missing.last.accounts[0]?.payments = []
        #expect(missing.broken.contains("receipts-listed"))
        var cancelled = ShopHistory.honest
        cancelled.last.accounts[0]?.payments?[0].isCancelled = true
        #expect(cancelled.broken.contains("receipts-listed"))
        var wrong = ShopHistory.honest
        wrong.note(
            2,
            .pay(key: 5),
            .paid(ReceiptAnswer(payment: "x", hold: "b", seats: [3], amount: 10, balance: 0)),
            subject: "a",
            at: 30
        )
        #expect(wrong.verdict("receipts-listed") == .broken)
    }

    @Test func aPaymentNobodyWasToldOfIsFoundUnlessItsOutcomeIsOpen() {
        var history = ShopHistory()
        history.charge(0, 10)
        history.hold(0, "a", [1], at: 10)
        var listed = ListedPayment(payment: "p", performance: "demo", seats: [1], amount: 10)
        listed.hold = "a"
        history.lookHonestly()
        history.last.accounts[0] = FinalLook.Account(balance: 0, payments: [listed])
        history.last.view = SeatView(states: [.sold] + Array(repeating: .free, count: 9), price: 10)
        #expect(history.broken == ["receipts-listed"])
        history.note(0, .pay(key: 2), .nothing(.reset), subject: "a", at: 20)
        #expect(history.broken == [])
    }
}
