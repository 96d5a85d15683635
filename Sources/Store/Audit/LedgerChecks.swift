import SQL

extension LedgerCheck {
    /// What must hold in the ledger at any instant. Each check reads one snapshot.
    static let all: [LedgerCheck] = [
        LedgerCheck(
            promise: "a seat is sold at most once, and is one of its performance's",
            looked: "select count(*) from sold_seats",
            unit: "sold seats",
            breaks: """
                select performance || ' seat ' || cast(seat as text) from sold_seats
                group by performance, seat having count(*) > 1
                union all
                select s.performance || ' seat ' || cast(s.seat as text)
                from sold_seats s left join performances p on p.performance = s.performance
                where p.performance is null or s.seat < 1 or s.seat > p.seats
                """
        ),
        LedgerCheck(
            promise: "a performance has sold what its counters say, within its seats",
            looked: "select count(*) from performances",
            unit: "performances",
            breaks: """
                select p.performance from performances p
                where p.sold > p.seats
                  or p.sold <> (select count(*) from sold_seats s
                    where s.performance = p.performance)
                  or p.payments <> (select count(*) from payments b
                    where b.performance = p.performance and b.cancels = 0)
                  or p.seats <> (select count(*) from seats s where s.performance = p.performance)
                """
        ),
        LedgerCheck(
            promise: "who has paid has the seats, who has cancelled has none",
            looked: "select count(*) from payments",
            unit: "payments",
            breaks: """
                select b.payment from payments b
                left join (
                  select payment, performance, count(*) as seats from sold_seats
                  group by payment, performance
                ) s on s.payment = b.payment and s.performance = b.performance
                where case when b.cancels = 0 then b.seat_count else 0 end <> coalesce(s.seats, 0)
                """
        ),
        LedgerCheck(
            promise: "a payment took its points once, a cancel returned them once",
            looked: "select count(*) from transfers where kind <> 'charge'",
            unit: "transfers",
            breaks: """
                select b.payment from payments b
                where b.amount > 0 and (
                  b.amount <> (select coalesce(sum(t.amount), 0) from transfers t
                    where t.kind = 'payment' and t.reference = b.payment
                      and t.debit = 'user:' || b.user_id)
                  or b.amount * b.cancels <> (select coalesce(sum(t.amount), 0) from transfers t
                    where t.kind = 'refund' and t.reference = b.payment
                      and t.credit = 'user:' || b.user_id))
                union all
                select t.kind || ' ' || t.reference from transfers t
                left join payments b on b.payment = t.reference
                where t.kind in ('payment', 'refund') and b.payment is null
                """
        ),
        LedgerCheck(
            promise: "a balance is the sum of its journal, and never below zero",
            looked: "select count(*) from accounts",
            unit: "accounts",
            breaks: """
                select account from (
                  select account, sum(points) as points from (
                    select credit as account, amount as points from transfers
                    union all select debit, -amount from transfers
                    union all select account, -balance from accounts
                  ) as entries group by account
                ) as sums where points <> 0 and account not like 'house:%'
                union all select account from accounts where balance < 0
                """
        ),
        LedgerCheck(
            promise: "an answer that was kept has what it speaks of",
            looked: "select count(*) from idempotency",
            unit: "answers",
            breaks: """
                select i.user_id || ' ' || i.key from idempotency i
                left join payments b on b.payment = i.reference
                where i.outcome = 'done' and i.reference like 'p_%'
                  and (b.payment is null or b.user_id <> i.user_id)
                """
        ),
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
    ]
}
