import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// What rooms keep in the ledger: settings, state, generation, the lease of their sequences.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RoomLedgerTests {
    private static func capacity(_ value: Int64) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(value)
        change.sessionSeconds = 86_400
        return change
    }

    private func row(_ bed: RoomBed, _ room: RoomID) async throws -> RoomLedger.Row {
        try #require(try await RoomLedger(bed.sides[0].ledger).room(room))
    }

    @Test(arguments: Engine.allCases)
    func everySettingIsReadBack(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            var change = RoomChange()
            change.capacity = .some(5)
            change.rate = .some(60)
            change.sessionSeconds = 7
            change.idleSeconds = .some(8)
            change.graceSeconds = 9
            change.opening = .some(Timestamp(milliseconds: 1_790_000_000_123))
            change.show = .hidden
            change.onStoreError = .admit
            change.clientsPerSession = .some(4)
            for state in RoomState.allCases {
                let name = try room("room-\(state)")
                _ = try await bed.settings.configure(change, of: name)
                _ = try await bed.sides[1].settings.set(state, of: name)
            }
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.restart()
            try await bed.set(clockMs: 1_790_000_000_000)
            for state in RoomState.allCases {
                let name = try room("room-\(state)")
                let known = try #require(bed.sides[1].keeper.registry.room(name))
                #expect(known.settings == change.applied(to: RoomSettings()), "\(state)")
                #expect(known.state == state && known.revision == 2, "\(state)")
                let report = try #require(try await bed.settings.report(name))
                #expect(report.settings == known.settings && report.state == state)
                #expect(report.generation == 2)
            }
        }
    }

    /// Both processes change the same room at once, each a setting of its own: none is lost.
    @Test(arguments: Engine.allCases)
    func changesOfTwoProcessesAreBothKept(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            let name = try room("show")
            _ = try await bed.settings.configure(Self.capacity(1), of: name)
            for round in 1...20 as ClosedRange<Int64> {
                var rate = RoomChange()
                rate.rate = .some(round)
                async let first = bed.sides[0].settings.configure(Self.capacity(round), of: name)
                async let second = bed.sides[1].settings.configure(rate, of: name)
                _ = try await (first, second)
                let report = try #require(try await bed.settings.report(name))
                let known = try await row(bed, name).known
                #expect(report.settings.capacity == round && report.settings.rate == round)
                #expect(known.settings == report.settings && known.revision == report.revision)
            }
        }
    }

    /// The script of an older revision arrives last.
    private func settingsAfterALateWriter(_ guardOff: ScriptGuard?) async throws -> Int64? {
        try await RoomBed.with(without: guardOff) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            let name = try room("show")
            _ = try await bed.settings.configure(Self.capacity(1), of: name)
            let old = try await row(bed, name).known
            _ = try await bed.settings.configure(Self.capacity(2), of: name)
            let arguments = [.int(0), .int(old.revision), .int(0)] + RoomFields.all(old)
            _ = try await bed.sides[1].keeper.calls.run(.configure, name, arguments)
            return try await bed.settings.report(name)?.settings.capacity ?? nil
        }
    }

    @Test func anOlderRevisionNeverOverwritesANewerOne() async throws {
        #expect(try await settingsAfterALateWriter(nil) == 2)
        #expect(try await settingsAfterALateWriter(.revision) == 1)
    }

    @Test(arguments: Engine.allCases)
    func aDecisionWithoutItsLedgerIsRefusedAndChangesNothing(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            let name = try room("show")
            _ = try await bed.settings.configure(Self.capacity(1), of: name)
            for side in bed.sides { side.ledger.isAway = true }
            await #expect(throws: StoreError.self) {
                _ = try await bed.settings.configure(Self.capacity(2), of: name)
            }
            await #expect(throws: StoreError.self) {
                _ = try await bed.settings.configure(Self.capacity(2), of: room("new"))
            }
            await #expect(throws: StoreError.self) {
                _ = try await bed.settings.set(.paused, of: name)
            }
            let report = try #require(try await bed.settings.report(name))
            #expect(report.settings.capacity == 1 && report.state == .open)
            // The line goes on without it.
            let visit = try await bed.store.enter(user("a"), ticket: nil, in: name)
            guard case .visit(let visit) = visit else {
                throw RecoveryLine.Refused(outcome: visit)
            }
            #expect(visit.standing.state == .admitted)
            for side in bed.sides { side.ledger.isAway = false }
            #expect(try await bed.settings.configure(Self.capacity(2), of: name).revision == 2)
        }
    }

    /// The process dies between the ledger and Redis: the other one carries the decision on.
    @Test(arguments: Engine.allCases)
    func aDecisionThatOnlyTheLedgerHeardIsCarriedOn(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.capacity(1))
            try await line.enter(3)
            try await line.tick()
            let ledger = RoomLedger(bed.sides[0].ledger)
            let known = try await row(bed, line.room).known
            let settings = Self.capacity(2).applied(to: known.settings)
            #expect(
                try await ledger.change(line.room, to: settings, .open, from: known.revision)
            )
            bed.sides[1].keeper.registry.learn(try await row(bed, line.room))
            try await line.tick()
            #expect(try await line.report().settings.capacity == 2)
            #expect(try await line.inside().count == 2)
            #expect(bed.sides[0].keeper.registry.room(line.room)?.settings.capacity == 2)
        }
    }

    /// A room that only Redis knows, as after the ledger was replaced, is recorded.
    @Test func aRoomThatOnlyRedisKnowsIsRecorded() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.capacity(2))
            try await line.enter(4)
            try await line.tick()
            let before = try await row(bed, line.room)
            let wipe: [SQL] = ["delete from rooms", "delete from admissions"]
            _ = try await bed.sides[0].ledger.commit(wipe)
            try await bed.restart()
            for side in bed.sides {
                try await side.keeper.adopt(line.room, try await line.report())
            }
            try await line.tick()
            let after = try await row(bed, line.room)
            #expect(after.known.settings == before.known.settings)
            #expect(after.known.generation == before.known.generation)
            #expect(after.lease >= before.lease)
            let running = try await RoomLedger(bed.sides[0].ledger).running(
                in: line.room,
                after: nil,
                at: line.nowMs
            )
            #expect(Set(running.map(\.user)) == ["u0", "u1"])
        }
    }

    // MARK: Sequences

    /// Everybody dies, Redis is replaced by one whose clock is an hour behind: the newcomer's
    /// place.
    private func placeAfterTheClockSteppedBack(
        _ engine: Engine,
        _ guardOff: ScriptGuard? = nil
    ) async throws -> Int64? {
        try await RoomBed.with(on: engine, without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.capacity(0))
            try await line.enter(10)
            try await line.tick()
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.restart()
            line.stepBack(ms: 3_600_000)
            try await bed.set(clockMs: line.nowMs)
            try await line.enter(1)
            try await line.poll(Array(line.entered.prefix(10)).shuffled())
            try await line.poll([line.entered[10]])
            return line.visits[line.entered[10]]?.standing.ahead
        }
    }

    @Test(arguments: Engine.allCases)
    func aClockThatStepsBackLetsNobodyOvertake(_ engine: Engine) async throws {
        #expect(try await placeAfterTheClockSteppedBack(engine) == 10)
    }

    @Test func withoutTheLeaseNewcomersWouldOvertake() async throws {
        #expect(try await placeAfterTheClockSteppedBack(.sqlite, .sequence) == 0)
    }

    /// The ledger is away for longer than the lease: what it has leased is never passed.
    private func sequencesWithoutALedger(_ guardOff: ScriptGuard? = nil, give: Int64? = nil)
        async throws -> (isWithinLease: Bool, isOrdered: Bool, refused: Int)
    {
        try await RoomBed.with(without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.capacity(0))
            try await line.tick()
            let lease = try await row(bed, line.room).lease
            for side in bed.sides { side.ledger.isAway = true }
            if let give {
                let key = "{r:\(line.room)}:room"
                _ = try await bed.redis.send("HSET", key, "seq", String(lease - give))
            }
            try await line.advance(ms: 900_000)
            var refused = 0
            for _ in 0..<5 {
                do { try await line.enter(1) } catch is StoreError { refused += 1 }
            }
            let report = try await line.report()
            let isOrdered = try await line.line() == line.entered
            return (report.sequence <= lease, isOrdered, refused)
        }
    }

    @Test func noSequenceIsAboveTheLease() async throws {
        let away = try await sequencesWithoutALedger()
        #expect(away.isWithinLease && away.isOrdered && away.refused == 0)
        let usedUp = try await sequencesWithoutALedger(give: 3)
        #expect(usedUp.isWithinLease && usedUp.isOrdered && usedUp.refused == 2)
        let unguarded = try await sequencesWithoutALedger(.lease, give: 3)
        #expect(!unguarded.isWithinLease)
    }

    @Test(arguments: Engine.allCases)
    func theLeaseGoesOnWithTheClock(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.capacity(0))
            for _ in 0..<20 {
                try await line.advance(ms: 60_000)
                try await line.enter(1)
                let report = try await line.report()
                let lease = try await row(bed, line.room).lease
                #expect(report.sequence <= report.lease && report.lease <= lease)
                #expect(report.sequence == line.nowMs * 1_000)
            }
        }
    }

    /// A generation is opened once, whoever opens it.
    @Test(arguments: Engine.allCases)
    func aGenerationIsHandedOutOnce(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.capacity(0))
            let ledger = RoomLedger(bed.sides[0].ledger), other = RoomLedger(bed.sides[1].ledger)
            let seen = try await row(bed, line.room)
            let first = try await ledger.claim(2, leasing: seen.lease + 1, from: seen)
            let second = try await other.claim(2, leasing: seen.lease + 1, from: seen)
            #expect(first && !second)
            // Whoever claimed it died: the next one is later.
            try await line.flush()
            #expect(try await line.report().generation == 3)
            try await line.loseAll()
            #expect(try await line.report().generation == 4)
        }
    }
}
