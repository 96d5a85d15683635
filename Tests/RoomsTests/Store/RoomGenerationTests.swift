import Redis
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// Which generation a room is opened in, when visitors or processes notice that Redis is older.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomGenerationTests {
    @Test func aTicketOfANewerGenerationTellsThatRedisIsOlder() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(5)
            let snapshot = try await line.snapshot()
            try await line.flush()
            try await line.poll(line.entered)
            // Nobody ticks: the visitors are the first to notice.
            try await line.restore(snapshot)
            try await line.poll(line.entered.reversed())
            // One or both processes have claimed a generation, and the first in Redis was opened.
            let generation = try await line.report().generation
            #expect((3...4).contains(generation))
            #expect(line.visits.values.allSatisfy { $0.standing.generation == generation })
            #expect(try await line.line() == line.entered)
            // Whoever comes now stands behind everybody.
            try await line.enter(1)
            #expect(line.visits[line.entered[5]]?.standing.ahead == 5)
        }
    }

    /// A process dies between its claim and the opening: the next one claims the generation after.
    @Test func aClaimThatNobodyOpensIsPassedOver() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(5)
            try await line.tick()
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs)
            bed.sides[0].ledger.fails = "update rooms set generation_claim"
            bed.sides[0].ledger.failsAfterwards = true
            await #expect(throws: StoreError.self) {
                _ = try await bed.sides[0].keeper.tick(line.room)
            }
            #expect(try await bed.sides[1].keeper.calls.look(at: line.room).report == nil)
            bed.sides[0].ledger.fails = nil
            _ = try await bed.sides[1].keeper.tick(line.room)
            #expect(try await line.report().generation == 3)
            try await line.poll(line.entered.reversed())
            #expect(try await line.report().generation == 3)
            #expect(try await line.line() == line.entered)
        }
    }

    /// Entering again with the ticket, as a page does that was reloaded, is as good as asking.
    @Test func enteringWithATicketOfANewerGenerationKeepsThePlace() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(5)
            let snapshot = try await line.snapshot()
            try await line.enter(3)
            try await line.flush()
            try await line.poll(line.entered)
            // The last three are not in this past of the room.
            try await line.restore(snapshot)
            for index in [5, 7, 6] {
                let name = line.entered[index]
                let token = try #require(line.visits[name]?.token)
                _ = try await bed.store.enter(name, ticket: token, in: line.room)
            }
            #expect(try await line.line() == line.entered)
        }
    }
}
