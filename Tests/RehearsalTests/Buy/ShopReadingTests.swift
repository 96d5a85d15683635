import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ShopReadingTests {
    private func response(_ status: Int, _ body: String, etag: String? = nil) -> Response {
        var response = Response(status: status, body: Array(body.utf8), sentNs: 0, receivedNs: 0)
        response.etag = etag
        return response
    }

    private func reply(_ errand: Errand, _ status: Int, _ body: String) -> ShopReply {
        ShopReply(response(status, body), to: errand)
    }

    @Test func answersAreWhatTheContractSays() {
        let held =
            #"{"hold":"h","performance":"demo","seats":[3,2],"amount":20,"#
            + #""expiresAt":"1970-01-01T00:00:01.500Z"}"#
        let seats = HeldSeats(token: "h", seats: [3, 2], amount: 20, expiresAtMs: 1_500)
        #expect(reply(.hold([3, 2]), 201, held) == .held(seats))
        let paid =
            #"{"payment":"p","hold":"h","performance":"demo","seats":[3,2],"amount":20,"#
            + #""balance":5,"paidAt":"1970-01-01T00:00:02.000Z"}"#
        var receipt = ReceiptAnswer(
            payment: "p",
            hold: "h",
            seats: [2, 3],
            amount: 20,
            balance: 5
        )
        receipt.paidAtMs = 2_000
        #expect(reply(.pay(key: 1), 201, paid) == .paid(receipt))
        #expect(
            reply(.cancel(key: 1), 200, #"{"payment":"p","state":"cancelled","balance":9}"#)
                == .cancelled(payment: "p", balance: 9)
        )
        #expect(reply(.charge(1, key: 1), 201, #"{"balance":9}"#) == .balance(9))
        #expect(reply(.balance, 200, #"{"balance":9}"#) == .balance(9))
        #expect(reply(.release, 204, "") == .released)
        #expect(
            reply(.hold([1]), 409, #"{"code":"seats_taken","taken":[1]}"#) == .taken([1])
        )
        #expect(
            reply(.hold([1]), 409, #"{"code":"seat_limit"}"#)
                == .refused(status: 409, code: "seat_limit", retryAfterMs: nil)
        )
    }

    @Test func anAnswerWithoutWhatIsPromisedCannotBeRead() {
        #expect(reply(.hold([1]), 201, #"{"hold":"h"}"#) == .unreadable(status: 201))
        #expect(reply(.pay(key: 1), 201, "{}") == .unreadable(status: 201))
        #expect(reply(.cancel(key: 1), 200, #"{"payment":"p"}"#) == .unreadable(status: 200))
        #expect(reply(.balance, 200, "") == .unreadable(status: 200))
    }

    @Test func whatHasNoOutcomeYetIsTemporary() {
        #expect(reply(.pay(key: 1), 409, #"{"code":"in_progress"}"#).isTemporary)
        #expect(reply(.pay(key: 1), 503, "").isTemporary)
        #expect(reply(.pay(key: 1), 429, "").isTemporary)
        #expect(ShopReply.nothing(.hungUp).isTemporary)
        #expect(!reply(.pay(key: 1), 409, #"{"code":"hold_expired"}"#).isTemporary)
        #expect(!reply(.pay(key: 1), 402, "").isTemporary)
    }

    private let map =
        #"{"performance":"demo","seats":[{"number":1,"state":"free","price":7},"#
        + #"{"number":2,"state":"held","price":7},{"number":3,"state":"sold","price":7}]}"#

    @Test func aMapIsAllSeatsInTheirOrder() throws {
        let view = try #require(SeatView(Array(map.utf8)))
        #expect(view.states == [.free, .held, .sold])
        #expect(view.price == 7 && view.free == [1] && view.sold == 1)
        for bad in [
            #"{"seats":[]}"#, #"{"seats":[{"number":2,"state":"free","price":7}]}"#,
            #"{"seats":[{"number":1,"state":"gone","price":7}]}"#, "",
        ] {
            #expect(SeatView(Array(bad.utf8)) == nil, "\(bad)")
        }
    }

    @Test func anUnchangedMapIsTheOneTheVisitorHas() throws {
        var shelf = MapShelf()
        #expect(shelf.etag(0) == nil)
        #expect(shelf.read(response(304, ""), visitor: 0) == .unreadable(status: 304))
        let view = try #require(SeatView(Array(map.utf8)))
        #expect(shelf.read(response(200, map, etag: "\"a\""), visitor: 0) == .map(view))
        #expect(shelf.etag(0) == "\"a\"" && shelf.etag(1) == nil)
        #expect(shelf.read(response(304, ""), visitor: 0) == .map(view))
        #expect(shelf.unchanged == 1)
        // One tag for two maps: what was sent counts.
        let other = map.replacing("free", with: "sold")
        let changed = try #require(SeatView(Array(other.utf8)))
        #expect(shelf.read(response(200, other, etag: "\"a\""), visitor: 1) == .map(changed))
        shelf.forget(0)
        #expect(shelf.etag(0) == nil)
    }

    @Test func seatsThatWereLoadedAnewHaveAnotherGeneration() {
        var shelf = MapShelf()
        for etag in ["\"1-1\"", "\"1-20\"", "\"a\"", "\"b\""] {
            _ = shelf.read(response(200, map, etag: etag), visitor: 0)
        }
        #expect(!shelf.wereLoadedAnew)
        _ = shelf.read(response(200, map, etag: "\"2-1\""), visitor: 1)
        #expect(shelf.wereLoadedAnew)
    }

    @Test func aListOfPaymentsIsReadWhole() throws {
        let list =
            #"[{"payment":"p","hold":"h","performance":"demo","seats":[2,1],"amount":20,"#
            + #""state":"cancelled","paidAt":"1970-01-01T00:00:02.000Z"}]"#
        var payment = ListedPayment(
            payment: "p",
            performance: "demo",
            seats: [1, 2],
            amount: 20
        )
        payment.hold = "h"
        payment.isCancelled = true
        #expect(ListedPayment.read(Array(list.utf8)) == [payment])
        #expect(ListedPayment.read(Array(#"{"payments":\#(list)}"#.utf8)) == [payment])
        #expect(ListedPayment.read(Array("[]".utf8)) == [])
        #expect(ListedPayment.read(Array(#"[{"payment":"p"}]"#.utf8)) == nil)
        #expect(ListedPayment.read(Array("{}".utf8)) == nil)
    }

    @Test func requestsAreAsTheContractSays() {
        let addresses = ShopAddresses(url: "http://x", performance: "demo", adminKey: nil)
        let pay = addresses.request(.pay(key: 3), user: "u", subject: "h\"")
        #expect(pay.url == "http://x/api/v1/payments")
        #expect(pay.headers == ["X-User-Id: u", "Idempotency-Key: u-3"])
        #expect(pay.body == Array(#"{"hold":"h\""}"#.utf8))
        let hold = addresses.request(.hold([3, 1]), user: "u", ticket: "t")
        #expect(hold.url == "http://x/api/v1/performances/demo/holds")
        #expect(hold.headers == ["X-User-Id: u", "Onsale-Ticket: t"])
        #expect(hold.body == Array(#"{"seats":[3,1]}"#.utf8))
        let look = addresses.request(.look, user: "u", etag: "\"a\"")
        #expect(look.headers.contains("If-None-Match: \"a\"") && look.wantsETag)
        let cancel = addresses.request(.cancel(key: 4), user: "u", subject: "p")
        #expect(cancel.url == "http://x/api/v1/payments/p/cancel" && cancel.method == .post)
        let release = addresses.request(.release, user: "u", subject: "h")
        #expect(release.url == "http://x/api/v1/holds/h" && release.method == .delete)
        let charge = addresses.request(.charge(5, key: 1), user: "u")
        #expect(charge.body == Array(#"{"amount":5}"#.utf8))
    }

    @Test func popularSeatsAreWantedMoreOften() {
        let view = SeatView(states: Array(repeating: .free, count: 100), price: 1)
        var random = SeededRandom(seed: 3)
        var first = 0
        for turn in 0..<1_000 {
            let isDescending = turn % 2 == 0
            let seats = view.choose(count: 1 + turn % 4, isDescending: isDescending, &random)
            #expect(Set(seats).count == 1 + turn % 4)
            #expect(seats == (turn % 2 == 0 ? seats.sorted(by: >) : seats.sorted()))
            if seats[0] <= 25 { first += 1 }
        }
        #expect(first > 400)
        let full = SeatView(states: [.sold, .held], price: 1)
        #expect(full.choose(count: 2, isDescending: false, &random) == [])
    }
}
