import Redis
import TestGate
import TestRedis
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// What is done about lists from time to time.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct RankingClockTests {
    private static let minuteMs: Int64 = 60_000

    @Test(arguments: Engine.allCases)
    func whatChangesIsSampledOnceAMinute(_ engine: Engine) async throws {
        try await BookBed.with(engine, sides: 2, windows: [.daily, .all]) { bed in
            func samples(_ member: String, _ window: BoardWindow) async throws -> [Int64] {
                try await bed.ledger.charts.samples(of: member, on: BookBed.game, window)
                    .map { ($0.atMs - BookBed.startMs) / Self.minuteMs * 100 + Int64($0.rank) }
            }
            func round() async { for side in bed.sides { await side.clock.round() } }
            try await bed.add(["ann": 3])
            await round()
            try await bed.add(["bob": 5])
            await round()
            #expect(try await samples("ann", .all) == [1])
            #expect(try await samples("bob", .all) == [])
            try await bed.pass(Self.minuteMs)
            await round()
            #expect(try await samples("ann", .all) == [1, 102])
            #expect(try await samples("bob", .daily) == [101])
            try await bed.pass(Self.minuteMs)
            await round()
            #expect(try await samples("ann", .daily) == [1, 102])
            let peaks = try await bed.ledger.charts.peaks(
                of: ["ann", "bob"],
                on: BookBed.game,
                .daily
            )
            #expect(peaks == ["ann": 1, "bob": 1])
        }
    }

    /// Idle lists cost no statement, and those that change only what is new.
    @Test func whatStandsStillIsNotWritten() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            await bed.sides[0].clock.round()
            bed.listen()
            for _ in 0..<5 {
                try await bed.pass(Self.minuteMs)
                await bed.sides[0].clock.round()
            }
            #expect(bed.asked("samples") == 0 && bed.asked("peaks") == 0)
            try await bed.add(["ann": 1])
            try await bed.pass(Self.minuteMs)
            await bed.sides[0].clock.round()
            #expect(bed.asked("insert into samples") == BoardWindow.allCases.count)
            // Nobody is better than before.
            #expect(bed.asked("insert into peaks") == 0)
        }
    }

    /// A board that is being built is sampled when it is there.
    @Test func anEmptiedRedisIsSampledWhenItIsBack() async throws {
        try await BookBed.with(.sqlite, windows: [.all]) { bed in
            try await bed.add(["ann": 3])
            try await bed.flush()
            await bed.sides[0].clock.round()
            #expect(try await bed.ledger.charts.samples(of: "ann", on: BookBed.game, .all).isEmpty)
            try await until("it is built") { try await !bed.list(.all).isFromLedger }
            try await bed.pass(Self.minuteMs)
            await bed.sides[0].clock.round()
            #expect(
                try await bed.ledger.charts.samples(of: "ann", on: BookBed.game, .all).count == 1
            )
        }
    }

    @Test func whatIsOverIsSweptWithoutAReader() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await bed.add(["ann": 3])
            let key = BoardKeys(BookBed.game).all[3]
            func count() async throws -> Int? {
                try await bed.sides[0].redis.send("ZCARD", key).int
            }
            #expect(try await count() == 1)
            try await bed.pass(BookBed.dayMs + 10 * Self.minuteMs)
            await bed.sides[0].clock.round()
            #expect(try await count() == 0)
        }
    }

    /// A new board is seen without a restart.
    @Test func aNewBoardIsSeenWithinAMinute() async throws {
        try await BookBed.with(.sqlite) { bed in
            await bed.sides[0].clock.round()
            let late = try board("late")
            var change = BoardChange()
            change.windows = [.all]
            _ = try await bed.ledger.put(change, of: late, atMs: bed.nowMs)
            try await bed.change("ann", .add(1), on: late)
            try await bed.settle()
            try await bed.pass(Self.minuteMs)
            await bed.sides[0].clock.round()
            #expect(try await bed.ledger.charts.samples(of: "ann", on: late, .all).count == 1)
        }
    }

    /// Redis comes back with a past of the board, and nobody reads it.
    @Test(arguments: [[BoardWindow.realtime, .all], [.all]])
    func aBoardThatComesBackOlderIsGivenTheRestWithoutAReader(_ windows: [BoardWindow])
        async throws
    {
        try await BookBed.with(.sqlite, windows: windows) { bed in
            let redis = bed.sides[0].redis
            let meta = BoardKeys(BookBed.game).meta
            func cursor() async throws -> Int? {
                let reply = try await redis.send("HGET", meta, "cursor")
                return reply.string.flatMap { Int($0) }
            }
            try await bed.add(["ann": 3])
            await bed.sides[0].clock.round()
            let before = try await cursor()
            _ = try await redis.send("SAVE")
            try await bed.add(["bob": 5])
            let after = try await cursor()
            #expect(before != after)
            let opening = redis.openings
            bed.server.kill()
            try bed.server.start()
            try await until("Redis is back") { redis.openings > opening }
            #expect(try await cursor() == before)
            try await bed.set(clockMs: bed.nowMs)
            await bed.sides[0].clock.round()
            #expect(try await cursor() == after)
        }
    }
}
