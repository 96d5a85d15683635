public import Values

/// A coupon that is a user's: the ledger has it.
public struct Claim: Equatable, Sendable {
    public var coupon: CouponID
    /// 1 for the first who got one.
    public var sequence: Int64
    /// What was left right after it.
    public var remaining: Int64
    public var claimedAt: Timestamp

    public init(coupon: CouponID, sequence: Int64, remaining: Int64, claimedAt: Timestamp) {
        self.coupon = coupon
        self.sequence = sequence
        self.remaining = remaining
        self.claimedAt = claimedAt
    }
}

/// What became of one claim. Being late is an outcome, not an error.
public enum ClaimOutcome: Equatable, Sendable {
    case issued(Claim)
    /// The user has one: this number.
    case alreadyClaimed(Int64)
    case soldOut
    case notStarted(inMs: Int64)
    case ended
    case unknownCoupon
}

/// A user's coupon, and whether it was spent.
public struct OwnedCoupon: Equatable, Sendable {
    public var coupon: CouponID
    public var sequence: Int64
    public var claimedAt: Timestamp
    /// Nil: it can be used.
    public var usedAt: Timestamp?

    public init(coupon: CouponID, sequence: Int64, claimedAt: Timestamp, usedAt: Timestamp?) {
        self.coupon = coupon
        self.sequence = sequence
        self.claimedAt = claimedAt
        self.usedAt = usedAt
    }
}
