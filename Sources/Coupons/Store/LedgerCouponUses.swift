import Ledger
import SQL
import Values

/// Coupons as they are spent. A use is a row that refers to the user's claim, and there is one row
/// for a user and a coupon: whose it is and that it was not used before are constraints.
extension CouponLedger {
    /// Spends a user's coupon on `reference`, a payment or an order.
    package static func use(_ coupon: CouponID, of user: UserID, on reference: String, atMs: Int64)
        -> SQL
    {
        """
        insert into coupon_uses (user_id, coupon, reference, used_at_ms)
        values (\(user.raw), \(coupon.raw), \(reference), \(atMs))
        """
    }

    /// Gives back what was spent on `reference`.
    package static func unuse(on reference: String) -> SQL {
        "delete from coupon_uses where reference = \(reference)"
    }
}

extension RefusedEntry {
    /// Whether statement `place` of the entry, a `use`, was refused: the coupon was used before, or
    /// is not the user's. SQLite does not name foreign keys, so the place tells.
    package func isOfUse(at place: Int) -> Bool {
        guard violation.statement == place else { return false }
        return violation.kind == .foreignKey || isBy("coupon_uses_user_id_coupon")
    }
}
