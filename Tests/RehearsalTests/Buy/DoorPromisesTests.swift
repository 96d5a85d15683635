import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct DoorPromisesTests {
    private func outside() -> ShopHistory {
        var history = ShopHistory()
        history.books = Books(visitors: 3, terms: history.books.terms)
        return history
    }

    @Test func aHoldOfWhoStillWaitsIsFound() {
        for (waitingSentMs, verdict) in [(11, Promise.Verdict.broken), (10, .ok)] {
            var history = outside()
            let held = HeldSeats(token: "a", seats: [1], amount: 10, expiresAtMs: 0)
            history.note(0, .lie(.holdEarly), .held(held), at: 10)
            history.records[0].waitingSentNs = Int64(waitingSentMs) * 1_000_000
            #expect(history.verdict("admitted-first") == verdict)
        }
    }

    @Test func aReceiptOfWhoWasNeverInsideIsFound() {
        var history = outside()
        history.pay(0, "a", "p", [1], at: 20)
        history.hold(1, "b", [2], at: 20)
        #expect(history.verdict("admitted-first") == .broken)
    }

    @Test func thePaymentEndsTheSession() {
        var history = ShopHistory.honest
        history.hold(0, "c", [5], at: 30)
        #expect(history.verdict("admitted-first") == .broken)
        history.hadOutage = true
        #expect(history.verdict("admitted-first") == .ok)
        history = .honest
        history.books.admitted(0, atNs: 25_000_000)
        history.hold(0, "c", [5], at: 30)
        #expect(history.verdict("admitted-first") == .ok)
    }

    @Test func withoutARoomEverybodyMayBuy() {
        var history = ShopHistory(hasRoom: false)
        history.books = Books(visitors: 3, terms: history.books.terms)
        history.hold(0, "a", [1], at: 10)
        #expect(history.verdict("admitted-first") == .notSeen)
    }

    @Test func onlyTheRightRefusalRefusesALie() {
        let refused = { (status: Int, code: String) in
            ShopReply.refused(status: status, code: code, retryAfterMs: nil)
        }
        let cases: [(ShopLie, ShopReply, Promise.Verdict)] = [
            (.seatZero, refused(400, "invalid_request"), .ok),
            (.seatBeyond, refused(404, "not_found"), .ok),
            (.tooMany, .taken([1]), .ok),
            (.seatZero, refused(500, ""), .notSeen),
            (.seatZero, .nothing(.reset), .notSeen),
            (.seatZero, .balance(0), .broken),
            (.payForeign, .balance(0), .broken),
            (.otherBody, refused(422, "idempotency_mismatch"), .ok),
            (.otherBody, refused(409, "conflict"), .broken),
            (.holdEarly, refused(403, "not_admitted"), .ok),
        ]
        for (lie, reply, verdict) in cases {
            var history = ShopHistory()
            history.note(0, .lie(lie), reply, at: 10)
            #expect(history.verdict("shop-lies-refused") == verdict, "\(lie) \(reply)")
        }
    }
}
