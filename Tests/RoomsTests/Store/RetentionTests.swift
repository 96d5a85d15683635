import Redis
import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// A room that is over leaves Redis after a time, and comes back as it was when somebody asks.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RetentionTests {
    private static let dayMs: Int64 = 86_400_000
    private static let retainMs: Int64 = 30 * dayMs

    private static func settings(openingMs: Int64? = nil) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(1)
        change.sessionSeconds = 60
        change.opening = .some(openingMs.map { Timestamp(milliseconds: $0) })
        return change
    }

    @Test func aRoomAtRestLeavesAsAWhole() async throws {
        try await RoomBed.with(retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.enter(1)
            try await line.tick()
            #expect(try await KeyLives(bed.redis).of("{r:show}:").values.allSatisfy { $0 == -1 })
            try await line.advance(ms: 200_000)
            let lives = try await KeyLives(bed.redis).of("{r:show}:")
            for key in ["room", "journal", "moves"] {
                #expect(KeyLives.isAbout(lives[key], Self.retainMs), "\(key) \(lives)")
            }
            // How visits ended is known for an hour, and nothing else is there.
            #expect(lives["ended"].map { 0 < $0 && $0 <= 3_600_000 } == true)
            #expect(lives.count == 4, "\(lives)")
        }
    }

    /// Keys of a room that rested and is used again, for good.
    private func stays(without guardOff: ScriptGuard? = nil) async throws -> Bool {
        try await RoomBed.with(without: guardOff, retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.tick()
            let life = try await KeyLives(bed.redis).of("{r:show}:")["room"]
            try #require(KeyLives.isAbout(life, Self.retainMs))
            try await line.enter(2)
            return try await KeyLives(bed.redis).of("{r:show}:").values.allSatisfy { $0 == -1 }
        }
    }

    @Test func aRoomThatIsUsedAgainStays() async throws {
        #expect(try await stays())
        #expect(try await !stays(without: .stays))
    }

    /// Whether a room with somebody in line can be sent away.
    private func canLeave(without guardOff: ScriptGuard? = nil) async throws -> Bool {
        try await RoomBed.with(without: guardOff, retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.enter(2)
            let keeper = bed.sides[0].keeper
            _ = try await keeper.calls.run(.rest, line.room, [.int(1), .int(0)])
            return try await KeyLives(bed.redis).of("{r:show}:")["room"] != -1
        }
    }

    @Test func nobodyIsSentAwayWithTheirRoom() async throws {
        #expect(try await !canLeave())
        #expect(try await canLeave(without: .rests))
    }

    /// How long a room stays whose opening is a hundred days ahead.
    private func lifeBeforeTheOpening(without guardOff: ScriptGuard? = nil) async throws -> Int64 {
        try await RoomBed.with(without: guardOff, retainMs: Self.retainMs) { bed in
            let opening = 1_790_000_000_000 + 100 * Self.dayMs
            let line = try await RecoveryLine(bed, Self.settings(openingMs: opening))
            try await line.tick()
            return try await KeyLives(bed.redis).of("{r:show}:")["room"] ?? 0
        }
    }

    @Test func aRoomWaitsForItsOpening() async throws {
        #expect(KeyLives.isAbout(try await lifeBeforeTheOpening(), 130 * Self.dayMs))
        #expect(KeyLives.isAbout(try await lifeBeforeTheOpening(without: .ahead), Self.retainMs))
    }

    @Test(arguments: Engine.allCases)
    func aRoomStaysForWhatIsSoldBehindIt(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine, retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            let date = "2027-03-01"
            for statement: SQL in [
                "insert into concerts (concert, title) values ('c', 'C')",
                """
                insert into performances (performance, concert, date, seats, price, room,
                  hold_seconds, max_seats_per_user)
                values ('p', 'c', \(date), 1, 1, 'show', 1, 1)
                """,
            ] {
                _ = try await bed.sides[0].ledger.commit([statement])
            }
            try await line.tick()
            let over = try #require(Timestamp.overMs(date))
            let life = try await KeyLives(bed.redis).of("{r:show}:")["room"]
            #expect(KeyLives.isAbout(life, over - line.nowMs + Self.retainMs))
        }
    }

    /// A later day for a performance behind a room at rest.
    @Test func aRoomAtRestWaitsForALaterDay() async throws {
        try await RoomBed.with(retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.tick()
            let life = try await KeyLives(bed.redis).of("{r:show}:")["room"]
            try #require(KeyLives.isAbout(life, Self.retainMs))
            let keeper = bed.sides[0].keeper
            let laterMs = line.nowMs + 50 * Self.dayMs
            for untilMs in [laterMs, 0] {
                _ = try await keeper.calls.run(
                    .rest,
                    line.room,
                    [.int(Self.retainMs), .int(untilMs)]
                )
                // What was promised once is kept.
                let life = try await KeyLives(bed.redis).of("{r:show}:")["room"]
                #expect(KeyLives.isAbout(life, 80 * Self.dayMs))
            }
        }
    }

    /// Weeks later, after a restart, somebody asks for a room that was closed.
    @Test(arguments: Engine.allCases)
    func aRoomComesBackAsItWas(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine, retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.enter(2)
            try await line.advance(ms: 400_000)
            _ = try await bed.settings.set(.closed, of: line.room)
            try await line.tick()
            let before = try await line.report()
            try await KeyLives(bed.redis).end()
            #expect(try await KeyLives(bed.redis).of("{r:show}:").isEmpty)
            try await bed.restart()
            line.stepBack(ms: -31 * Self.dayMs)
            try await bed.set(clockMs: line.nowMs)
            // Nobody brings it back who only looks whether it is there.
            let expected = try await bed.sides[0].keeper.tick(line.room, bringsBack: false)
            #expect(expected == nil)
            let after = try await line.report()
            #expect(after.state == .closed && after.settings == before.settings)
            #expect(after.revision == before.revision && after.generation > before.generation)
            #expect(after.waiting == 0 && after.inside == 0)
            // Nobody is waited for who cannot come.
            #expect(try await line.settledAtMs() - line.nowMs < 3_000)
            _ = try await bed.settings.set(.open, of: line.room)
            try await line.enter(1)
            let opened = try await line.report()
            #expect(opened.sequence > before.lease && opened.sequence == line.nowMs * 1_000)
        }
    }
}
