import Ledger
import SQL

extension LedgerCheck {
    /// What rankings are made of.
    static let rankings: [LedgerCheck] = [
        LedgerCheck(
            promise: "a performance that is sold out says since when",
            looked: "select count(*) from performances where t90_ms is not null",
            unit: "sell-outs",
            breaks: """
                select performance from performances
                where (sold >= seats and t100_ms is null)
                  or (t100_ms is not null and t90_ms is null) or t90_ms > t100_ms
                """
        ),
        LedgerCheck(
            promise: "a refund says when, for the day of its sale",
            looked: """
                select (select count(*) from payments where cancels > 0)
                  + (select count(*) from orders where cancels > 0)
                """,
            unit: "refunds",
            breaks: """
                select payment from payments where (cancels > 0) <> (cancelled_at_ms is not null)
                union all
                select order_id from orders where (cancels > 0) <> (cancelled_at_ms is not null)
                """
        ),
        LedgerCheck(
            promise: "a score is what its events add up to",
            looked: "select count(*) from score_events",
            unit: "events",
            breaks: """
                select s.board || ' ' || s.member from scores s
                left join (
                  select board, member, sum(units) as units from (
                    select board, member, event, units, max(case when change = 'set' then event end)
                      over (partition by board, member) as last_set
                    from score_events
                  ) as changes
                  where last_set is null or event >= last_set group by board, member
                ) e on e.board = s.board and e.member = s.member
                where s.score <> coalesce(e.units, 0)
                """
        ),
        LedgerCheck(
            promise: "every change of a score is in the outbox",
            looked: "select count(*) from outbox where kind = 'score.changed'",
            unit: "events",
            breaks: """
                select board from (
                  select board, 1 as side from score_events
                  union all
                  select subject, -1 from outbox where kind = 'score.changed'
                ) as changes group by board having sum(side) <> 0
                """
        ),
    ]
}
