import SQL

extension LedgerCheck {
    /// What must hold of coupons at any instant.
    static let ofCoupons: [LedgerCheck] = [
        LedgerCheck(
            promise: "no coupon is issued twice to one user, nor more often than there are",
            looked: "select count(*) from coupon_claims",
            unit: "issued",
            breaks: """
                select coupon || ' to ' || user_id from coupon_claims
                group by coupon, user_id having count(*) > 1
                union all
                select coupon || ' number ' || cast(sequence as text) from coupon_claims
                group by coupon, sequence having count(*) > 1
                union all
                select c.coupon || ' number ' || cast(c.sequence as text)
                from coupon_claims c left join coupons p on p.coupon = c.coupon
                where p.coupon is null or c.sequence < 1 or c.sequence > p.quantity
                union all
                select p.coupon from coupons p
                where p.issued > p.quantity
                  or p.issued <> (select count(*) from coupon_claims c where c.coupon = p.coupon)
                """
        )
    ]
}
