import Redis
import TestGate
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Who counts the best sellers, how often, and what happens when nobody does.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct PopularCacheTests {
    private typealias Bed = RankingBed
    private static let everyMs = PopularLimits().everyMs

    @Test func itIsCountedBySchedule() async throws {
        try await Bed.with(.postgres) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            #expect(try await bed.list() == "tee 2 (-)")
            try await bed.sell(["cap": 9], as: "bob")
            try await bed.settle()
            try await bed.pass(Self.everyMs - 1)
            for side in 0..<2 { try await bed.popular(side).refresh() }
            #expect(await bed.counts == 1)
            #expect(try await bed.list(by: 1) == "tee 2 (-)")
            try await bed.pass(1)
            // Two processes at once, and one is enough.
            _ = try await together(6) { try await bed.popular($0).refresh() }
            #expect(await bed.counts == 2)
            let list = try await bed.popular(1).list(3)
            #expect(Bed.text(list) == "cap 9 (-), tee 2 (-)")
            #expect(list.refreshedAt.milliseconds == bed.nowMs)
        }
    }

    @Test func daysThatNobodyAsksForAreLeftAlone() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            #expect(try await bed.list(5) == "tee 2 (-)")
            #expect(await bed.counts == 1)
            // The usual list also when nobody has ever asked.
            try await bed.popular().refresh()
            #expect(await bed.counts == 2)
            #expect(try await bed.timeLeft() != nil)
            for round in 1...11 {
                try await bed.pass(Self.everyMs)
                try await bed.popular(round).refresh()
            }
            #expect(await bed.counts == 24)
            try await bed.pass(Self.everyMs)
            try await bed.popular().refresh()
            #expect(await bed.counts == 25)
            // Asked for again, it is counted again.
            _ = try await bed.list(5)
            try await bed.popular().refresh()
            try await bed.pass(Self.everyMs)
            try await bed.popular().refresh()
            #expect(await bed.counts == 28)
        }
    }

    /// Two counts are missed, and the list is still there; the third has a minute.
    @Test func aListOutlivesTwoMissedCounts() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            let first = try await bed.popular().list(3)
            let left = try #require(try await bed.timeLeft())
            // Redis's own clock runs on while this test does: a minute of the 16 is for that.
            #expect(3 * Self.everyMs < left && left <= 960_000)
            await bed.sides[0].relay.stop()
            for _ in 1...3 {
                try await bed.pass(Self.everyMs)
                #expect(try await bed.popular(1).list(3) == first)
            }
            #expect(await bed.counts == 1)
            // And when it is gone, who asks counts.
            _ = try await bed.redis.send("DEL", PopularKeys(days: 3).list)
            #expect(try await bed.popular(1).list(3).refreshedAt.milliseconds == bed.nowMs)
            #expect(await bed.counts == 2)
        }
    }

    /// Forty ask at once on two processes, and one counts; without the lock many do.
    @Test(arguments: [nil, PopularGuard.lock])
    func whoFindsNoneWaitsForWhoeverCounts(_ missing: PopularGuard?) async throws {
        var options = Bed.Options()
        options.without = missing
        try await Bed.with(.postgres, options) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            try await bed.settle()
            let lists = try await together(40) { try await bed.list(by: $0) }
            #expect(Set(lists) == ["tee 2 (-)"])
            let counts = await bed.counts
            #expect((counts == 1) == (missing == nil), "\(counts)")
        }
    }

    /// Whoever counts may die over it.
    @Test func nobodyWaitsForADeadOne() async throws {
        var options = Bed.Options()
        options.limits.looksMax = 3
        try await Bed.with(.sqlite, sides: 1, options) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            try await bed.settle()
            _ = try await bed.redis.send("SET", PopularKeys(days: 3).lock, "dead")
            #expect(try await bed.list() == "tee 2 (-)")
            // It was nobody's turn: nothing is kept.
            #expect(try await bed.timeLeft() == nil)
            _ = try await bed.redis.send("DEL", PopularKeys(days: 3).lock)
            #expect(try await bed.list() == "tee 2 (-)")
            #expect(try await bed.timeLeft() != nil)
        }
    }

    /// One that took too long does not put its old list in the place of a newer one.
    @Test(arguments: [nil, PopularGuard.turn])
    func whoseTurnIsOverChangesNothing(_ missing: PopularGuard?) async throws {
        var options = Bed.Options()
        options.without = missing
        try await Bed.with(.sqlite, sides: 1, options) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            let slow = PopularKeys(days: 3)
            _ = try await bed.list()
            let scripts = PopularScripts { RedisClock.clocked(missing?.off($0) ?? $0) }
            // The lock it had has run out by now.
            let reply = try await bed.redis.run(
                scripts[.keep],
                keys: [slow.list, slow.lock],
                arguments: ["slow", 60_000, .int(bed.nowMs - 1), ""]
            )
            #expect(reply == .array([.integer(missing == nil ? 0 : 1)]))
            #expect((try await bed.list() == "tee 2 (-)"))
            #expect((await bed.counts == 1) == (missing == nil))
        }
    }

    @Test func anEmptyListIsNotKept() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.boards().sweep(.products)
            for _ in 0..<2 { #expect(try await bed.list() == "") }
            #expect(await bed.counts == 2)
            // By schedule it is not counted all the time, though.
            for _ in 0..<3 { try await bed.popular().refresh() }
            #expect(await bed.counts == 2)
            try await bed.sell(["tee": 1], as: "ann")
            #expect(try await bed.list(by: 1) == "tee 1 (-)")
        }
    }

    /// Who finds no list sees what was sold before; without the wait, not yet.
    @Test(arguments: [true, false])
    func aMissWaitsForWhatWasCommitted(_ settles: Bool) async throws {
        var options = Bed.Options()
        options.settles = settles
        try await Bed.with(.sqlite, sides: 1, options) { bed in
            // The board is there; then something is sold, and nobody has told the board.
            try await bed.boards().sweep(.products)
            try await bed.sell(["tee": 2], as: "ann")
            #expect(try await bed.list() == (settles ? "tee 2 (-)" : ""))
        }
    }

    /// Redis has lost everything: the ledger answers until the board is built.
    @Test(arguments: Engine.allCases)
    func whileTheBoardIsBuiltTheLedgerAnswers(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            let first = try await bed.popular().list(3)
            try await bed.flush()
            await bed.restart(1)
            var second = try await bed.popular(1).list(3)
            #expect(second.isFromLedger)
            second.isFromLedger = false
            #expect(second == first)
            // What the ledger has counted is not kept: the next one is the board's again.
            try await until("the board is there") {
                try await !bed.popular(1).list(3).isFromLedger
            }
            #expect(try await bed.popular(0).list(3) == first)
        }
    }

    @Test func aBoardWithoutDaysIsCountedByTheLedger() async throws {
        try await Bed.with(.sqlite, sides: 1) { bed in
            var change = BoardChange()
            change.windows = [.all]
            _ = try await bed.bed.first.book.put(change, of: .products)
            try await bed.sell(["tee": 2], as: "ann")
            let list = try await bed.popular().list(3)
            #expect(Bed.text(list) == "tee 2 (-)" && list.isFromLedger)
            #expect(try await bed.timeLeft() == nil)
        }
    }

    @Test func whatIsNoListOfOursIsBroken() async throws {
        try await Bed.with(.sqlite, sides: 1) { bed in
            for text in ["", "{}", "[1]", #"[["a","b",1]]"#, #"[["a","b","c",null]]"#] {
                let key = PopularKeys(days: 3).list
                _ = try await bed.redis.send("HSET", key, "at", "1", "list", text)
                await #expect(throws: StoreError.self) { try await bed.popular().list(3) }
            }
            let entries = [
                PopularEntry(rank: 1, product: try product("a"), name: "\"ö\"", units: 3),
                PopularEntry(
                    rank: 2,
                    product: try product("b"),
                    name: "",
                    units: 1,
                    previousRank: 7
                ),
            ]
            let at = Timestamp(milliseconds: 12)
            let list = PopularList(days: 2, refreshedAt: at, products: entries)
            #expect(try PopularList(kept: list.keptText, days: 2, atMs: 12) == list)
        }
    }
}
