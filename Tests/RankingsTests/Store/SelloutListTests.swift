import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Rankings
@testable import TestLedger

/// The lists of sell-outs, on both engines.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct SelloutListTests {
    private static let noonMs = SelloutBed.noonMs

    @Test(arguments: Engine.allCases)
    func whoCrossedStandsFirstThenWhoSells(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let bed = all.bed, openMs = Self.noonMs - 1_000_000
            for (name, seats) in [
                ("b-same", 10), ("a-same", 10), ("nearly", 10), ("slow", 10), ("none", 10),
                ("gone", 2), ("club", 200), ("hall", 1_000), ("few", 100),
            ] { try await bed.open(name, seats: seats, opening: openMs) }
            // T90 and T100, sold one by one: who has no T100 yet stands after who has.
            for name in ["a-same", "b-same", "nearly", "slow"] {
                try await bed.sell(Array(1...9), of: name, as: "\(name) 9", atMs: openMs + 5_000)
            }
            for (name, afterMs) in [("a-same", 7_000), ("b-same", 7_000), ("slow", 8_000)] {
                let atMs = openMs + Int64(afterMs)
                try await bed.sell([10], of: name, as: "\(name) 10", atMs: atMs)
            }
            // Sold in a second; all of it came back, and it stays the fastest.
            try await bed.sell([1, 2], of: "gone", as: "gone", atMs: openMs + 1_000)
            try await bed.refund("gone", atMs: openMs + 2_000)
            // The same rate: the club is done with it earlier.
            for second in 0..<50 {
                let atMs = Self.noonMs - 60_000 + Int64(second) * 1_000
                for name in ["club", "hall"] {
                    let seats = [2 * second + 1, 2 * second + 2]
                    try await bed.sell(seats, of: name, as: "\(name) \(second)", atMs: atMs)
                }
            }
            try await bed.sell(Array(1...19), of: "few", as: "few", atMs: Self.noonMs - 9_000)
            let list = try await all.list()
            #expect(
                list.text == "gone 0, a-same 10, b-same 10, slow 10, nearly 9, club 100, hall 100,"
                    + " few 19"
            )
            #expect(!list.isFromLedger)
            let fastest = list.entries.prefix(5)
            #expect(fastest.map(\.t90Ms) == [1_000, 5_000, 5_000, 5_000, 5_000])
            #expect(fastest.map(\.t100Ms) == [1_000, 7_000, 7_000, 8_000, nil])
            #expect(fastest.map(\.isSoldOut) == [false, true, true, true, false])
            #expect(fastest.allSatisfy { $0.projectedT90Ms == nil })
            let selling = list.entries.dropFirst(5)
            #expect(selling.allSatisfy { $0.t90Ms == nil && $0.t100Ms == nil && !$0.isSoldOut })
            let club = try #require(selling[5].projectedT90Ms)
            let hall = try #require(selling[6].projectedT90Ms)
            #expect(1_000_000 < club && club < hall)
            // Fewer than 20 say nothing.
            #expect(selling[7].projectedT90Ms == nil)
            #expect(list.entries[0].concert.raw == "c1" && list.entries[0].concertDate == "2026")
        }
    }

    /// An opening after the first payments, or in the future: a time is never below 0.
    @Test(arguments: Engine.allCases)
    func anOpeningThatWasMovedDoesNotTurnTimeBack(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let bed = all.bed
            for (name, opening) in [("late", Self.noonMs + 5_000), ("moved", Self.noonMs)] {
                try await bed.open(name, seats: 1, opening: opening)
                try await bed.sell([1], of: name, as: name, atMs: Self.noonMs - 1_000)
            }
            try await bed.open("prompt", seats: 1, opening: Self.noonMs - 2_000)
            try await bed.sell([1], of: "prompt", as: "prompt", atMs: Self.noonMs - 1_000)
            #expect(try await all.text() == "late 1, moved 1, prompt 1")
            #expect(try await all.list().entries.map(\.t90Ms) == [0, 0, 1_000])
        }
    }

    @Test(arguments: Engine.allCases)
    func aWindowListsWhatWasSoldInItAndIsSoldStill(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let bed = all.bed, dayMs = SelloutBed.dayMs
            for name in ["old", "new", "fast"] {
                try await bed.open(name, seats: 20, opening: Self.noonMs - 40 * dayMs)
            }
            // 40 days ago, on Monday, yesterday evening, and today.
            try await bed.sell(Array(1...9), of: "old", as: "o1", atMs: Self.noonMs - 40 * dayMs)
            try await bed.sell([10, 11], of: "old", as: "o2", atMs: Self.noonMs - 4 * dayMs)
            let eveningMs = Self.noonMs - dayMs * 3 / 4
            try await bed.sell(Array(1...4), of: "new", as: "n1", atMs: eveningMs)
            try await bed.sell(Array(5...7), of: "new", as: "n2", atMs: Self.noonMs - 1_000)
            try await bed.sell(Array(1...18), of: "fast", as: "f1", atMs: Self.noonMs - 900)
            // Yesterday's are taken off yesterday.
            try await bed.refund("n1", atMs: Self.noonMs - 500)
            try await bed.sell([1], of: "new", as: "n3", atMs: eveningMs + 1)
            try await all.deliver()
            let expected: [(BoardWindow, String, String)] = [
                (.realtime, "fast 18, new 4", "fast 18, new 4"),
                (.daily, "fast 18, new 3", "fast 18, new 3"),
                // By time it is the seats sold now that decide: of `old` 11.
                (.weekly, "fast 18, new 4, old 2", "fast 18, old 2, new 4"),
                (.monthly, "fast 18, new 4, old 2", "fast 18, old 2, new 4"),
                (.all, "fast 18, old 11, new 4", "fast 18, old 11, new 4"),
            ]
            for isLost in [false, true] {
                if isLost { all.server.stop() }
                for (window, bySold, byTime) in expected {
                    let sold = try await all.list(.sold, window)
                    #expect(sold.text == bySold, "\(window)")
                    #expect(sold.isFromLedger == isLost)
                    #expect(sold.entries[0].t90Ms == 40 * SelloutBed.dayMs - 900)
                    let times = try await all.list(.t90, window)
                    #expect(times.text == byTime, "\(window)")
                    #expect(times.isFromLedger == (isLost && window != .all))
                }
            }
        }
    }

    /// Equal times: by the seats that are sold now, in every window.
    @Test(arguments: Engine.allCases)
    func equalTimesAreBySeatsSoldNow(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let bed = all.bed, dayMs = SelloutBed.dayMs
            for name in ["a", "b"] {
                try await bed.open(name, seats: 20, opening: Self.noonMs - 40 * dayMs)
            }
            try await bed.sell([1, 2], of: "b", as: "b1", atMs: Self.noonMs - 30 * dayMs)
            try await bed.sell(Array(3...19), of: "b", as: "b2", atMs: Self.noonMs - 900)
            try await bed.sell(Array(1...18), of: "a", as: "a1", atMs: Self.noonMs - 900)
            try await all.deliver()
            for window in [BoardWindow.realtime, .daily, .weekly, .monthly] {
                #expect(try await all.text(.t90, window) == "b 17, a 18", "\(window)")
                #expect(try await all.text(.sold, window) == "a 18, b 17", "\(window)")
            }
            #expect(try await all.text(.t90, .all) == "b 19, a 18")
        }
    }

    @Test(arguments: Engine.allCases)
    func aWindowThatTheBoardDoesNotKeepIsNone(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            try await all.put(windows: [.weekly])
            #expect(try await all.lists.list(by: .sold, .daily) == nil)
            #expect(try await all.lists.list(by: .sold, .all) == nil)
            #expect(try await all.lists.list(by: .t90, .realtime) == nil)
            // Of all time is known without a board.
            #expect(try await all.list(.t90, .all).entries == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func theShareIsASetting(_ engine: Engine) async throws {
        let half = try #require(SelloutFraction(thousandths: 500))
        try await SelloutBed.with(engine, fraction: half) { all in
            let bed = all.bed
            try await bed.open("half", seats: 100, opening: Self.noonMs - 100_000)
            for second in 0..<20 {
                let atMs = Self.noonMs - 99_000 + 1_000 * Int64(second)
                try await bed.sell([second + 1], of: "half", as: "\(second)", atMs: atMs)
            }
            let usual = SelloutLists(
                ledger: bed.ledger,
                fraction: .usual,
                lists: BoardLists(boards: all.boards, ledger: bed.ledger, on: all.loop),
                settings: BoardDirectory(ledger: bed.ledger, on: all.loop),
                book: all.book,
                on: all.loop
            )
            let soon = try #require(try await all.list().entries.first?.projectedT90Ms)
            let late = try #require(
                try await usual.list(by: .t90, .all)?.entries.first?.projectedT90Ms
            )
            #expect(100_000 < soon && soon < late)
            #expect(all.lists.fraction.thousandths == 500)
        }
    }

    /// A list of a thousand evenings is not sorted for each who asks.
    @Test(arguments: Engine.allCases)
    func theFastestAreFoundByAnIndex(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 1)
            let digits: SQL =
                "(select 0 as d union all select 1 union all select 2 union all select 3)"
            _ = try await bed.database.commit([
                """
                insert into performances (performance, concert, date, seats, price, hold_seconds,
                  max_seats_per_user, made_ms, t90_ms)
                select 'p' || a.d || b.d || c.d || d.d || e.d || f.d, 'c1', '2026', 1, 0, 1, 1, 5,
                  1000 + 7 * (a.d + 4 * b.d + 16 * c.d + 64 * d.d + 256 * e.d + 1024 * f.d)
                from \(digits) as a, \(digits) as b, \(digits) as c, \(digits) as d, \(digits) as e,
                  \(digits) as f
                """
            ])
            _ = try await bed.database.commit(["analyze"])
            let query = bed.ledger.sellouts.fastestQuery(limit: 100)
            let how: SQL = engine == .sqlite ? "explain query plan" : "explain"
            let plan = try await bed.database.rows("\(how) \(query)")
                .map { try $0.text(engine == .sqlite ? 3 : 0) }.joined(separator: "\n")
            #expect(plan.contains("performances_by_t90"), "\(plan)")
            let rows = try await bed.ledger.sellouts.sellouts(fastest: 3, and: [])
            #expect(rows.map(\.t90Ms) == [1_000, 1_007, 1_014])
        }
    }
}
