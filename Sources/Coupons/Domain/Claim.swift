import Values

/// A coupon that is a user's: the ledger has it.
package struct Claim: Equatable, Sendable {
    var coupon: CouponID
    /// 1 for the first who got one.
    var sequence: Int64
    /// What was left right after it.
    var remaining: Int64
    var claimedAt: Timestamp
}

/// What became of one claim. Being late is an outcome, not an error.
package enum ClaimOutcome: Equatable, Sendable {
    case issued(Claim)
    /// The user has one: this number.
    case alreadyClaimed(Int64)
    case soldOut
    case notStarted(inMs: Int64)
    case ended
    case unknownCoupon
}

/// A user's coupon, and whether it was spent.
package struct OwnedCoupon: Equatable, Sendable {
    package var coupon: CouponID
    package var sequence: Int64
    var claimedAt: Timestamp
    /// Nil: it can be used.
    var usedAt: Timestamp?
}
