public import Values

/// A discount for the first who come: `quantity` of them, one to a user.
public struct Coupon: Equatable, Sendable {
    public var id: CouponID
    public var name: String
    /// How many there are. It may grow, and shrink to what is issued.
    public var quantity: Int64
    public var discount: Discount
    /// Claimed from this instant on; nil: at once.
    public var startsAt: Timestamp?
    /// Claimed before this instant; nil: for ever. What was claimed can be used afterwards, too.
    public var endsAt: Timestamp?

    public init(
        id: CouponID,
        name: String,
        quantity: Int64,
        discount: Discount,
        startsAt: Timestamp? = nil,
        endsAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.quantity = quantity
        self.discount = discount
        self.startsAt = startsAt
        self.endsAt = endsAt
    }

    /// A name's bytes in UTF-8, of coupons and products.
    public static let nameBytesMax = 500
    /// Redis keeps ~100 B of each that is issued: a million are 100 MB.
    public static let quantityRange: ClosedRange<Int64> = 1...1_000_000
}

/// What a coupon takes off.
public enum Discount: Equatable, Sendable {
    /// Points; never more than the total.
    case amount(Int64)
    /// Of the total, rounded down.
    case percent(Int64)

    public static let amountRange: ClosedRange<Int64> = 1...Points.max
    public static let percentRange: ClosedRange<Int64> = 1...100

    /// What it takes off `total` points.
    public func off(_ total: Int64) -> Int64 {
        switch self {
        case .amount(let points): min(points, total)
        // Hundreds and the rest apart: the product of a large total is beyond 63 bits.
        case .percent(let percent): total / 100 * percent + total % 100 * percent / 100
        }
    }
}

/// A coupon and how many were issued.
public struct CouponStanding: Equatable, Sendable {
    public enum State: String, Sendable { case scheduled, open, finished, ended }

    public var coupon: Coupon
    public var issued: Int64

    public init(coupon: Coupon, issued: Int64) {
        self.coupon = coupon
        self.issued = issued
    }

    public var remaining: Int64 { max(0, coupon.quantity - issued) }

    /// Finished with the last one, whatever the time.
    public func state(at ms: Int64) -> State {
        if issued >= coupon.quantity { return .finished }
        if let end = coupon.endsAt, ms >= end.milliseconds { return .ended }
        if let start = coupon.startsAt, ms < start.milliseconds { return .scheduled }
        return .open
    }
}

/// Fields of `Coupon` to set; the ones left nil keep their value, or take the default in a new one.
/// The inner optional is the field's own "none".
public struct CouponChange: Equatable, Sendable {
    public var name: String?
    public var quantity: Int64?
    public var discount: Discount?
    public var startsAt: Timestamp??
    public var endsAt: Timestamp??

    public init() {}
}
