import EventLoop
import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// A room where nothing is expected is left alone; whoever uses it again finds it as it was.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RoomRestTests {
    private static func settings(_ capacity: Int64, seconds: Int64 = 86_400) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(capacity)
        change.sessionSeconds = seconds
        return change
    }

    /// Two processes whose keepers work, and rooms that nobody uses.
    private func atRest<Value: Sendable>(
        _ names: [String],
        _ change: RoomChange = settings(1),
        awakeMs: Int64 = 50,
        _ body: @Sendable (RoomBed, [RoomID]) async throws -> Value
    ) async throws -> Value {
        try await RoomBed.with(realTime: true, awakeMs: awakeMs) { bed in
            var rooms: [RoomID] = []
            for name in names {
                rooms.append(try room(name))
                _ = try await bed.settings.configure(change, of: rooms[rooms.count - 1])
            }
            // As if they had been made long ago.
            _ = try await bed.redis.send("DEL", RoomActivity.key)
            for side in bed.sides {
                await side.store.forgetAnnounced()
                await side.keeper.start()
            }
            try await self.settle(bed, inUseMax: 0)
            return try await body(bed, rooms)
        }
    }

    private func settle(_ bed: RoomBed, inUseMax: Int) async throws {
        for side in bed.sides {
            try await until("nothing is expected") {
                let counts = await side.keeper.counts()
                return counts.known > 0 && counts.inUse <= inUseMax
            }
        }
    }

    private func calls(_ command: String, _ bed: RoomBed) async throws -> Int {
        let text = try await bed.redis.send("INFO", "commandstats").string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first {
            $0.hasPrefix("cmdstat_\(command):calls=")
        }
        return line?.split(separator: "=").dropFirst().first.flatMap {
            Int($0.prefix { $0.isNumber })
        } ?? 0
    }

    @Test func nothingIsAskedOfARoomAtRest() async throws {
        try await atRest(["one", "two", "three"]) { bed, _ in
            let scripts = try await calls("fcall", bed), reads = try await calls("xrange", bed)
            // Both keepers go on reading which rooms were used.
            try await until("the keepers have read on") {
                try await calls("xrange", bed) >= reads + 10
            }
            #expect(try await calls("fcall", bed) == scripts)
        }
    }

    /// Whether a process learns that another has let somebody in.
    private func isNoticed(isTold: Bool) async throws -> Bool {
        try await atRest(["used", "marker"], awakeMs: 300_000) { bed, rooms in
            if !isTold { await bed.store.pretendAnnounced(rooms[0]) }
            _ = try await bed.store.enter(try user("ann"), ticket: nil, in: rooms[0])
            _ = try await bed.settings.document(rooms[1])
            try await until("the marker is heard of") {
                await bed.sides[1].keeper.isExpected(rooms[1])
            }
            return await bed.sides[1].keeper.isExpected(rooms[0])
        }
    }

    /// All processes die but one that has never seen who waits.
    @Test func aSurvivorMovesTheLineOn() async throws {
        try await atRest(["show"], Self.settings(1, seconds: 1)) { bed, rooms in
            for name in ["ann", "bob"] {
                _ = try await bed.store.enter(try user(name), ticket: nil, in: rooms[0])
            }
            await bed.sides[0].keeper.stop()
            try await until("bob is inside") {
                let inside = try await bed.redis.send("ZRANGE", "{r:show}:inside", "0", "-1")
                return inside.array?.compactMap(\.string) == ["bob"]
            }
        }
    }

    /// Redis is emptied while nobody asks: whoever was inside is inside again, and a room where
    /// nobody was comes back when somebody asks.
    @Test func anEmptiedRedisIsNoticedForAllRooms() async throws {
        try await atRest(["used", "idle"], Self.settings(5)) { bed, rooms in
            _ = try await bed.store.enter(try user("ann"), ticket: nil, in: rooms[0])
            let ledger = RoomLedger(bed.sides[0].ledger)
            try await until("it is written down") {
                try await ledger.running(in: rooms[0], after: nil, at: 0).count == 1
            }
            // Both keepers read ten times a second, and look each second while a room is awake.
            try await until("looked at for its next event only") {
                let scripts = try await calls("fcall", bed), reads = try await calls("xrange", bed)
                try await until("both have read on") {
                    try await calls("xrange", bed) >= reads + 40
                }
                return try await calls("fcall", bed) == scripts
            }
            _ = try await bed.redis.send("FLUSHALL")
            try await until("ann is inside again") {
                try await bed.redis.send("ZSCORE", "{r:used}:inside", "ann").string != nil
            }
            try await self.settle(bed, inUseMax: 1)
            #expect(try await bed.redis.send("EXISTS", "{r:idle}:room").int == 0)
            let report = try #require(try await bed.sides[1].settings.report(rooms[1]))
            #expect(report.settings.capacity == 5 && report.generation == 2)
        }
    }

    @Test func whatOneProcessDoesAllHearOf() async throws {
        #expect(try await isNoticed(isTold: true))
        #expect(try await !isNoticed(isTold: false))
    }

    /// A room that another process makes, and settings that only the ledger has.
    @Test func newRoomsAndSettingsAreTakenUp() async throws {
        try await atRest(["show"]) { bed, rooms in
            let made = try room("made")
            _ = try await bed.settings.configure(Self.settings(3), of: made)
            try await until("the other knows it") {
                bed.sides[1].keeper.registry.room(made) != nil
            }
            // A process died before it could bring this to Redis.
            let ledger = RoomLedger(bed.sides[0].ledger)
            let row = try #require(try await ledger.room(rooms[0]))
            var settings = row.known.settings
            settings.capacity = 9
            _ = try await ledger.change(
                rooms[0],
                to: settings,
                .paused,
                from: row.known.revision
            )
            try await until("Redis has the settings") {
                try await bed.redis.send("HGET", "{r:show}:room", "capacity").string == "9"
            }
        }
    }

    /// The sequence of somebody who enters a room after it stood still for hours, in microseconds
    /// before now.
    private func age(_ engine: Engine, without guardOff: ScriptGuard? = nil) async throws -> Int64 {
        try await RoomBed.with(on: engine, without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.settings(0))
            try await line.tick()
            line.stepBack(ms: -3 * 3_600_000)
            try await bed.set(clockMs: line.nowMs)
            try await line.enter(1)
            let report = try await line.report()
            #expect(report.sequence <= report.lease)
            return line.nowMs * 1_000 - report.sequence
        }
    }

    @Test(arguments: Engine.allCases)
    func whoeverEntersARoomAtRestHasAPlaceOfNow(_ engine: Engine) async throws {
        #expect(try await age(engine) == 0)
    }

    @Test func withoutANewLeaseTheyWouldBeHoursOld() async throws {
        #expect(try await age(.sqlite, without: .rested) > 3_600_000_000)
    }

    /// Nothing that a look does changes a room at rest: it would never leave Redis.
    private func versionsOfADay(without guardOff: ScriptGuard? = nil) async throws -> Int64 {
        try await RoomBed.with(without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.settings(1))
            try await line.tick()
            let before = try await line.report().version
            try await line.advance(ms: 7_200_000)
            return try await line.report().version - before
        }
    }

    @Test func aLookChangesNothing() async throws {
        #expect(try await versionsOfADay() == 0)
        #expect(try await versionsOfADay(without: .rest) > 0)
    }
}

extension RoomStore {
    /// As if this loop had just told of `room`.
    fileprivate func pretendAnnounced(_ room: RoomID) {
        announced[room] = loop.clock.monotonicNs()
    }

    fileprivate func forgetAnnounced() { announced.removeAll() }
}
