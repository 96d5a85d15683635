import JSON
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ClaimReadingTests {
    private func reply(_ status: Int, _ body: String, retryAfterMs: Int? = nil) -> ClaimReply {
        var response = Response(sentNs: 0, receivedNs: 1)
        response.status = status
        response.body = Array(body.utf8)
        response.retryAfterMs = retryAfterMs
        return ClaimReply(response, of: "early")
    }

    private let yes =
        #"{"coupon":"early","sequence":3,"remaining":7,"claimedAt":"2026-12-24T09:00:00.000Z"}"#

    @Test func aYesIsReadWhole() {
        #expect(reply(201, yes) == .issued(sequence: 3, remaining: 7))
        #expect(reply(200, yes) == .unreadable(status: 200))
        #expect(
            reply(201, #"{"coupon":"late","sequence":3,"remaining":7,"claimedAt":"x"}"#)
                == .unreadable(status: 201)
        )
        #expect(reply(201, #"{"coupon":"early","sequence":3}"#) == .unreadable(status: 201))
        #expect(reply(204, "") == .unreadable(status: 204))
    }

    @Test func aNoIsReadByItsCode() {
        #expect(
            reply(409, #"{"code":"coupon_already_claimed","sequence":9}"#)
                == .alreadyClaimed(sequence: 9)
        )
        #expect(
            reply(409, #"{"code":"coupon_already_claimed"}"#) == .unreadable(status: 409)
        )
        let soldOut = reply(410, #"{"code":"coupon_sold_out"}"#)
        #expect(soldOut == ClaimHistory.soldOut)
        #expect(soldOut.isSoldOut && !soldOut.isTemporary && !soldOut.isLost)
        #expect(soldOut.refusal == "410 coupon_sold_out")
        #expect(!reply(410, #"{"code":"coupon_ended"}"#).isSoldOut)
    }

    @Test func whatMayBeAskedAgainIsKnown() {
        #expect(reply(503, #"{"code":"store_unavailable"}"#, retryAfterMs: 1_000).isTemporary)
        #expect(reply(503, "").isLost)
        #expect(reply(409, #"{"code":"in_progress"}"#).isTemporary)
        #expect(!reply(409, #"{"code":"in_progress"}"#).isLost)
        #expect(reply(429, #"{"code":"rate_limited"}"#).isTemporary)
        #expect(!reply(409, #"{"code":"coupon_not_started"}"#).isTemporary)
        #expect(reply(409, #"{"code":"coupon_not_started"}"#, retryAfterMs: 5_000).isTemporary)
        #expect(!reply(404, #"{"code":"not_found"}"#).isTemporary)
    }

    @Test func aDocumentIsReadWholeOrNotAtAll() throws {
        let text =
            #"{"coupon":"c","name":"n","quantity":5,"issued":2,"remaining":3,"state":"open"}"#
        #expect(
            try CouponView(JSONValue.parse(Array(text.utf8))) == CouponView(quantity: 5, issued: 2)
        )
        #expect(try CouponView(JSONValue.parse(Array(#"{"quantity":5}"#.utf8))) == nil)
    }

    @Test func aListIsCutDownToTheCoupon() {
        let text =
            #"[{"coupon":"a","sequence":4,"claimedAt":"x","usedAt":null},"#
            + #"{"coupon":"b","sequence":7},{"coupon":"a","sequence":5}]"#
        #expect(OwnedList.sequences(Array(text.utf8), of: "a") == [4, 5])
        #expect(OwnedList.sequences(Array(text.utf8), of: "c") == [])
        #expect(OwnedList.sequences(Array("{}".utf8), of: "a") == nil)
        #expect(OwnedList.sequences(Array(#"[{"coupon":"a"}]"#.utf8), of: "a") == nil)
    }

    @Test func whoMayHaveOneIsAlwaysLookedAt() {
        var books = ClaimBooks(visitors: 100, terms: ClaimBooks.Terms(coupon: "c", quantity: 9))
        let note = { (visitor: Int, reply: ClaimReply, books: inout ClaimBooks) in
            books.note(reply, of: visitor, sentNs: 0, receivedNs: 1)
        }
        note(7, .issued(sequence: 1, remaining: 8), &books)
        note(8, .alreadyClaimed(sequence: 2), &books)
        note(9, .nothing(.hungUp), &books)
        for visitor in 10..<99 { note(visitor, ClaimHistory.soldOut, &books) }
        #expect(ClaimReader.visitors(books, seed: 1) == Array(7..<99))
        let few = ClaimReader.visitors(books, seed: 1, refusedMax: 5)
        #expect(few.count == 8 && few.prefix(3) == [7, 8, 9])
        #expect(ClaimReader.visitors(books, seed: 1, refusedMax: 5) == few)
        #expect(ClaimReader.visitors(books, seed: 2, refusedMax: 5) != few)
    }
}
