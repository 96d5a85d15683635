import TestGate
import TestRedis
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// What readers of boards are told.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct BoardBookTests {
    @Test(arguments: Engine.allCases)
    func aListHasItsWindowsAndPages(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.change("old", .add(99), atMs: bed.nowMs - 40 * BookBed.dayMs)
            try await bed.change("eve", .add(7), atMs: bed.nowMs - 10 * BookBed.hourMs)
            try await bed.add(["ann": 3, "bob": 5, "cat": 3])
            let day = try await bed.list()
            #expect(day.text == "bob 5, ann 3, cat 3" || day.text == "bob 5, cat 3, ann 3")
            #expect((day.window, day.period, day.total) == (.daily, "2027-01-15", 3))
            #expect(day.lines.map(\.entry.rank) == [1, 2, 3])
            #expect(!day.isFromLedger)
            let rolling = try await bed.list(.realtime, limit: 2)
            #expect(rolling.text == "eve 7, bob 5" && rolling.total == 4)
            #expect(rolling.period == nil)
            #expect(try await bed.list(.weekly).period == "2027-W02")
            #expect(try await bed.list(.monthly, offset: 1, limit: 1).text == "bob 5")
            let all = try await bed.list(.all, offset: 4, limit: 9)
            #expect(all.lines.count == 1 && all.total == 5 && all.period == nil)
            #expect(try await bed.list(.all, offset: 5).lines.isEmpty)
            #expect(try await bed.list(.monthly, .named("2026-12")).text == "old 99")
            #expect(try await bed.list(.daily, .named("2030-02-28")).total == 0)
        }
    }

    @Test func withoutAWindowTheDaysAreMeantOrElseTheFirst() async throws {
        try await BookBed.with(.sqlite, windows: [.weekly, .all]) { bed in
            #expect(try await bed.list().window == .weekly)
            var change = BoardChange()
            change.windows = [.realtime, .daily]
            _ = try await bed.ledger.put(change, of: BookBed.game, atMs: 0)
            try await bed.pass(2_000)
            #expect(try await bed.list().window == .daily)
        }
    }

    @Test func whatIsNotThereIsTold() async throws {
        try await BookBed.with(.sqlite, windows: [.realtime, .daily, .weekly]) { bed in
            func obstacle(_ query: BoardQuery) async throws -> BoardObstacle? {
                switch try await bed.book.list(query, offset: 0, limit: 1) {
                case .success: nil
                case .failure(let obstacle): obstacle
                }
            }
            let game = BookBed.game
            #expect(try await obstacle(BoardQuery(board("none"))) == .unknownBoard)
            #expect(try await obstacle(BoardQuery(game, window: .all)) == .notKept(.all))
            for name in ["2027-02-30", "2027-W02", "2027-01", "today", ""] {
                let query = BoardQuery(game, window: .daily, period: .named(name))
                #expect(try await obstacle(query) == .noSuchPeriod(.daily), "\(name)")
            }
            let rolling = BoardQuery(game, window: .realtime, period: .named("2027-01-15"))
            #expect(try await obstacle(rolling) == .noSuchPeriod(.realtime))
            let last = BoardQuery(game, window: .weekly, period: .last)
            #expect(try await obstacle(last) == .noChart(.weekly))
            let nobody = try await bed.place("nobody")
            #expect(nobody.line == nil && nobody.around.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases)
    func aMemberStandsAmongOthers(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["a": 9, "b": 8, "c": 7, "d": 6, "e": 5])
            let place = try await bed.place("c", around: 1)
            #expect(place.line?.entry == RankedEntry(rank: 3, member: "c", score: 7))
            #expect(place.around.map(\.text) == ["b 8", "c 7", "d 6"])
            #expect(try await bed.place("a", .all, around: 3).around.count == 4)
            #expect(try await bed.place("e").around.map(\.entry.rank) == [5])
            try await bed.change("e", .set(0))
            try await bed.settle()
            #expect(try await bed.place("e").line == nil)
        }
    }

    // MARK: Before

    @Test(arguments: Engine.allCases)
    func thePeriodBeforeIsItsListAndThenItsChart(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            try await bed.pass(BookBed.dayMs)
            try await bed.add(["ann": 1, "new": 2])
            #expect(try await bed.list().text == "new 2, ann 1 <2")
            // Until it is frozen, a change of yesterday counts; and then no more.
            try await bed.change("bob", .set(1), atMs: bed.nowMs - BookBed.dayMs)
            try await bed.settle()
            try await bed.pass(2_000)
            #expect(try await bed.list().text == "new 2, ann 1 <1")
            await bed.sides[0].clock.round()
            try await bed.change("bob", .add(9), atMs: bed.nowMs - BookBed.dayMs)
            try await bed.settle()
            try await bed.pass(2_000)
            #expect(try await bed.list().text == "new 2, ann 1 <1")
            #expect(try await bed.place("ann").line?.previousRank == 1)
            #expect(try await bed.list(.all).text == "bob 10, ann 4 ^1, new 2 ^2")
        }
    }

    /// A chart has a thousand; the list of yesterday is there for a month.
    @Test func whoStoodBehindAChartIsLookedUpInTheList() async throws {
        try await BookBed.with(.sqlite) { bed in
            let count = Chart.entriesMax + 20
            _ = try await together(count) { index in
                try await bed.change("m\(index)", .add(Int64(count - index)))
            }
            try await bed.settle()
            try await bed.pass(BookBed.dayMs)
            await bed.sides[0].clock.round()
            let first = "m3", behind = "m\(Chart.entriesMax + 9)"
            try await bed.add([first: 2, behind: 3, "new": 1])
            let text = "\(behind) 3 <\(Chart.entriesMax + 10), \(first) 2 <4, new 1"
            #expect(try await bed.list().text == text)
            bed.server.kill()
            try await until("Redis is away") { try await bed.list().isFromLedger }
            let away = try await bed.list()
            #expect(away.lines.map(\.previousRank) == [nil, 4, nil])
            #expect(away.lines.map(\.entry.member) == [behind, first, "new"])
        }
    }

    @Test(arguments: Engine.allCases)
    func aPeakIsTheBestThatWasWrittenDownOrIsNow(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["a": 9, "b": 8, "c": 7])
            try await bed.ledger.charts.raisePeaks(
                [RankedEntry(rank: 1, member: "c", score: 0)],
                of: BookBed.game,
                .daily,
                atMs: bed.nowMs
            )
            #expect(try await bed.list().text == "a 9, b 8, c 7 ^1")
            #expect(try await bed.list(.all).text == "a 9, b 8, c 7")
            // Another process writes with a clock that is a little behind.
            try await bed.ledger.charts.raisePeaks(
                [RankedEntry(rank: 1, member: "b", score: 0)],
                of: BookBed.game,
                .daily,
                atMs: bed.nowMs - 60_000
            )
            try await bed.pass(59_000)
            #expect(try await bed.list().text == "a 9, b 8, c 7 ^1")
            try await bed.pass(1_000)
            #expect(try await bed.list().text == "a 9, b 8 ^1, c 7 ^1")
        }
    }

    /// The limit of what is kept is passed: then they are asked for.
    @Test func manyPeaksAreAskedFor() async throws {
        try await BookBed.with(.sqlite) { bed in
            let many = (0...Peaks.membersMax).map {
                RankedEntry(rank: $0 + 1, member: "m\($0)", score: 0)
            }
            for start in stride(from: 0, to: many.count, by: 1_000) {
                let some = Array(many[start...].prefix(1_000))
                try await bed.ledger.charts.raisePeaks(
                    some,
                    of: BookBed.game,
                    .daily,
                    atMs: bed.nowMs
                )
            }
            try await bed.add(["x": 9, "m0": 8])
            #expect(try await bed.list().text == "x 9, m0 8 ^1")
            try await bed.ledger.charts.raisePeaks(
                [RankedEntry(rank: 1, member: "x", score: 0)],
                of: BookBed.game,
                .daily,
                atMs: bed.nowMs
            )
            try await bed.add(["m1": 10])
            #expect(try await bed.list().text == "m1 10, x 9 ^1, m0 8 ^1")
        }
    }

    // MARK: What it costs

    @Test(arguments: Engine.allCases)
    func aPageCostsNoStatement(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["a": 9, "b": 8, "c": 7])
            try await bed.pass(BookBed.dayMs)
            try await bed.add(["a": 9, "b": 8, "c": 7])
            await bed.sides[0].clock.round()
            for window in BoardWindow.allCases { _ = try await bed.list(window) }
            _ = try await bed.list(.daily, .last)
            bed.listen()
            for index in 0..<50 {
                for window in BoardWindow.allCases {
                    let list = try await bed.list(window, offset: index % 3, limit: 1)
                    #expect(list.lines.count == 1)
                }
                _ = try await bed.list(.daily, .named("2027-01-15"), offset: index % 3)
                _ = try await bed.place("b", around: 1)
            }
            // The relay asks all the time.
            for words in ["from boards", "peaks", "charts", "frozen", "samples", "score_events"] {
                #expect(bed.asked(words) == 0, "\(words)")
            }
        }
    }

    @Test func aPageIsReadWhileTheLedgerIsAway() async throws {
        try await BookBed.with(.postgres) { bed in
            try await bed.add(["a": 9])
            try await bed.pass(BookBed.dayMs)
            try await bed.add(["a": 8])
            await bed.sides[0].clock.round()
            #expect(try await bed.list().text == "a 8 <1")
            bed.sides[0].leak.isAway = true
            try await bed.pass(BookBed.hourMs)
            #expect(try await bed.list().text == "a 8 <1")
            bed.sides[0].leak.isAway = false
        }
    }
}
