import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// Days, weeks and months that are over become charts.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct FreezePeriodsTests {
    /// 00:00 UTC of the day after `BookBed.startMs`.
    private static let midnightMs = BookBed.startMs + 16 * BookBed.hourMs

    /// The names of the frozen periods of a window, in their order.
    private func frozen(_ window: BoardWindow, in bed: BookBed, of board: BoardID = BookBed.game)
        async throws -> [String]
    {
        let rows = try await bed.ledger.rows(
            """
            select period from frozen_periods where board = \(board.raw)
              and list = \(window.rawValue) order by starts_ms
            """
        )
        return try rows.map { try $0.text(0) }
    }

    private func chart(_ name: String, _ window: BoardWindow = .daily, in bed: BookBed)
        async throws -> String?
    {
        let chart = try await bed.ledger.charts.chart(of: BookBed.game, window, period: name)
        return chart?.entries.map { "\($0.member) \($0.score)" }.joined(separator: ", ")
    }

    @Test(arguments: Engine.allCases)
    func aDayIsFrozenTenSecondsAfterItsEnd(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            try await bed.set(clockMs: Self.midnightMs + 9_999)
            await bed.sides[0].clock.round()
            #expect(try await frozen(.daily, in: bed) == [])
            // It was sold in the last second, and commits late.
            try await bed.change("cat", .add(9), atMs: Self.midnightMs - 1)
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            await bed.sides[0].clock.round()
            #expect(try await chart("2027-01-15", in: bed) == "cat 9, bob 5, ann 3")
            #expect(try await frozen(.weekly, in: bed) == [])
            // Monday, and the first of the month, both.
            try await bed.set(clockMs: 1_801_440_000_000 + 10_000)
            await bed.sides[0].clock.round()
            #expect(try await frozen(.weekly, in: bed) == ["2027-W02", "2027-W03", "2027-W04"])
            #expect(try await frozen(.monthly, in: bed) == ["2027-01"])
            #expect(try await frozen(.daily, in: bed).count == 17)
            #expect(try await frozen(.all, in: bed) == [])
            #expect(try await frozen(.daily, in: bed, of: .concerts) == [])
        }
    }

    /// What was committed before is waited for; without that it would be missing.
    @Test(arguments: [true, false])
    func itIsFrozenWithAllThatWasCommitted(_ waits: Bool) async throws {
        try await BookBed.with(.sqlite) { bed in
            let side = bed.sides[0]
            try await bed.add(["ann": 3])
            await side.relay.stop()
            try await bed.change("bob", .add(9))
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            let clock = RankingClock(
                ledger: side.ledger,
                boards: side.boards,
                // The relay is gone: it never has it.
                settled: { ms in waits ? await side.relay.delivered("boards", withinMs: ms) : true
                },
                on: side.loop
            )
            await clock.round()
            #expect(try await chart("2027-01-15", in: bed) == (waits ? "bob 9, ann 3" : "ann 3"))
        }
    }

    @Test(arguments: Engine.allCases)
    func twoProcessesAtOnceFreezeOnce(_ engine: Engine) async throws {
        try await BookBed.with(engine, sides: 2) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            try await bed.set(clockMs: Self.midnightMs + 40 * BookBed.dayMs)
            _ = try await together(8) { index in
                for _ in 0..<3 { await bed.sides[index % 2].clock.round() }
            }
            let days = try await frozen(.daily, in: bed)
            #expect(days.count == 40 && Set(days).count == 40)
            #expect(days.first == "2027-01-15" && days.last == "2027-02-23")
            #expect(try await chart("2027-01-15", in: bed) == "bob 5, ann 3")
            #expect(try await chart("2027-01-16", in: bed) == "")
        }
    }

    /// Days, a week and a month that nobody was there to freeze, some of them long forgotten by
    /// Redis, and a Redis that is away.
    @Test(arguments: Engine.allCases, [false, true])
    func whatWasMissedIsCaughtUp(_ engine: Engine, _ isRedisAway: Bool) async throws {
        try await BookBed.with(engine) { bed in
            for day in 0..<100 {
                let atMs = BookBed.startMs + Int64(day) * BookBed.dayMs
                try await bed.change("ann", .add(Int64(day + 1)), atMs: atMs)
                if day % 2 == 0 { try await bed.change("bob", .add(50), atMs: atMs) }
            }
            try await bed.settle()
            try await bed.set(clockMs: BookBed.startMs + 100 * BookBed.dayMs)
            if isRedisAway {
                bed.server.kill()
                try await until("Redis is away") { try await bed.list().isFromLedger }
            }
            await bed.sides[0].clock.round()
            // So many at once, and the next ones in the next second.
            let first = try await frozen(.daily, in: bed).count
            #expect(first == RankingClock.freezesPerRound)
            for _ in 0..<4 { await bed.sides[0].clock.round() }
            let days = try await frozen(.daily, in: bed)
            #expect(days.count == 100)
            #expect(try await frozen(.weekly, in: bed).count == 14)
            #expect(try await frozen(.monthly, in: bed) == ["2027-01", "2027-02", "2027-03"])
            for (day, name) in days.enumerated() {
                let ann = "ann \(day + 1)"
                let both = day + 1 > 50 ? "\(ann), bob 50" : "bob 50, \(ann)"
                let expected = day % 2 == 0 ? both : ann
                #expect(try await chart(name, in: bed) == expected, "\(name)")
            }
        }
    }

    /// New York's clocks go forward on 2027-03-14 and back on 2027-11-07.
    @Test(arguments: [("2027-03-14", 23), ("2027-11-07", 25)])
    func aDayOfADifferentLengthIsFrozenAtItsOwnEnd(_ name: String, _ hours: Int64) async throws {
        try await BookBed.with(.sqlite, zone: "America/New_York") { bed in
            let calendar = try #require(BoardCalendars.calendar("America/New_York"))
            let day = try #require(calendar.period(.daily, named: name))
            #expect(day.endMs - day.startMs == hours * BookBed.hourMs)
            try await bed.set(clockMs: day.startMs)
            try await bed.change("first", .add(1), atMs: day.startMs)
            try await bed.change("last", .add(2), atMs: day.endMs - 1)
            try await bed.change("next", .add(3), atMs: day.endMs)
            try await bed.settle()
            try await bed.set(clockMs: day.endMs + 9_999)
            await bed.sides[0].clock.round()
            #expect(try await frozen(.daily, in: bed) == [])
            try await bed.set(clockMs: day.endMs + 10_000)
            await bed.sides[0].clock.round()
            #expect(try await frozen(.daily, in: bed) == [name])
            #expect(try await chart(name, in: bed) == "last 2, first 1")
        }
    }

    @Test func aBoardThatMovesToAnotherZoneGoesOn() async throws {
        try await BookBed.with(.sqlite, windows: [.daily]) { bed in
            try await bed.add(["ann": 3])
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            await bed.sides[0].clock.round()
            var change = BoardChange()
            for zone in ["America/New_York", "Asia/Seoul"] {
                change.timeZone = zone
                _ = try await bed.ledger.put(change, of: BookBed.game, atMs: bed.nowMs)
                try await bed.pass(BookBed.dayMs)
                await bed.sides[0].clock.round()
            }
            #expect(
                try await frozen(.daily, in: bed) == ["2027-01-15", "2027-01-16", "2027-01-17"]
            )
        }
    }

    @Test func itRunsByItself() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await bed.add(["ann": 3])
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            await bed.sides[0].clock.start()
            try await until("the day is frozen") {
                try await frozen(.daily, in: bed) == ["2027-01-15"]
            }
            await bed.sides[0].clock.stop()
        }
    }
}
