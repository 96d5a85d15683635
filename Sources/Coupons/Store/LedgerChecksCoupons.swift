import Ledger
import SQL

extension LedgerCheck {
    /// Coupons, as they were issued and spent.
    static let coupons: [LedgerCheck] = [
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
        ),
        LedgerCheck(
            promise: "a coupon is used at most once, by who claimed it, on what stands",
            looked: "select count(*) from coupon_uses",
            unit: "uses",
            breaks: """
                select user_id || ' ' || coupon from coupon_uses
                group by user_id, coupon having count(*) > 1
                union all
                select u.user_id || ' ' || u.coupon from coupon_uses u
                left join coupon_claims c on c.user_id = u.user_id and c.coupon = u.coupon
                where c.coupon is null
                union all
                select 'use on ' || u.reference from coupon_uses u
                left join (\(bought)) b on b.reference = u.reference and b.cancels = 0
                  and b.user_id = u.user_id and b.coupon = u.coupon
                where b.reference is null
                union all
                select b.reference from (\(bought)) b
                where b.coupon is not null and b.cancels = 0
                  and (select count(*) from coupon_uses u where u.reference = b.reference) <> 1
                """
        ),
        LedgerCheck(
            promise: "there is no discount without a coupon",
            looked: "select count(*) from (\(bought)) b where discount > 0",
            unit: "discounts",
            breaks: """
                select b.reference from (\(bought)) b
                where b.discount < 0 or (b.discount > 0 and b.coupon is null)
                """
        ),
    ]
}
