import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Rankings
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Proof 9 of the design for rankings: given back after the sell-out, more seats after it, given
/// back twice.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RelayRefundTests {
    private typealias Bed = RankingBed

    @Test(arguments: Engine.allCases)
    func waysBackAfterTheLastSeat(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            let history = YearHistory(bed, seed: 9)
            let evening = try performance("p0")
            try await history.open(evening, seats: 3)
            for name in ["ann", "bob", "cat"] {
                try await bed.pass(1_000)
                try await history.sell(1, of: evening, as: user(name))
            }
            let soldOutMs = bed.nowMs
            try await bed.pass(Bed.dayMs)
            // Given back, twice; the seat is sold again.
            let back = try await history.payment(of: user("bob"))
            for key in ["once", "again"] {
                let outcome = try await bed.bed.cancel(back, user("bob"), key: key, by: 1)
                guard case .done = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
            }
            let today = try #require(YearCalendar("UTC")?.period(.daily, at: bed.nowMs))
            let before = try #require(YearCalendar("UTC")?.period(.daily, at: soldOutMs))
            func list(_ list: BoardList) async throws -> [Int64] {
                try await bed.settle()
                let page = try await bed.page(.concerts, list, by: 1)
                #expect(page.entries.allSatisfy { $0.member == "p0" })
                return page.entries.map(\.score)
            }
            #expect(try await list(.all) == [2])
            #expect(try await list(.period(before)) == [2])
            #expect(try await list(.period(today)) == [])
            await history.free([2], of: evening)
            try await history.sell(1, of: evening, as: user("dan"))
            // More seats than there were.
            try await history.open(evening, seats: 5)
            try await history.sell(2, of: evening, as: user("eve"))
            #expect(try await list(.all) == [5])
            #expect(try await list(.period(before)) == [2])
            #expect(try await list(.period(today)) == [3])
            #expect(try await list(.realtime) == [3])
            // The times of the sell-out are those of the first.
            let row = try #require(try await bed.ledger.sellouts.sellouts(and: [evening]).first)
            #expect(row.t90Ms == soldOutMs && row.t100Ms == soldOutMs && row.sold == 5)
        }
    }

    /// The guard of that: where a second cancel is one more row, seats are given back twice.
    @Test func withoutItsConstraintACancelCountsTwice() async throws {
        try await Bed.with(.sqlite, sides: 1) { bed in
            let history = YearHistory(bed, seed: 9)
            let evening = try performance("p0")
            try await history.open(evening, seats: 4)
            try await history.sell(2, of: evening, as: user("ann"))
            try await history.sell(2, of: evening, as: user("bob"))
            let id = try await history.payment(of: user("ann"))
            let payments = PaymentLedger(SeatLedger(bed.ledger.database))
            let payment = try #require(try await payments.payment(id))
            let outcome = try await bed.bed.cancel(id, user("ann"), key: "once")
            guard case .done = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
            try await bed.settle()
            #expect(try await bed.page(.concerts, .all).entries.map(\.score) == [2])
            _ = try await bed.bed.sides[0].database.commit([
                "update payments set cancels = 0",
                "update transfers set reference = 'other' where kind = 'refund'",
                "update performances set sold = 4, payments = 2",
            ])
            let ann = try user("ann")
            let again = Canceller.buyer(bed.bed.attempt(ann, "again"))
            _ = try await payments.take(
                payment,
                from: ann,
                again,
                atMs: bed.nowMs,
                on: bed.bed.first.loop
            )
            try await bed.settle()
            #expect(try await bed.page(.concerts, .all).entries.map(\.score) == [])
        }
    }
}
