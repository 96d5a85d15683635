import EventLoop
import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import Seats
@testable import TestKit
@testable import TestLedger

/// A ledger of a program from before rankings, brought up to date: what its outbox knows is not
/// lost.
@Suite(.sideBySide) struct RankingMigrationTests {
    /// 10 seats: 8 sold, one back, one and one again, and the last: nine are sold at 400.
    private static let former: [SQL] = [
        "insert into concerts (concert, title) values ('c', 'C')",
        """
        insert into performances (performance, concert, date, seats, price, hold_seconds,
          max_seats_per_user, sold, payments)
        values ('p', 'c', '2026', 10, 1, 1, 9, 9, 2), ('q', 'c', '2026', 1, 1, 1, 9, 0, 0)
        """,
        """
        insert into payments (payment, hold, user_id, performance, seats, seat_count, amount,
          paid_at_ms, cancels)
        values ('a', 'a', 'u', 'p', '1,2,3,4,5,6,7,8', 8, 8, 100, 0),
          ('b', 'b', 'u', 'p', '9', 1, 1, 400, 0), ('d', 'd', 'u', 'p', '10', 1, 1, 500, 1)
        """,
        """
        insert into orders (order_id, user_id, amount, discount, paid_at_ms, cancels)
        values ('o', 'u', 0, 0, 150, 1), ('r', 'u', 0, 0, 160, 0)
        """,
        """
        insert into outbox (number, kind, subject, payload, at_ms) values
          (1, 'performance.changed', 'p', '{"performance":"p"}', 50),
          (2, 'seats.sold', 'p', '{"performance":"p","payment":"a"}', 100),
          (3, 'performance.changed', 'p', '{"performance":"p"}', 300),
          (4, 'seats.sold', 'p', '{"performance":"p","payment":"b"}', 400),
          (5, 'seats.sold', 'p', '{"performance":"p","payment":"d"}', 500),
          (6, 'seats.freed', 'p',
            '{"performance":"p","payment":"d","user":"u","seats":[10],"amount":1}', 600),
          (null, 'product.returned', 't', '{"order":"o","quantity":1,"paidAtMs":150}', 700),
          (null, 'product.returned', 'v', '{"order":"o","quantity":1,"paidAtMs":150}', 700)
        """,
    ]

    @Test(arguments: Engine.allCases)
    func whatTheOutboxKnowsIsKept(_ engine: Engine) async throws {
        let loop = EventLoop.start(), place = try await TestLedger(engine)
        let database = try await place.open(on: loop, Array(LedgerSchema.migrations.prefix(2)))
        _ = try await database.commit(Self.former)
        try await database.migrate(LedgerSchema.migrations)
        let ledger = RankingLedger(database).sellouts
        let row = try #require(try await ledger.sellouts(and: [performance("p")]).first)
        #expect((row.fromMs, row.t90Ms, row.t100Ms) == (50, 400, 500))
        let other = try #require(try await ledger.sellouts(and: [performance("q")]).first)
        #expect((other.fromMs, other.t90Ms, other.t100Ms) == (nil, nil, nil))
        let cancels = try await database.rows(
            """
            select cancelled_at_ms from payments where cancelled_at_ms is not null
            union all select cancelled_at_ms from orders where cancelled_at_ms is not null
            """
        )
        #expect(cancels == [SQLRow([.integer(600)]), SQLRow([.integer(700)])])
        let freed = try #require(try await Outbox(database).events(after: 5, limit: 1).first)
        let event = try #require(try ScoreEvent(freed))
        #expect((event.countsAtMs, event.atMs, event.change) == (500, 600, .add(-1)))
        // What was there is still read as it was.
        #expect(try SeatSale(payload: freed.payload).seats == [10])
        await database.close()
        loop.stop()
        await place.remove()
    }
}
