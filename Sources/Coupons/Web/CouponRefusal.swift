import HTTP
import Site

/// Why a coupon is not given, or not taken.
package enum CouponRefusal: CapabilityRefusal, Equatable {
    /// The user has this number.
    case alreadyClaimed(Int64)
    case soldOut
    case notStarted(inMs: Int64)
    case ended
    /// A payment or an order cannot use it.
    case notUsable

    package var problem: Problem {
        switch self {
        case .alreadyClaimed(let number):
            Problem(
                409,
                "coupon_already_claimed",
                "Already Claimed",
                "One to a user: number \(number) is this user's.",
                member: ("sequence", Array(String(number).utf8))
            )
        case .soldOut: Problem(410, "coupon_sold_out", "Sold Out", "Every one of them is issued.")
        case .notStarted(let inMs):
            Problem(
                409,
                "coupon_not_started",
                "Not Started",
                "It cannot be claimed yet.",
                HTTPHeader("Retry-After", String((max(1, inMs) + 999) / 1000))
            )
        case .ended: Problem(410, "coupon_ended", "Ended", "It can no longer be claimed.")
        case .notUsable:
            Problem(
                409,
                "coupon_not_usable",
                "Coupon Not Usable",
                "It is not there, not yours, was used before, or would take nothing off; "
                    + "nothing was charged."
            )
        }
    }
}

extension Refusal {
    package static func coupon(_ refusal: CouponRefusal) -> Refusal { .capability(refusal) }
}
