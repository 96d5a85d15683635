import Redis
import TestGate
import TestRedis
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// What the list of best sellers says.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct PopularTests {
    private typealias Bed = RankingBed

    /// Counted by Redis and, while that is away, by the ledger: the same list.
    @Test(arguments: Engine.allCases)
    func unitsThenTimeThenName(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            // Four days ago, and three: among the days before those of the list.
            try await bed.sell(["cap": 2], as: "a")
            try await bed.pass(1_000)
            try await bed.sell(["tee": 2, "mug": 1], as: "b")
            try await bed.pass(Bed.dayMs)
            try await bed.sell(["mug": 4], as: "c")
            try await bed.pass(2 * Bed.dayMs)
            try await bed.sell(["new": 5, "tee": 1], as: "d")
            try await bed.pass(Bed.dayMs)
            // `pen` and `pin` have their units in one second.
            try await bed.sell(["pen": 3], as: "e")
            try await bed.pass(999)
            try await bed.sell(["pin": 3, "tee": 2, "cap": 1], as: "f")
            let list = try await bed.popular().list(3)
            #expect(Bed.text(list) == "new 5 (-), tee 3 (3), pin 3 (-), pen 3 (-), cap 1 (2)")
            #expect(list.products.map(\.name).prefix(2) == ["The new", "The tee"])
            #expect(list.products.map(\.rank) == [1, 2, 3, 4, 5])
            #expect(list.refreshedAt.milliseconds == bed.nowMs && list.days == 3)
            #expect(!list.isFromLedger)
            #expect(try await bed.popular(1).list(3) == list)
            bed.bed.server.kill()
            var second = try await bed.popular().list(3)
            #expect(second.isFromLedger)
            second.isFromLedger = false
            #expect(second == list)
        }
    }

    @Test(arguments: Engine.allCases)
    func aRefundCountsOnTheDayOfTheSale(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            let order = try await bed.sell(["tee": 5], as: "ann")
            try await bed.sell(["cap": 4], as: "bob")
            try await bed.pass(3 * Bed.dayMs)
            try await bed.sell(["tee": 1, "cap": 1], as: "cat")
            #expect(try await bed.list(1) == "tee 1 (-), cap 1 (-)")
            #expect(try await bed.list(3) == "tee 1 (1), cap 1 (2)")
            #expect(try await bed.list(4) == "tee 6 (-), cap 5 (-)")
            try await bed.cancel(order, of: "ann")
            try await bed.settle()
            try await bed.pass(PopularLimits().everyMs)
            try await bed.popular().refresh()
            // Today nothing has changed, and of the days before those it is gone.
            #expect(try await bed.list(1) == "tee 1 (-), cap 1 (-)")
            #expect(try await bed.list(3) == "tee 1 (-), cap 1 (1)")
            #expect(try await bed.list(4) == "cap 5 (-), tee 1 (-)")
            bed.bed.server.kill()
            #expect(try await bed.list(3) == "tee 1 (-), cap 1 (1)")
            #expect(try await bed.list(4) == "cap 5 (-), tee 1 (-)")
        }
    }

    /// Lists of many days, the days before of which Redis has kept none: by another reckoning, on
    /// both ways.
    @Test(arguments: Engine.allCases, [UInt64.random(in: 0..<1_000_000), 5])
    func anyDays(_ engine: Engine, _ seed: UInt64) async throws {
        try await Bed.with(engine, sides: 1) { bed in
            let book = try await Self.happen(in: bed, seed)
            try await bed.settle()
            for days in PopularList.daysRange {
                let expected = try book.popular(days, nowMs: bed.nowMs)
                #expect(try await bed.list(days) == expected, "seed \(seed), \(days) days")
            }
            bed.bed.server.kill()
            for days in PopularList.daysRange {
                let expected = try book.popular(days, nowMs: bed.nowMs)
                #expect(try await bed.list(days) == expected, "seed \(seed), \(days) days")
            }
        }
    }

    /// A packed score has 2^22 - 1 seconds: two refunds after them are of the same second, and the
    /// name decides.
    @Test(arguments: Engine.allCases)
    func aRefundAfter48DaysCountsAsTheirLastSecond(_ engine: Engine) async throws {
        try await Bed.with(engine, sides: 1) { bed in
            var book = Self.book()
            func sell(_ product: String, _ units: Int64, as user: String) async throws
                -> String
            {
                let atMs = bed.nowMs
                book.write(.products, product, .add(units), countsAtMs: atMs, atMs: atMs)
                return try await bed.sell([product: units], as: user)
            }
            let soldMs = bed.nowMs
            var orders: [String: String] = [:]
            for product in ["cap", "mug", "tee"] {
                _ = try await sell(product, 2, as: "\(product)1")
                let order = try await sell(product, 1, as: "\(product)2")
                orders[product] = order
            }
            func giveBack(_ product: String) async throws {
                book.write(.products, product, .add(-1), countsAtMs: soldMs, atMs: bed.nowMs)
                try await bed.cancel(try #require(orders[product]), of: "\(product)2")
            }
            // By the refunds' own seconds the order is `mug`, `cap`, `tee`.
            try await bed.pass(47 * Bed.dayMs)
            try await giveBack("mug")
            try await bed.pass(2 * Bed.dayMs)
            try await giveBack("cap")
            try await bed.pass(Bed.dayMs)
            try await giveBack("tee")
            for product in ["cap", "mug", "tee"] {
                _ = try await sell(product, 1, as: "\(product)3")
            }
            try await bed.settle()
            let expected = "tee 1 (2), mug 1 (1), cap 1 (3)"
            #expect(try book.popular(31, nowMs: bed.nowMs) == expected)
            #expect(try await bed.list(31) == expected)
            bed.bed.server.kill()
            #expect(try await bed.list(31) == expected)
        }
    }

    private static func book() -> YearBook {
        var book = YearBook()
        book.setZone("UTC", of: .products)
        return book
    }

    /// Sales and refunds of 70 days; lists that Redis keeps no longer are gone, as by its clock.
    private static func happen(in bed: RankingBed, _ seed: UInt64) async throws -> YearBook {
        var random = SeededRandom(seed)
        var book = book()
        var open: [(product: String, units: Int64, soldMs: Int64, order: String, user: String)] = []
        for step in 0..<150 {
            try await bed.pass(
                [0, 400, 1_000, Int64.random(in: 0...2 * Bed.dayMs, using: &random)]
                    .randomElement(using: &random) ?? 0
            )
            if let last = open.last, Int.random(in: 0..<4, using: &random) == 0 {
                open.removeLast()
                try await bed.cancel(last.order, of: last.user)
                book.write(
                    .products,
                    last.product,
                    .add(-last.units),
                    countsAtMs: last.soldMs,
                    atMs: bed.nowMs
                )
                continue
            }
            let product = "p\(Int.random(in: 0..<6, using: &random))"
            let units = Int64.random(in: 1...3, using: &random)
            let order = try await bed.sell([product: units], as: "u\(step)")
            book.write(
                .products,
                product,
                .add(units),
                countsAtMs: bed.nowMs,
                atMs: bed.nowMs
            )
            open.append((product, units, bed.nowMs, order, "u\(step)"))
            open.shuffle(using: &random)
        }
        try await bed.settle()
        let today = bed.nowMs / Bed.dayMs * Bed.dayMs
        for day in 33..<150 {
            let period = BoardCalendar(timeZone: "UTC")?
                .period(.daily, at: today - Int64(day) * Bed.dayMs)
            let key = BoardKeys(.products).list(of: try #require(period))
            _ = try await bed.redis.send("DEL", key)
        }
        return book
    }
}
