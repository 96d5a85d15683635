import EventLoop
import Redis
import SQL
import TestGate
import TestPostgres
import Testing
import Values

@testable import Ledger
@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// The log of admissions: complete, written once in effect, and not for ever.
@Suite(.alone, .timeLimit(.minutes(2))) struct RoomLogTests {
    private static func settings(_ capacity: Int64, seconds: Int64 = 86_400) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(capacity)
        change.sessionSeconds = seconds
        return change
    }

    private func log(_ bed: RoomBed, _ line: RecoveryLine) async throws -> [LoggedSession] {
        try await RoomLedger(bed.sides[0].ledger).sessions(
            of: line.room,
            after: nil,
            at: line.nowMs,
            atMost: 10_000
        )
    }

    @Test(arguments: Engine.allCases)
    func everySessionIsLoggedWithItsEnd(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(4, seconds: 60))
            try await line.enter(5)
            try await line.tick()
            try await line.poll(line.entered)
            let token = try #require(line.visits[line.entered[1]]?.token)
            _ = try await bed.store.finish(line.entered[0], in: line.room)
            _ = try await bed.store.leave(ticket: token, user: nil, in: line.room)
            // Who is let in now hears of it now.
            try await line.poll([line.entered[4]])
            let admittedMs = line.nowMs
            try await line.advance(ms: 61_000)
            let sessions = try await log(bed, line)
            #expect(sessions.map(\.user) == ["u0", "u1", "u2", "u3", "u4"])
            #expect(sessions.map { $0.ended?.as } == [.done, .left, .expired, .expired, .expired])
            #expect(sessions.allSatisfy { $0.admittedAtMs == admittedMs })
            #expect(sessions.allSatisfy { $0.endsAtMs == admittedMs + 60_000 })
        }
    }

    /// The same entries in any order and as often as one likes.
    @Test(arguments: Engine.allCases)
    func writingAgainChangesNothing(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(100))
            let ledger = RoomLedger(bed.sides[0].ledger), other = RoomLedger(bed.sides[1].ledger)
            var all: [LoggedSession] = []
            for index in 0..<300 {
                var session = LoggedSession(
                    user: "v\(String(index + 1_000))",
                    sequence: Int64(index),
                    admittedAtMs: line.nowMs,
                    endsAtMs: line.nowMs + 1_000
                )
                if index % 3 == 0 { session.ended = (line.nowMs + 500, .left) }
                all.append(session)
            }
            let begun = all.map { session in
                var session = session
                session.ended = nil
                return session
            }
            let place = JournalPlace(generation: 1, entry: 7)
            for part in [all, begun, begun.reversed(), all.shuffled()] {
                let room = line.room
                async let first: Void = ledger.log(part, of: room, upTo: place)
                async let second: Void = other.log(part, of: room, upTo: place)
                _ = try await (first, second)
                #expect(try await log(bed, line) == all)
            }
            let older = JournalPlace(generation: 1, entry: 3)
            try await ledger.log([], of: line.room, upTo: older)
            #expect(try await ledger.room(line.room)?.journal == place)
        }
    }

    /// Two processes have read the same entries, each from its own place in the journal: they name
    /// the sessions in other orders, and write the same rows.
    @Test func processesDoNotMeetCrosswise() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        let loops = [EventLoop.start(), EventLoop.start()]
        defer { for loop in loops { loop.stop() } }
        var ledgers: [PostgresDatabase] = []
        for loop in loops {
            let ledger = PostgresDatabase(try PostgresEndpoint.parse(place.url), on: loop)
            await ledger.start()
            try #require(await ledger.whenConnected(timeoutMs: 10_000))
            try await ledger.migrate(LedgerSchema.migrations)
            ledgers.append(ledger)
        }
        let (one, other) = (RoomLedger(ledgers[0]), RoomLedger(ledgers[1]))
        let name = try room("show")
        for round in 0..<20 {
            let all = (0..<500).map { index in
                LoggedSession(
                    user: "v\(index * 7_919 % 1_000)",
                    sequence: Int64(round),
                    admittedAtMs: 1_790_000_000_000,
                    endsAtMs: 1_790_000_001_000
                )
            }
            let upTo = JournalPlace(generation: 1, entry: Int64(round))
            async let first: Void = one.log(all, of: name, upTo: upTo)
            async let second: Void = other.log(all.reversed(), of: name, upTo: upTo)
            _ = try await (first, second)
        }
        for ledger in ledgers { await ledger.close() }
        let sessions = """
            select count(*) from pg_stat_activity
            where datname = current_database() and application_name = 'onsale'
            """
        // A session writes its counters when it ends.
        while try place.psql(sessions) != "0" { await Task.yield() }
        let deadlocks = try place.psql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        #expect(deadlocks == "0")
    }

    /// The ledger is away while people come and go; what happened is read from Redis afterwards.
    @Test(arguments: Engine.allCases)
    func theLogCatchesUp(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(1_000))
            try await line.tick()
            for side in bed.sides { side.ledger.isAway = true }
            try await line.enter(300)
            try await line.tick()
            for user in line.entered.prefix(100) {
                _ = try await bed.store.finish(user, in: line.room)
            }
            try await line.tick()
            for side in bed.sides { side.ledger.isAway = false }
            try await line.tick()
            let sessions = try await log(bed, line)
            #expect(sessions.count == 300)
            #expect(sessions.filter { $0.ended != nil }.count == 100)
            let first = await bed.sides[0].keeper.logStatistics()
            let second = await bed.sides[1].keeper.logStatistics()
            #expect(first.pending == 0 && second.pending == 0 && first.lagMs == 0)
            // What one has written the other leaves out.
            #expect(first.entries + second.entries == 400)
        }
    }

    /// Whoever waits for a write that runs goes on when it is done.
    @Test func manyMayAskForTheSameWrite() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(1_000))
            try await line.tick()
            for _ in 0..<20 {
                try await line.enter(20)
                let keeper = bed.sides[0].keeper, room = line.room
                _ = try await keeper.tick(room)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 { group.addTask { try await keeper.flush(room) } }
                    try await group.waitForAll()
                }
            }
            #expect(try await log(bed, line).count == 400)
        }
    }

    /// More happens than the journal keeps while nobody can write it down.
    @Test func whatTheJournalLostIsReadFromTheRoom() async throws {
        try await RoomBed.with(sides: 1) { bed in
            let line = try await RecoveryLine(bed, Self.settings(1_000))
            try await line.enter(30)
            try await line.tick()
            for user in line.entered.prefix(10) {
                _ = try await bed.store.finish(user, in: line.room)
            }
            line.stepBack(ms: -10)
            try await bed.set(clockMs: line.nowMs)
            try await line.enter(10)
            _ = try await bed.redis.send("XTRIM", "{r:\(line.room)}:journal", "MAXLEN", "1")
            try await line.tick()
            try await line.tick()
            let sessions = try await log(bed, line)
            #expect(sessions.count == 40)
            let ended = sessions.filter { $0.ended?.as == .done }.map(\.user)
            #expect(Set(ended) == Set(line.entered.prefix(10).map(\.raw)))
            // And goes on from there.
            try await line.enter(1)
            try await line.tick()
            #expect(try await log(bed, line).count == 41)
        }
    }

    /// A row goes an hour after the end of its session, not before.
    @Test(arguments: Engine.allCases)
    func oldRowsGo(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(4, seconds: 60))
            try await line.enter(2)
            try await line.tick()
            let ends = line.nowMs + 60_000
            let ledger = RoomLedger(bed.sides[0].ledger)
            #expect(try await ledger.prune(at: ends + RoomLedger.keptAfterEndMs - 1) == 0)
            #expect(try await ledger.prune(at: ends + RoomLedger.keptAfterEndMs) == 2)
            #expect(try await ledger.prune(at: ends + RoomLedger.keptAfterEndMs) == 0)
        }
    }

    /// Two processes at work: 20,000 admissions and ends as fast as they come.
    @Test(arguments: Engine.allCases)
    func theLogIsAtMostASecondBehind(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine, realTime: true) { bed in
            let name = try room("show")
            _ = try await bed.settings.configure(Self.settings(1_000_000), of: name)
            for side in bed.sides { await side.keeper.start() }
            let visitors = 10_000
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<20 {
                    let store = bed.sides[worker % 2].store
                    group.addTask {
                        for index in 0..<visitors / 20 {
                            let user = try user("u\(worker)-\(index)")
                            _ = try await store.enter(user, ticket: nil, in: name)
                            _ = try await store.finish(user, in: name)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let ledger = RoomLedger(bed.sides[0].ledger)
            let count: SQL = """
                select count(*) from admissions where room = \(name.raw) and ended_as = 'done'
                """
            let end = ContinuousClock.now + .seconds(10)
            while try await ledger.rows(count)[0].integer(0) < visitors {
                try #require(ContinuousClock.now < end)
                try await Task.sleep(for: .milliseconds(5))
            }
            var all: [RoomLogStatistics] = []
            for side in bed.sides { all.append(await side.keeper.logStatistics()) }
            let lagMs = all.map(\.lagMaxMs).max() ?? 0
            #expect(lagMs < 900)
            let writes = all.map(\.writes).reduce(0, +), entries = all.map(\.entries)
            print("log on \(engine): \(entries) entries, \(writes) writes, lag \(lagMs) ms")
        }
    }
}
