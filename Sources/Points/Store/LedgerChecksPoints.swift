import Ledger
import SQL

extension LedgerCheck {
    /// Points, and what they were given for.
    static let points: [LedgerCheck] = [
        LedgerCheck(
            promise: "a payment took its points once, a cancel returned them once",
            looked: "select count(*) from transfers where kind <> 'charge'",
            unit: "transfers",
            breaks: """
                select b.reference from (\(bought)) b
                where b.amount > 0 and (
                  b.amount <> (select coalesce(sum(t.amount), 0) from transfers t
                    where t.kind = 'payment' and t.reference = b.reference
                      and t.debit = 'user:' || b.user_id)
                  or b.amount * b.cancels <> (select coalesce(sum(t.amount), 0) from transfers t
                    where t.kind = 'refund' and t.reference = b.reference
                      and t.credit = 'user:' || b.user_id))
                union all
                select t.kind || ' ' || t.reference from transfers t
                left join (\(bought)) b on b.reference = t.reference
                where t.kind in ('payment', 'refund') and b.reference is null
                """
        ),
        LedgerCheck(
            promise: "a balance is the sum of its journal, and never below zero",
            looked: "select count(*) from accounts",
            unit: "accounts",
            // Millions and the rest apart: 1,024 transfers of 2^53 are beyond a bigint. The house's
            // accounts have no balance to hold them against.
            breaks: """
                select account from (
                  select account, sum(points / 1000000) as millions, sum(points % 1000000) as rest
                  from (
                    select credit as account, amount as points from transfers
                    union all select debit, -amount from transfers
                    union all select account, -balance from accounts
                  ) as entries where account not like 'house:%' group by account
                ) as sums where rest % 1000000 <> 0 or millions + rest / 1000000 <> 0
                union all select account from accounts where balance < 0
                """
        ),
        LedgerCheck(
            promise: "a charge's reference added its points once, to its user",
            looked: "select count(*) from charge_references",
            unit: "references",
            breaks: """
                select r.user_id || ' ' || r.reference from charge_references r
                left join transfers t on t.kind = 'charge' and t.reference = r.charge
                where t.reference is null or t.amount <> r.amount
                  or t.credit <> 'user:' || r.user_id
                union all
                select reference from charge_references where source = 'provider'
                group by reference having count(*) > 1
                """
        ),
        LedgerCheck(
            promise: "an answer that was kept has what it speaks of",
            looked: "select count(*) from idempotency",
            unit: "answers",
            breaks: """
                select i.user_id || ' ' || i.key from idempotency i
                left join (\(bought)) b on b.reference = i.reference
                where i.outcome = 'done'
                  and (i.reference like 'p_%' or i.reference like 'o_%')
                  and (b.reference is null or b.user_id <> i.user_id)
                """
        ),
    ]
}
