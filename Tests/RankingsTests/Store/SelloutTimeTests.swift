import SQL
import TestGate
import Testing
import Values

@testable import Payments
@testable import Rankings
@testable import Seats
@testable import TestKit
@testable import TestLedger

/// Proof 9 of the design, for rankings: the times of a sell-out are written once, by the commits
/// that cross.
@Suite(.sideBySide) struct SelloutTimeTests {
    @Test(arguments: Engine.allCases)
    func theCommitThatCrossesSaysWhen(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 10, atMs: 500)
            for seat in 1...8 {
                try await bed.sell([seat], as: "p\(seat)", atMs: Int64(1_000 * seat))
                #expect(try await bed.crossings() == [nil, nil])
            }
            try await bed.sell([9], as: "p9", atMs: 9_000)
            #expect(try await bed.crossings() == [9_000, nil])
            try await bed.sell([10], as: "p10", atMs: 10_000)
            let row = try await bed.sellout()
            #expect((row.t90Ms, row.t100Ms) == (9_000, 10_000))
            #expect((row.fromMs, row.seats, row.sold) == (500, 10, 10))
        }
    }

    /// 15 of 16 are more than nine tenths, 14 are less; and one payment may cross both.
    @Test(arguments: Engine.allCases)
    func aPartOfASeatIsNotRounded(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 16)
            try await bed.sell(Array(1...14), as: "a", atMs: 1)
            #expect(try await bed.crossings() == [nil, nil])
            try await bed.sell([15], as: "b", atMs: 2)
            #expect(try await bed.crossings() == [2, nil])
            try await bed.open("short", seats: 3)
            try await bed.sell([1, 2], of: "short", as: "c", atMs: 3)
            #expect(try await bed.crossings("short") == [nil, nil])
            try await bed.sell([3], of: "short", as: "d", atMs: 4)
            #expect(try await bed.crossings("short") == [4, 4])
            for seats in 1...50 {
                let name = "of\(seats)"
                let least = try #require((1...seats).first { $0 * 10 >= seats * 9 })
                #expect(SelloutFraction.usual.seats(of: Int64(seats)) == Int64(least))
                guard seats.isMultiple(of: 10) || seats % 10 == 1, least > 1 else { continue }
                // The engine counts as the value does.
                try await bed.open(name, seats: seats)
                try await bed.sell(Array(1..<least), of: name, as: "\(name) a", atMs: 5)
                #expect(try await bed.crossings(name) == [nil, nil], "\(seats)")
                try await bed.sell([least], of: name, as: "\(name) b", atMs: 6)
                #expect(try await bed.crossings(name).first == 6, "\(seats)")
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func refundsDoNotRewriteThem(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 2)
            try await bed.sell([1], as: "a", atMs: 100)
            try await bed.sell([2], as: "b", atMs: 200)
            #expect(try await bed.crossings() == [200, 200])
            try await bed.refund("b", atMs: 300)
            #expect(try await bed.crossings() == [200, 200])
            #expect(try await bed.sellout().sold == 1)
            try await bed.sell([2], as: "c", atMs: 400)
            #expect(try await bed.crossings() == [200, 200])
        }
    }

    @Test(arguments: Engine.allCases)
    func moreSeatsDoNotRewriteThem(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 2, atMs: 10)
            try await bed.sell([1, 2], as: "a", atMs: 200)
            try await bed.open(seats: 4, atMs: 300)
            #expect(try await bed.crossings() == [200, 200])
            try await bed.sell([3, 4], as: "b", atMs: 400)
            let row = try await bed.sellout()
            #expect((row.t90Ms, row.t100Ms, row.sold, row.seats) == (200, 200, 4, 4))
            #expect(row.fromMs == 10)
        }
    }

    /// Seats that are added while it sells count: it is not yet sold out.
    @Test(arguments: Engine.allCases)
    func moreSeatsBeforeTheCrossingMoveIt(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 10)
            try await bed.sell(Array(1...8), as: "a", atMs: 100)
            try await bed.open(seats: 20, atMs: 150)
            try await bed.sell(Array(9...17), as: "b", atMs: 200)
            #expect(try await bed.crossings() == [nil, nil])
            try await bed.sell([18], as: "c", atMs: 300)
            #expect(try await bed.crossings() == [300, nil])
        }
    }

    /// The guard of all these is that a time stands where it stands.
    @Test(arguments: Engine.allCases)
    func withoutTheirGuardLaterSalesRewriteThem(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let rewriting = PaymentLedger(
                SeatLedger(
                    EditedLedger(bed.database) {
                        $0.replacing("t90_ms is null and ", with: "")
                            .replacing("t100_ms is null and ", with: "")
                    }
                )
            )
            try await bed.open(seats: 2)
            try await bed.sell([1], as: "a", atMs: 100, by: rewriting)
            try await bed.sell([2], as: "b", atMs: 200, by: rewriting)
            try await bed.refund("b", atMs: 300)
            try await bed.sell([2], as: "c", atMs: 400, by: rewriting)
            #expect(try await bed.crossings() == [400, 400])
            try await bed.open(seats: 4, atMs: 450)
            try await bed.sell([3, 4], as: "d", atMs: 500, by: rewriting)
            #expect(try await bed.crossings() == [500, 500])
        }
    }

    /// Two processes sell at once: the instant is of the payment that was the 90th of 100, in the
    /// order in which they had the performance's row.
    @Test(arguments: Engine.allCases)
    func oneOfManyAtOnceCrosses(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            try await bed.open(seats: 100)
            _ = try await together(100) { index in
                let name = "p\(index)"
                try await bed.sell(
                    [index + 1],
                    as: name,
                    atMs: 1_000 + Int64(index),
                    side: index % 2
                )
            }
            // A row of the outbox is numbered while its payment has the performance to itself.
            let sold = try await bed.database.rows(
                "select at_ms from outbox where kind = 'seats.sold' order by row_id"
            ).map { try $0.integer(0) }
            #expect(sold.count == 100)
            let t90 = sold[89]
            #expect(try await bed.crossings() == [t90, max(t90, sold[99])])
        }
    }

    @Test(arguments: Engine.allCases)
    func soldOutIsNotBeforeNearlySoldOut(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 10)
            try await bed.sell(Array(1...9), as: "a", atMs: 1_000)
            // By a process whose clock is behind.
            try await bed.sell([10], as: "b", atMs: 990)
            #expect(try await bed.crossings() == [1_000, 1_000])
        }
    }

    @Test(arguments: Engine.allCases)
    func theFractionIsASetting(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let all = try #require(SelloutFraction(thousandths: 1_000))
            let strict = PaymentLedger(SeatLedger(bed.database, sellout: all))
            try await bed.open(seats: 10)
            try await bed.sell(Array(1...9), as: "a", atMs: 100, by: strict)
            #expect(try await bed.crossings() == [nil, nil])
            try await bed.sell([10], as: "b", atMs: 200, by: strict)
            #expect(try await bed.crossings() == [200, 200])
            let half = try #require(SelloutFraction(thousandths: 500))
            let easy = PaymentLedger(SeatLedger(bed.database, sellout: half))
            try await bed.open("other", seats: 10)
            try await bed.sell(Array(1...5), of: "other", as: "c", atMs: 300, by: easy)
            #expect(try await bed.crossings("other") == [300, nil])
            #expect(SelloutFraction(thousandths: 0) == nil)
            #expect(SelloutFraction(thousandths: 1_001) == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func anOpeningIsWhereTheyAreCountedFrom(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 1, opening: 5_000, atMs: 10)
            #expect(try await bed.sellout().fromMs == 5_000)
            try await bed.open(seats: 1, atMs: 20)
            #expect(try await bed.sellout().fromMs == 10)
        }
    }
}
