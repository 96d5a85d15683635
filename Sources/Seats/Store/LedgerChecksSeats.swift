import Ledger
import SQL

extension LedgerCheck {
    /// Seats, and who has them.
    static let seats: [LedgerCheck] = [
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
    ]
}
