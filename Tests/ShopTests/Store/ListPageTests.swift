import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Payments
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Lists that grow without a bound are read in pages: each entry once, in the list's order.
@Suite(.sideBySide) struct ListPageTests {
    /// Follows the pages to their end; answers what each had.
    private func pages<Entry>(
        limit: Int,
        id: (Entry) -> String,
        _ read: (PageRequest) async throws -> ListPage<Entry>
    ) async throws -> [[String]] {
        var pages: [[String]] = []
        var request = PageRequest(limit: limit)
        while pages.count < 100 {
            let page = try await read(request)
            pages.append(page.entries.map(id))
            guard page.hasMore else { return pages }
            request.after = page.entries.last.map(id)
        }
        return pages
    }

    /// 11 of each kind, of two users, three in a millisecond.
    private static var purchases: [SQL] {
        var entry: [SQL] = [
            "insert into concerts (concert, title) values ('c', 'C')",
            """
            insert into performances (performance, concert, date, seats, price, hold_seconds,
              max_seats_per_user) values ('p', 'c', '2026-12-24', 9, 1, 1, 1)
            """,
            """
            insert into coupons (coupon, name, quantity, discount_amount)
            values ('none', 'N', 1, 1)
            """,
        ]
        for place in 1...11 {
            for user in ["ann", "bob"] {
                let (name, at) = ("\(user)-\(100 + place)", Int64(place / 3))
                entry += [
                    """
                    insert into payments (payment, hold, user_id, performance, seats,
                      seat_count, amount, paid_at_ms)
                    values (\(name), \(name), \(user), 'p', '1', 1, 0, \(at))
                    """,
                    """
                    insert into orders (order_id, user_id, amount, discount, paid_at_ms)
                    values (\(name), \(user), 0, 0, \(at))
                    """,
                    """
                    insert into coupons (coupon, name, quantity, discount_amount)
                    values (\(name), 'K', 1, 1)
                    """,
                    """
                    insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
                    values (\(user), \(name), 1, \(at))
                    """,
                ]
            }
        }
        return entry
    }

    /// Made in one millisecond and in others, by somebody else too.
    @Test(arguments: Engine.allCases)
    func purchasesAndCouponsOfAUser(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            _ = try await bed.sides[0].database.commit(Self.purchases)
            let ann = try user("ann")
            let ledger = CouponLedger(bed.sides[0].database)
            let newestFirst = (1...11).reversed().map { "ann-\(100 + $0)" }
            for limit in [1, 2, 3, 10, 11, 12] {
                let cut = stride(from: 0, to: 11, by: limit).map {
                    Array(newestFirst[$0..<min(11, $0 + limit)])
                }
                #expect(
                    try await pages(limit: limit, id: \.id) {
                        try await bed.first.payments.payments(of: ann, $0)
                    } == cut
                )
                #expect(
                    try await pages(limit: limit, id: \.id) {
                        try await bed.first.shop.orders(of: ann, $0)
                    } == cut
                )
                #expect(
                    try await pages(limit: limit, id: \.coupon.raw) {
                        try await ledger.coupons(of: ann, $0)
                    } == cut
                )
            }
            // Nothing is behind what is not the user's.
            let behind = PageRequest(after: "bob-105")
            #expect(try await bed.first.payments.payments(of: ann, behind).entries.isEmpty)
            #expect(try await bed.first.shop.orders(of: ann, behind).entries.isEmpty)
            #expect(try await ledger.coupons(of: ann, behind).entries.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases)
    func whatIsForSale(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            var entry: [SQL] = []
            for place in 1...7 {
                let (name, date) = ("x\(place)", "2026-12-\(30 - place / 2)")
                entry += [
                    "insert into concerts (concert, title) values (\(name), 'C')",
                    """
                    insert into performances (performance, concert, date, seats, price,
                      hold_seconds, max_seats_per_user)
                    values (\(name), 'x1', \(date), 9, 1, 1, 1)
                    """,
                    """
                    insert into products (product, name, price, stock, supplied)
                    values (\(name), 'T', 1, 1, 1)
                    """,
                ]
            }
            _ = try await bed.sides[0].database.commit(entry)
            let byName = [["x1", "x2", "x3"], ["x4", "x5", "x6"], ["x7"]]
            let concerts = try await pages(limit: 3, id: \.id.raw) {
                try await bed.first.concerts.concerts($0)
            }
            #expect(concerts == byName)
            let products = try await pages(limit: 3, id: \.id.raw) {
                try await bed.first.shop.products($0)
            }
            #expect(products == byName)
            let first = try #require(ConcertID("x1"))
            let byDate = try await pages(limit: 3, id: \.performance.id.raw) { request in
                try #require(await bed.first.concerts.performances(of: first, request))
            }
            #expect(byDate == [["x6", "x7", "x4"], ["x5", "x2", "x3"], ["x1"]])
            #expect(try await bed.first.shop.productCount(max: 5) == 5)
            #expect(try await bed.first.shop.productCount(max: 50) == 7)
        }
    }

    /// A page has no more lines than it may, but always an order.
    @Test(arguments: Engine.allCases)
    func linesBoundAPageOfOrders(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            var entry: [SQL] = []
            for line in 0..<OrderLine.linesMax {
                entry.append(
                    """
                    insert into products (product, name, price, stock, supplied)
                    values (\("t\(line)"), 'T', 1, 1, 1)
                    """
                )
            }
            for order in 0..<25 {
                let name = "o\(100 + order)"
                entry.append(
                    """
                    insert into orders (order_id, user_id, amount, discount, paid_at_ms)
                    values (\(name), 'ann', 0, 0, \(Int64(order)))
                    """
                )
                let lines = (0..<OrderLine.linesMax).map { line -> [SQLValue] in
                    let place = Int64(line)
                    return [
                        .text(name), .text("t\(line)"), .integer(place), .integer(1), .integer(1),
                    ]
                }
                entry.append(
                    """
                    insert into order_lines (order_id, product, line, quantity, price)
                    values \(SQL.rows(lines))
                    """
                )
            }
            _ = try await bed.sides[0].database.commit(entry)
            let ann = try user("ann")
            var lineCounts: Set<Int> = []
            let found = try await pages(limit: 200, id: \.id) { request in
                let page = try await bed.first.shop.orders(of: ann, request)
                for order in page.entries { lineCounts.insert(order.lines.count) }
                return page
            }
            #expect(found.map(\.count) == [10, 10, 5])
            #expect(found.joined().map { $0 } == (0..<25).reversed().map { "o\(100 + $0)" })
            #expect(lineCounts == [OrderLine.linesMax])
        }
    }
}
