import Values

/// A discount for the first who come: `quantity` of them, one to a user.
package struct Coupon: Equatable, Sendable {
    package var id: CouponID
    package var name: String
    /// How many there are. It may grow, and shrink to what is issued.
    package var quantity: Int64
    package var discount: Discount
    /// Claimed from this instant on; nil: at once.
    var startsAt: Timestamp?
    /// Claimed before this instant; nil: for ever. What was claimed can be used afterwards, too.
    var endsAt: Timestamp? = nil

    /// A name's bytes in UTF-8, of coupons and products.
    package static let nameBytesMax = 500
    /// Redis keeps ~100 B of each that is issued: a million are 100 MB.
    static let quantityRange: ClosedRange<Int64> = 1...1_000_000
}

/// What a coupon takes off.
package enum Discount: Equatable, Sendable {
    /// Points; never more than the total.
    case amount(Int64)
    /// Of the total, rounded down.
    case percent(Int64)

    static let amountRange: ClosedRange<Int64> = 1...Points.max
    static let percentRange: ClosedRange<Int64> = 1...100

    /// What it takes off `total` points.
    package func off(_ total: Int64) -> Int64 {
        switch self {
        case .amount(let points): min(points, total)
        // Hundreds and the rest apart: the product of a large total is beyond 63 bits.
        case .percent(let percent): total / 100 * percent + total % 100 * percent / 100
        }
    }
}

/// A coupon and how many were issued.
package struct CouponStanding: Equatable, Sendable {
    enum State: String, Sendable { case scheduled, open, finished, ended }

    package var coupon: Coupon
    package var issued: Int64

    var remaining: Int64 { max(0, coupon.quantity - issued) }

    /// Finished with the last one, whatever the time.
    func state(at ms: Int64) -> State {
        if issued >= coupon.quantity { return .finished }
        if let end = coupon.endsAt, ms >= end.milliseconds { return .ended }
        if let start = coupon.startsAt, ms < start.milliseconds { return .scheduled }
        return .open
    }
}

/// Fields of `Coupon` to set; the ones left nil keep their value, or take the default in a new one.
/// The inner optional is the field's own "none".
package struct CouponChange: Equatable, Sendable {
    package var name: String?
    package var quantity: Int64?
    package var discount: Discount?
    var startsAt: Timestamp??
    var endsAt: Timestamp??

    package init() {}
}
