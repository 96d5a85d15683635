import Onsale
import Redis
import TestRedis
import Testing

@testable import Store

/// What the list of best sellers says.
@Suite(.timeLimit(.minutes(3))) struct PopularTests {
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
            let sales = try await Self.happen(in: bed, seed)
            try await bed.settle()
            for days in PopularList.daysRange {
                let expected = PopularOracle(sales: sales, days: days, nowMs: bed.nowMs).text
                #expect(try await bed.list(days) == expected, "seed \(seed), \(days) days")
            }
            bed.bed.server.kill()
            for days in PopularList.daysRange {
                let expected = PopularOracle(sales: sales, days: days, nowMs: bed.nowMs).text
                #expect(try await bed.list(days) == expected, "seed \(seed), \(days) days")
            }
        }
    }

    /// Sales and refunds of 70 days; lists that Redis keeps no longer are gone, as by its clock.
    private static func happen(in bed: RankingBed, _ seed: UInt64) async throws
        -> [PopularOracle.Sale]
    {
        var random = SeededRandom(seed)
        var sales: [PopularOracle.Sale] = []
        var open: [(index: Int, order: String, user: String)] = []
        for step in 0..<150 {
            try await bed.pass(
                [0, 400, 1_000, Int64.random(in: 0...2 * Bed.dayMs, using: &random)]
                    .randomElement(using: &random) ?? 0
            )
            if let last = open.last, Int.random(in: 0..<4, using: &random) == 0 {
                open.removeLast()
                try await bed.cancel(last.order, of: last.user)
                sales[last.index].backMs = bed.nowMs
                continue
            }
            let product = "p\(Int.random(in: 0..<6, using: &random))"
            let units = Int64.random(in: 1...3, using: &random)
            let order = try await bed.sell([product: units], as: "u\(step)")
            open.append((sales.count, order, "u\(step)"))
            open.shuffle(using: &random)
            sales.append(.init(product: product, units: units, atMs: bed.nowMs))
        }
        try await bed.settle()
        let today = bed.nowMs / Bed.dayMs * Bed.dayMs
        for day in 33..<150 {
            let period = BoardCalendar(timeZone: "UTC")?
                .period(.daily, at: today - Int64(day) * Bed.dayMs)
            let key = BoardKeys(.products).list(of: try #require(period))
            _ = try await bed.redis.send("DEL", key)
        }
        return sales
    }
}

/// The list by the words of its definition: in UTC, from all sales, without a board.
struct PopularOracle {
    struct Sale {
        var product: String
        var units: Int64
        var atMs: Int64
        var backMs: Int64?
    }

    let sales: [Sale]
    let days: Int
    let nowMs: Int64

    var text: String {
        let today = nowMs / RankingBed.dayMs
        let now = ranking(today - Int64(days) + 1...today)
        let before = ranking(today - 2 * Int64(days) + 1...today - Int64(days))
        return now.prefix(100).map { entry in
            let place = before.firstIndex { $0.product == entry.product }.map { "\($0 + 1)" }
            return "\(entry.product) \(entry.units) (\(place ?? "-"))"
        }.joined(separator: ", ")
    }

    private func ranking(_ days: ClosedRange<Int64>) -> [(product: String, units: Int64)] {
        var found: [(product: String, units: Int64, second: Int64)] = []
        for product in Set(sales.map(\.product)) {
            var units: Int64 = 0
            var second: Int64 = 0
            for day in days {
                let own = sales.filter {
                    $0.product == product && $0.atMs / RankingBed.dayMs == day
                }
                let left = own.filter { $0.backMs == nil }.map(\.units).reduce(0, +)
                guard left > 0 else { continue }
                units += left
                let last = own.map { max($0.atMs, $0.backMs ?? 0) }.max() ?? 0
                second = max(second, last / 1_000)
            }
            if units > 0 { found.append((product, units, second)) }
        }
        found.sort { left, right in
            if left.units != right.units { return left.units > right.units }
            return left.second == right.second
                ? left.product > right.product : left.second < right.second
        }
        return found.map { ($0.product, $0.units) }
    }
}
