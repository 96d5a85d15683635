import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import Rooms
@testable import Seats

/// What is over leaves Redis after a time, and comes back as it was when somebody asks.
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

    /// For how long each key that begins so stays, ms; -1: for good.
    private func lives(_ redis: RedisConnection, _ prefix: String) async throws -> [String: Int64] {
        var lives: [String: Int64] = [:]
        let pattern = prefix.replacing("{", with: "\\{") + "*"
        for name in try await redis.send("KEYS", pattern).array ?? [] {
            guard let name = name.string else { continue }
            let life = try await redis.send("PTTL", name).int.map(Int64.init)
            lives[String(name.dropFirst(prefix.count))] = life
        }
        return lives
    }

    /// All keys that have an end reach it.
    private func end(_ redis: RedisConnection) async throws {
        for name in try await redis.send("KEYS", "*").array?.compactMap(\.string) ?? [] {
            if try await redis.send("PTTL", name).int ?? -1 > 0 {
                _ = try await redis.send("DEL", name)
            }
        }
    }

    // MARK: Rooms

    private func isAbout(_ life: Int64?, _ ms: Int64) -> Bool {
        life.map { (ms - 60_000...ms).contains($0) } ?? false
    }

    @Test func aRoomAtRestLeavesAsAWhole() async throws {
        try await RoomBed.with(retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.enter(1)
            try await line.tick()
            #expect(try await lives(bed.redis, "{r:show}:").values.allSatisfy { $0 == -1 })
            try await line.advance(ms: 200_000)
            let lives = try await lives(bed.redis, "{r:show}:")
            for key in ["room", "journal", "moves"] {
                #expect(isAbout(lives[key], Self.retainMs), "\(key) \(lives)")
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
            try #require(isAbout(try await lives(bed.redis, "{r:show}:")["room"], Self.retainMs))
            try await line.enter(2)
            return try await lives(bed.redis, "{r:show}:").values.allSatisfy { $0 == -1 }
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
            _ = try await keeper.run(bed.scripts[.rest], line.room, [.int(1), .int(0)])
            return try await lives(bed.redis, "{r:show}:")["room"] != -1
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
            return try await lives(bed.redis, "{r:show}:")["room"] ?? 0
        }
    }

    @Test func aRoomWaitsForItsOpening() async throws {
        #expect(isAbout(try await lifeBeforeTheOpening(), 130 * Self.dayMs))
        #expect(isAbout(try await lifeBeforeTheOpening(without: .ahead), Self.retainMs))
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
            let life = try await lives(bed.redis, "{r:show}:")["room"]
            #expect(isAbout(life, over - line.nowMs + Self.retainMs))
        }
    }

    /// A later day for a performance behind a room at rest.
    @Test func aRoomAtRestWaitsForALaterDay() async throws {
        try await RoomBed.with(retainMs: Self.retainMs) { bed in
            let line = try await RecoveryLine(bed, Self.settings())
            try await line.tick()
            try #require(isAbout(try await lives(bed.redis, "{r:show}:")["room"], Self.retainMs))
            let keeper = bed.sides[0].keeper
            let laterMs = line.nowMs + 50 * Self.dayMs
            for untilMs in [laterMs, 0] {
                _ = try await keeper.run(
                    bed.scripts[.rest],
                    line.room,
                    [.int(Self.retainMs), .int(untilMs)]
                )
                // What was promised once is kept.
                let life = try await lives(bed.redis, "{r:show}:")["room"]
                #expect(isAbout(life, 80 * Self.dayMs))
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
            try await end(bed.redis)
            #expect(try await lives(bed.redis, "{r:show}:").isEmpty)
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

    // MARK: Performances

    @Test func aPerformanceLeavesAMonthAfterItsDay() async throws {
        try await SeatBed.with(retainMs: Self.retainMs) { bed in
            let id = try bed.performance("p", seats: 4)
            _ = try await bed.bought([1, 2], of: id, for: "ann", as: "pay-1")
            _ = try await bed.bought([3], of: id, for: "bob", as: "pay-2")
            _ = try await bed.store.free(try #require(bed.book.cancel("pay-2")))
            _ = try await bed.held([4], of: id, for: "cat")
            let over = try #require(Timestamp.overMs("2026-12-24"))
            let ms = over - SeatBed.startMs + Self.retainMs
            let lives = try await lives(bed.redis, "{p:p}:")
            let names = ["seats", "map", "owners", "holds", "hold", "buyers", "cancelled"]
            #expect(Set(lives.keys) == Set(names.map { "\($0):p" }))
            #expect(lives.values.allSatisfy { isAbout($0, ms) }, "\(lives)")
            try await end(bed.redis)
            try await bed.set(clockMs: SeatBed.startMs + 1)
            #expect(try await bed.states(id) == "ssff")
        }
    }

    // MARK: Coupons

    private func couponLife(endsMs: Int64?, without guardOff: GateGuard? = nil)
        async throws -> [String: Int64]
    {
        try await CouponBed.with(virtualTime: true, retainMs: Self.retainMs, without: guardOff) {
            bed in
            try await bed.put(3, endsMs: endsMs)
            _ = try await bed.number("ann")
            _ = try await bed.number("bob")
            return try await lives(bed.redis, "{c:first}:")
        }
    }

    @Test func aCouponThatHasNotEndedStays() async throws {
        let going = try await couponLife(endsMs: nil)
        #expect(going.count == 2 && going.values.allSatisfy { $0 == -1 }, "\(going)")
        let unguarded = try await couponLife(endsMs: nil, without: .unfinished)
        #expect(unguarded.values.allSatisfy { $0 > 0 })
        let ends = CouponBed.startMs + 10 * Self.dayMs
        let ending = try await couponLife(endsMs: ends)
        #expect(ending.values.allSatisfy { isAbout($0, 40 * Self.dayMs) }, "\(ending)")
    }

    @Test(arguments: Engine.allCases)
    func aFinishedCouponLeavesAndRefusesAsBefore(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true, retainMs: Self.retainMs) { bed in
            try await bed.put(2)
            for name in ["ann", "bob"] { _ = try await bed.number(name) }
            let lives = try await lives(bed.redis, "{c:first}:")
            #expect(lives.values.allSatisfy { isAbout($0, Self.retainMs) }, "\(lives)")
            try await end(bed.redis)
            try await bed.set(clockMs: CouponBed.startMs + 1)
            #expect(try await bed.claim("ann") == .alreadyClaimed(1))
            #expect(try await bed.claim("cat", by: 1) == .soldOut)
            // More of them: it goes on, and stays.
            try await bed.put(5)
            #expect(try await bed.number("cat") == 3)
            let reopened = try await self.lives(bed.redis, "{c:first}:")
            #expect(reopened.values.allSatisfy { $0 == -1 }, "\(reopened)")
            #expect(await bed.broken() == [])
        }
    }

    // MARK: Boards

    @Test func aBoardLeavesAfterItsLastChange() async throws {
        try await BoardBed.with(retainMs: Self.retainMs) { bed in
            bed.add("ann", 3)
            try await bed.deliver()
            bed.set("bob", to: 4)
            try await bed.deliver(after: 1)
            let tag = "rank:{games}:"
            let lives = try await lives(bed.redis, tag)
            #expect(lives.values.allSatisfy { $0 > 0 }, "\(lives)")
            for key in ["meta", "a", "a:at", "r", "r:at", "r:set"] {
                #expect(isAbout(lives[key], Self.retainMs), "\(key) \(lives)")
            }
            try await end(bed.redis)
            bed.restart()
            #expect(try await bed.listWhenBuilt() == "bob 4, ann 3")
            // What was built has an end as well.
            let built = try await self.lives(bed.redis, tag)
            #expect(built.values.allSatisfy { $0 > 0 }, "\(built)")
        }
    }
}
