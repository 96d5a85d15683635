import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import Payments
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Amounts beyond 2^53 points: refused where a price is set, and no danger where one is there.
@Suite(.sideBySide) struct PriceLimitTests {
    @Test(arguments: Engine.allCases)
    func thePriceOfTheMostSeatsIsBounded(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            try await bed.open(seats: 50, maxSeatsPerUser: 4, price: Points.max / 4)
            var change = PerformanceChange()
            change.price = Points.max / 4 + 1
            #expect(try await bed.first.concerts.put(change, of: SaleBed.evening) == .amountLimit)
            change.price = nil
            change.maxSeatsPerUser = 5
            #expect(try await bed.first.concerts.put(change, of: SaleBed.evening) == .amountLimit)
            // Nothing of it was done.
            change.price = Points.max / 5
            guard
                case .put(let put, _) = try await bed.first.concerts.put(
                    change,
                    of: SaleBed.evening
                )
            else {
                Issue.record("not put")
                return
            }
            #expect(put.maxSeatsPerUser == 5 && put.price == Points.max / 5)
        }
    }

    /// As a ledger may have one from before the limit: 20 seats at 2^53 are beyond it, and 100 % of
    /// them beyond 63 bits.
    @Test(arguments: Engine.allCases)
    func anAmountBeyondTheLimitEndsNothing(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            let seats = SQL.rows((1...20).map { [.text("evening"), .integer($0)] })
            _ = try await bed.sides[0].database.commit([
                "insert into concerts (concert, title) values ('c', 'C')",
                """
                insert into performances (performance, concert, date, seats, price, hold_seconds,
                  max_seats_per_user)
                values ('evening', 'c', '2026-12-24', 20, \(Points.max), 300, 20)
                """,
                "insert into seats (performance, seat) values \(seats)",
            ])
            let ann = try user("ann")
            try await bed.give(.percent(100), to: [ann])
            try await bed.charge(ann, Points.max)
            let hold = try await bed.hold(Array(1...20), for: ann)
            #expect(hold.amount == 20 * Points.max)
            // More than anybody has; with a coupon, nothing.
            #expect(try await bed.pay(hold, ann, key: "1") == .refused(.insufficientPoints))
            let paid = try await bed.pay(hold, ann, key: "2", coupon: SaleBed.coupon)
            guard case .done(let receipt) = paid else {
                Issue.record("\(paid)")
                return
            }
            #expect(receipt.payment.amount == 0 && receipt.balance == Points.max)
            #expect(await bed.broken() == [])
        }
    }

    /// A journal whose sum is beyond 63 bits is audited like any other.
    @Test(arguments: Engine.allCases)
    func aLongJournalAddsUp(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            var entry: [SQL] = []
            for index in 0..<2_200 {
                entry.append(
                    """
                    insert into transfers (debit, credit, amount, kind, reference, at_ms)
                    values ('house:issued', \("user:u\(index % 2)"), \(Points.max), 'charge',
                      \("\(index)"), 1)
                    """
                )
            }
            _ = try await bed.sides[0].database.commit(entry)
            let balance = "a balance is the sum of its journal, and never below zero"
            let line = await bed.broken().first { $0.promise == balance }
            // The two users have no balance.
            #expect(line?.finding == .broken, "\(line.map { "\($0)" } ?? "")")
        }
    }
}
