import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// Redis, the ledger or all processes are lost around a draw.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct DrawLossTests {
    /// Forty stand in line before the opening; who they are, and when each of them came.
    private static func early(_ bed: RoomBed) async throws
        -> (line: DrawLine, users: [UserID], arrivals: [UserID: Int64])
    {
        let line = try await DrawLine(bed)
        let users = try await line.enter((0..<40).map { "u\($0)" })
        return (line, users, line.arrivals)
    }

    /// What the draw has to make of them: nobody is missing.
    private static func order(of arrivals: [UserID: Int64], _ line: DrawLine) async throws
        -> [UserID]
    {
        let order = try await line.expected(arrivals)
        #expect(order.count == 40)
        return order
    }

    @Test(arguments: Engine.allCases)
    func aLineThatWasLostBeforeTheOpeningIsDrawn(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let (line, users, arrivals) = try await Self.early(bed)
            try await line.tick()
            try await line.flush(polling: users)
            try await line.go(to: line.openingMs)
            try await line.settle()
            try await line.draw()
            let order = try await Self.order(of: arrivals, line)
            #expect(try await line.line() == order)
        }
    }

    /// After the opening, before anybody was written down: the list waits until the line is back.
    @Test(arguments: Engine.allCases)
    func aLineThatIsLostAtTheOpeningIsDrawnWhenItIsBack(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let (line, users, arrivals) = try await Self.early(bed)
            try await line.tick()
            try await line.go(to: line.openingMs)
            let late = try await line.enter(["late"])
            // The cut is in the ledger, and nothing else.
            let look = try await line.look()
            let cut = try #require(look.cut)
            try await line.ledger.record(cut: cut, ofOpening: line.openingMs, of: line.room)
            try await line.flush(polling: Array(users[20...]) + late)
            for keeper in line.keepers { _ = try await keeper.step(line.room) }
            #expect(try await line.ledger.draw(of: line.room)?.pages == 0)
            for user in users[..<20] { try await line.poll(user) }
            let newcomers = try await line.enter(["after"])
            try await line.settle()
            try await line.draw()
            let order = try await Self.order(of: arrivals, line)
            #expect(try await line.line() == order + late + newcomers)
        }
    }

    /// While entrants are moved: the list is complete, and old tickets lead to drawn places.
    @Test(arguments: Engine.allCases)
    func aLineThatIsLostWhileItIsDrawnIsDrawn(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let (line, users, arrivals) = try await Self.early(bed)
            try await line.tick()
            try await line.go(to: line.openingMs)
            for side in bed.sides { side.ledger.fails = "update room_draws set drawn_at_ms" }
            await #expect(throws: StoreError.self) { try await line.keepers[0].step(line.room) }
            let root = try #require(try await line.ledger.draw(of: line.room)?.root)
            #expect(try await !line.look().isDrawn)
            try await line.flush(polling: Array(users[..<10]))
            for side in bed.sides { side.ledger.fails = nil }
            try await line.settle()
            try await line.draw()
            let order = try await Self.order(of: arrivals, line)
            #expect(try await line.line() == order.filter { users[..<10].contains($0) })
            // The others come back late, with what they have.
            for user in users[10...] { try await line.poll(user) }
            try await line.draw()
            #expect(try await line.line() == order)
            #expect(try await line.ledger.draw(of: line.room)?.root == root)
        }
    }

    /// After the draw, with tickets from before it and from after it.
    @Test(arguments: Engine.allCases)
    func aDrawnLineThatIsLostIsTheSame(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let (line, users, arrivals) = try await Self.early(bed)
            try await line.go(to: line.openingMs)
            let late = try await line.enter(["late"])
            try await line.draw()
            try await line.tick()
            let order = try await line.line()
            for user in users[..<20] { try await line.poll(user) }
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.restart()
            line.makeKeepers()
            try await line.go(to: line.nowMs + 1)
            try await line.tick()
            for user in users.reversed() + late { try await line.poll(user) }
            #expect(try await !line.look().isDrawn)
            try await line.settle()
            try await line.draw()
            #expect(try await line.line() == order)
            #expect(try await line.expected(arrivals) + late == order)
        }
    }

    /// Each write to the ledger is lost, or its answer is; the draw goes on from what is there, in
    /// the same process and in another.
    @Test(arguments: Engine.allCases, [true, false])
    func aDrawGoesOnAfterEveryLostCommit(_ engine: Engine, _ isDone: Bool) async throws {
        for step in [
            "update room_draws set cut", "update room_draws set pages",
            "update room_draws set root", "update room_draws set drawn_at_ms",
        ] {
            try await RoomBed.with(on: engine) { bed in
                let (line, _, arrivals) = try await Self.early(bed)
                try await line.go(to: line.openingMs)
                bed.sides[0].ledger.fails = step
                bed.sides[0].ledger.failsAfterwards = isDone
                await #expect(throws: StoreError.self) {
                    try await line.keepers[0].step(line.room)
                }
                #expect(try await !line.look().isDrawn)
                try await line.draw(by: [1])
                bed.sides[0].ledger.fails = nil
                try await line.draw()
                let order = try await Self.order(of: arrivals, line)
                #expect(try await line.line() == order)
                #expect(await DrawAudit(bed.sides[0].ledger).audit().finding == .kept)
            }
        }
    }
}
