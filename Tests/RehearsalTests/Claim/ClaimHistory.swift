@testable import Rehearsal

/// Builds what visitors would have been told of a coupon, in milliseconds.
struct ClaimHistory {
    var books: ClaimBooks
    var look = ClaimLook()
    var isServed = true
    var hadOutage = false
    private static let ms: Int64 = 1_000_000

    init(
        visitors: Int = 4,
        quantity: Int = 2,
        issuedBefore: Int = 0,
        hadBefore: [Int: Int] = [:]
    ) {
        books = ClaimBooks(
            visitors: visitors,
            terms: ClaimBooks.Terms(
                coupon: "early",
                quantity: quantity,
                issuedBefore: issuedBefore,
                hadBefore: hadBefore
            )
        )
    }

    /// Two coupons, four visitors: one claims twice at once, two come too late, one of them twice.
    static var honest: ClaimHistory {
        var history = ClaimHistory()
        history.note(0, .issued(sequence: 1, remaining: 1), at: 0)
        history.note(0, .alreadyClaimed(sequence: 1), at: 0)
        history.note(1, .issued(sequence: 2, remaining: 0), at: 1)
        history.note(2, soldOut, at: 2)
        history.note(3, soldOut, at: 3)
        history.note(3, soldOut, at: 900)
        history.show(2, at: 0)
        history.show(0, at: 10)
        history.books.note(
            .refused(status: 404, code: "not_found", retryAfterMs: nil),
            to: .unknownCoupon
        )
        history.lookHonestly()
        return history
    }

    static let soldOut = ClaimReply.refused(
        status: 410,
        code: "coupon_sold_out",
        retryAfterMs: nil
    )
    static let away = ClaimReply.refused(
        status: 503,
        code: "store_unavailable",
        retryAfterMs: 1_000
    )

    mutating func note(_ visitor: Int, _ reply: ClaimReply, at sentMs: Int64) {
        let (sentNs, receivedNs) = (sentMs * Self.ms, (sentMs + 5) * Self.ms)
        books.note(reply, of: visitor, sentNs: sentNs, receivedNs: receivedNs)
    }

    mutating func show(_ remaining: Int, at sentMs: Int64) {
        let quantity = books.terms.quantity
        books.note(
            CouponView(quantity: quantity, issued: quantity - remaining),
            sentNs: sentMs * Self.ms,
            receivedNs: (sentMs + 1) * Self.ms
        )
    }

    /// In the end everybody's list shows what was told, and nobody has more.
    mutating func lookHonestly() {
        let terms = books.terms
        for (visitor, claimant) in books.claimants.enumerated() {
            let first = claimant.granted.first ?? claimant.told.first ?? terms.hadBefore[visitor]
            look.owned[visitor] = first.map { [$0] } ?? []
        }
        look.view = CouponView(
            quantity: terms.quantity,
            issued: terms.issuedBefore + look.newOwners(terms)
        )
    }

    private var promises: [Promise] {
        CountPromises(books: books, look: look, isServed: isServed, hadOutage: hadOutage).all
            + OwnerPromises(books: books, look: look, hadOutage: hadOutage).all
    }

    func verdict(_ code: String) -> Promise.Verdict? {
        promises.first { $0.code == code }?.verdict
    }

    var broken: [String] { promises.filter { $0.verdict == .broken }.map(\.code) }
    var notSeen: [String] { promises.filter { $0.verdict == .notSeen }.map(\.code) }
}

extension CouponView {
    init(quantity: Int, issued: Int, state: String = "open") {
        let remaining = max(0, quantity - issued)
        self.init(quantity: quantity, issued: issued, remaining: remaining, state: state)
    }
}
