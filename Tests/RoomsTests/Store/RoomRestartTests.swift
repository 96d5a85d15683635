import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// Redis and all processes are lost together; only the ledger and the visitors' tickets are left.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct RoomRestartTests {
    private static func settings(capacity: Int64? = nil, rate: Int64? = nil) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(capacity)
        change.rate = .some(rate)
        change.sessionSeconds = 86_400
        return change
    }

    /// A full room of 10 and 200 in line; three finish. Then everything is lost but the ledger.
    private func loseEverything(_ engine: Engine, _ sabotage: RecoveryLine.Sabotage? = nil)
        async throws -> [String]
    {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 10), sabotage)
            try await line.enter(213)
            let finished = Array(line.entered.prefix(3))
            for user in finished { _ = try await bed.store.finish(user, in: line.room) }
            try await line.advance(ms: 4_000, polling: Array(line.entered.dropFirst(3)))
            let inside = try await line.inside(), waiting = try await line.line()
            try #require(inside.count == 10 && waiting.count == 200)
            try await line.loseAll()
            var broken: [String] = []
            func expect(_ promise: String, _ holds: Bool) {
                if !holds, !broken.contains(promise) { broken.append(promise) }
            }
            expect("who was inside is inside", try await line.inside() == inside)
            // Those who have finished try to come back with what they have.
            for user in finished {
                let token = line.visits[user]?.token ?? ""
                let opens = try await bed.store.isInside(ticket: token, in: line.room)
                expect("a finished ticket opens nothing", !opens)
            }
            let settlesMs = try await line.settledAtMs() - line.nowMs
            try #require(settlesMs > 60_000)
            try await line.poll(waiting.shuffled())
            try await line.advance(ms: settlesMs - 1, polling: waiting)
            expect("the line is in its old order", try await line.line() == waiting)
            try await line.advance(ms: 2_000, polling: waiting)
            expect("capacity holds", try await line.inside() == inside)
            return broken
        }
    }

    @Test(arguments: Engine.allCases)
    func nobodyLosesTheirPlace(_ engine: Engine) async throws {
        #expect(try await loseEverything(engine) == [])
    }

    @Test func withoutTheLogTheRoomWouldOverfill() async throws {
        let broken = try await loseEverything(.sqlite, .logOff)
        #expect(broken.contains("who was inside is inside"))
        #expect(broken.contains("capacity holds"))
    }

    @Test(arguments: Engine.allCases)
    func theMinuteOfTheRateIsNotBegunAnew(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(rate: 5))
            try await line.enter(20)
            try await line.advance(ms: 2_000, polling: line.entered)
            try await line.loseAll()
            #expect(try await line.report().admittedLast60s == 5)
        }
    }

    /// Whether a visitor who has finished gets in again after `FLUSHALL` with the session's ticket.
    private func finishedVisitorReturns(
        _ engine: Engine,
        everythingDies: Bool,
        _ guardOff: ScriptGuard? = nil
    ) async throws -> TicketState? {
        try await RoomBed.with(on: engine, without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 5))
            try await line.enter(2)
            try await line.tick()
            try await line.poll(line.entered)
            let ann = line.entered[0]
            try #require(line.visits[ann]?.standing.state == .admitted)
            _ = try await bed.store.finish(ann, in: line.room)
            try await line.tick()
            // Two hours later the session's ticket would still open the door.
            try await line.advance(ms: 7_200_000)
            if everythingDies { try await line.loseAll() } else { try await line.flush() }
            try await line.poll([ann])
            #expect(try await line.inside().contains(ann) == (guardOff != nil))
            return line.visits[ann]?.standing.state
        }
    }

    @Test(arguments: Engine.allCases, [false, true])
    func aFinishedTicketIsRefusedAfterALoss(_ engine: Engine, everythingDies: Bool) async throws {
        let state = try await finishedVisitorReturns(engine, everythingDies: everythingDies)
        #expect(state == .done)
    }

    @Test func withoutTheMemoryOfEndsTheyWouldStepInside() async throws {
        let state = try await finishedVisitorReturns(.sqlite, everythingDies: true, .ended)
        #expect(state == .admitted)
    }

    /// Redis comes back with sessions that have ended since. Answers who is inside.
    private func insideOfAnOlderRedis(
        _ engine: Engine,
        everythingDies: Bool,
        _ guardOff: ScriptGuard? = nil
    ) async throws -> (inside: Set<UserID>, expected: Set<UserID>) {
        try await RoomBed.with(on: engine, without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 5))
            try await line.enter(9)
            try await line.tick()
            let snapshot = try await line.snapshot()
            let gone = Array(line.entered.prefix(2))
            for user in gone { _ = try await bed.store.finish(user, in: line.room) }
            try await line.tick()
            if everythingDies { try await bed.restart() }
            try await line.restore(snapshot)
            try await line.tick()
            #expect(try await line.report().generation == 2)
            return (try await line.inside(), Set(line.entered[2..<7]))
        }
    }

    @Test(arguments: Engine.allCases, [false, true])
    func sessionsThatHaveEndedAreNoGhosts(_ engine: Engine, everythingDies: Bool) async throws {
        let found = try await insideOfAnOlderRedis(engine, everythingDies: everythingDies)
        #expect(found.inside == found.expected)
    }

    @Test func withoutTheGuardGhostsWouldStayInside() async throws {
        let found = try await insideOfAnOlderRedis(.sqlite, everythingDies: false, .ghosts)
        #expect(found.inside.count == found.expected.count + 2)
    }

    /// Someone who has finished, stood in line anew and is waiting is not taken for their past.
    @Test func aLaterVisitIsLeftAlone() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 1))
            try await line.enter(2)
            try await line.tick()
            let ann = line.entered[0]
            _ = try await bed.store.finish(ann, in: line.room)
            _ = try await bed.store.enter(ann, ticket: nil, in: line.room)
            try await line.tick()
            try await line.flush()
            let log = try await RoomLedger(bed.sides[0].ledger).sessions(
                of: line.room,
                after: nil,
                at: line.nowMs,
                atMost: 10
            )
            #expect(log.map(\.user) == ["u0", "u1"])
            let generation = try await line.report().generation
            _ = try await bed.store.enter(ann, ticket: nil, in: line.room)
            try await bed.sides[1].keeper.calls.restoreLate(log, of: line.room, into: generation)
            #expect(try await line.line() == [ann])
            #expect(try await line.inside() == [line.entered[1]])
        }
    }

    /// One process has read admissions and ends that nobody has written; another one is the first
    /// to notice the loss.
    @Test(arguments: Engine.allCases)
    func whatOneProcessHasReadIsBroughtLate(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 5))
            try await line.enter(3)
            try await line.tick()
            try await line.poll(line.entered)
            try await line.enter(2)
            _ = try await bed.store.finish(line.entered[0], in: line.room)
            _ = try await bed.sides[0].keeper.tick(line.room)
            let pending = await bed.sides[0].keeper.logStatistics().pending
            try #require(pending == 3)
            _ = try await bed.redis.send("FLUSHALL")
            line.stepBack(ms: -1)
            try await bed.set(clockMs: line.nowMs)
            _ = try await bed.sides[1].keeper.tick(line.room)
            // The log did not know better.
            #expect(try await line.inside() == Set(line.entered.prefix(3)))
            try await line.tick()
            #expect(try await line.inside() == Set(line.entered.dropFirst()))
            try await line.poll([line.entered[0]])
            #expect(line.visits[line.entered[0]]?.standing.state == .done)
        }
    }

    /// While the ledger is away too, nobody is let in; then all is as before.
    @Test(arguments: Engine.allCases)
    func aRecoveryWaitsForTheLedger(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 3))
            try await line.enter(8)
            try await line.tick()
            let inside = try await line.inside(), waiting = try await line.line()
            for side in bed.sides { side.ledger.isAway = true }
            _ = try await bed.redis.send("FLUSHALL")
            line.stepBack(ms: -1)
            try await bed.set(clockMs: line.nowMs)
            await #expect(throws: StoreError.self) { try await line.poll(waiting) }
            await #expect(throws: StoreError.self) { try await line.tick() }
            for side in bed.sides { side.ledger.isAway = false }
            try await line.poll(waiting.reversed())
            #expect(try await line.inside() == inside)
            #expect(try await line.line() == waiting)
        }
    }

    /// A process that died while it restored leaves a room that nobody can enter; whoever comes
    /// finishes it.
    private func interruptedRestore(_ guardOff: ScriptGuard? = nil) async throws -> Bool {
        try await RoomBed.with(without: guardOff) { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 3))
            try await line.enter(8)
            try await line.tick()
            let inside = try await line.inside()
            let known = try #require(bed.sides[0].keeper.registry.room(line.room))
            _ = try await bed.redis.send("FLUSHALL")
            line.stepBack(ms: -1)
            try await bed.set(clockMs: line.nowMs)
            let row = try #require(try await RoomLedger(bed.sides[0].ledger).room(line.room))
            let opening: [RedisArgument] = [
                .int(2), .int(0), .int(row.lease), .int(row.lease), .int(0), .int(1),
            ]
            _ = try await bed.sides[0].keeper.calls.run(
                .recover,
                line.room,
                opening + RoomFields.all(known)
            )
            try await line.poll([line.entered[5]])
            return try await line.inside() == inside
        }
    }

    @Test func anInterruptedRecoveryIsFinishedByWhoeverComes() async throws {
        #expect(try await interruptedRestore())
        #expect(try await !interruptedRestore(.restoring))
    }
}
