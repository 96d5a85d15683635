import SQL

extension LedgerCheck {
    /// What points and coupons are given for: payments and orders.
    package static let bought: SQL = """
        select payment as reference, user_id, coupon, discount, amount, cancels from payments
        union all
        select order_id, user_id, coupon, discount, amount, cancels from orders
        """

    /// What happened, as it is told.
    package static let outbox: [LedgerCheck] = [
        LedgerCheck(
            promise: "what happened is numbered without a gap, and no cursor is ahead",
            looked: "select count(*) from outbox where number is not null",
            unit: "numbered events",
            breaks: """
                select 'numbers end at ' || cast(max(number) as text) from outbox
                having count(number) <> coalesce(max(number), 0) or min(number) <> 1
                union all
                select consumer from cursors
                where number > (
                  select coalesce(max(number), 0) from outbox where number is not null)
                """
        ),
        LedgerCheck(
            promise: "every sale and every cancel is in the outbox",
            looked: "select count(*) from outbox where kind in ('seats.sold', 'seats.freed')",
            unit: "events",
            breaks: """
                select performance from performances p
                where (select count(*) from payments b where b.performance = p.performance)
                  <> (select count(*) from outbox o
                    where o.kind = 'seats.sold' and o.subject = p.performance)
                or (select coalesce(sum(b.cancels), 0) from payments b
                    where b.performance = p.performance)
                  <> (select count(*) from outbox o
                    where o.kind = 'seats.freed' and o.subject = p.performance)
                """
        ),
        LedgerCheck(
            promise: "every line of an order and of its cancel is in the outbox",
            looked:
                "select count(*) from outbox where kind in ('product.sold', 'product.returned')",
            unit: "events",
            breaks: """
                select product || ' ' || kind from (
                  select product, 'product.sold' as kind, 1 as side from order_lines
                  union all
                  select l.product, 'product.returned', 1 from order_lines l
                  join orders b on b.order_id = l.order_id where b.cancels > 0
                  union all
                  select subject, kind, -1 from outbox
                  where kind in ('product.sold', 'product.returned')
                ) as lines group by product, kind having sum(side) <> 0
                """
        ),
    ]
}
