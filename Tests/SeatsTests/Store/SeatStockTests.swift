import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import Seats
@testable import TestKit
@testable import TestRooms

/// A room admits no more than its performances can still serve, and is sold out when they are.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatStockTests {
    /// A room of capacity 10 before a performance, with `waiting` visitors who have entered.
    private func line(_ bed: SeatBed, seats: Int, waiting: Int) async throws
        -> (line: RecoveryLine, id: PerformanceID)
    {
        var change = RoomChange()
        change.capacity = .some(10)
        change.sessionSeconds = 86_400
        let line = try await RecoveryLine(bed.rooms, change)
        let id = try bed.performance("p", seats: seats, room: line.room)
        #expect(try await bed.store.prepare(id))
        try await line.enter(waiting)
        return (line, id)
    }

    /// The first visitors buy all seats, one each.
    private func sellOut(_ bed: SeatBed, _ id: PerformanceID, _ seats: Int) async throws {
        for seat in 1...seats {
            _ = try await bed.bought([seat], of: id, for: "u\(seat - 1)", as: "pay-\(seat)")
        }
    }

    private func states(_ bed: SeatBed, _ line: RecoveryLine) async throws -> [RoomState?] {
        var states: [RoomState?] = []
        for side in bed.rooms.sides {
            states.append(try await side.settings.report(line.room)?.state)
        }
        return states
    }

    @Test(arguments: [nil, SeatGuard.stock])
    func noMoreAreAdmittedThanSeatsAreLeft(_ missing: SeatGuard?) async throws {
        let inside = try await SeatBed.with(without: missing) { bed in
            try await line(bed, seats: 6, waiting: 20).line.inside().count
        }
        #expect(inside == (missing == nil ? 6 : 10))
    }

    @Test func theUsualBasketIsReckonedWith() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 9, waiting: 20)
            #expect(try await line.inside().count == 9)
            for (index, seats) in [[1, 2], [3, 4]].enumerated() {
                let name = "u\(index)"
                _ = try await bed.bought(seats, of: id, for: name, as: "pay-\(name)")
                _ = try await bed.rooms.store.finish(try user(name), in: line.room)
            }
            // Five seats at two a payment serve three; seven are inside.
            for index in 2..<6 {
                _ = try await bed.rooms.store.finish(try user("u\(index)"), in: line.room)
            }
            #expect(try await line.inside().count == 3)
            _ = try await bed.rooms.store.finish(try user("u6"), in: line.room)
            #expect(try await line.inside().count == 3)
        }
    }

    @Test func onlyVisitorsInsideHoldSeats() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 2, waiting: 3)
            let last = try user("u2")
            #expect(try await bed.store.hold([1], of: id, for: last) == .notAdmitted)
            _ = try await bed.held([1], of: id, for: "u0")
            try await bed.set(clockMs: line.nowMs + 86_400_000)
            #expect(try await bed.store.hold([2], of: id, for: try user("u1")) == .notAdmitted)
        }
    }

    @Test func theLastSeatEndsTheWaitForAllAtOnce() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 3, waiting: 12)
            try await sellOut(bed, id, 3)
            // No tick, no further call of the room: the settling script has told it.
            #expect(try await states(bed, line) == [.soldOut, .soldOut])
            for user in line.entered.dropFirst(3) {
                let side = bed.rooms.sides.randomElement() ?? bed.rooms.sides[0]
                let token = line.visits[user]?.token ?? ""
                let told = try await side.store.status(ticket: token, user: user, in: line.room)
                #expect(told == .soldOutInLine)
            }
            let late = try user("late")
            let outcome = try await bed.rooms.store.enter(late, ticket: nil, in: line.room)
            #expect(outcome == .soldOut)
            // Both keepers learn of it.
            try await line.tick()
            for side in bed.rooms.sides {
                #expect(side.keeper.registry.room(line.room)?.state == .soldOut)
            }
        }
    }

    @Test func aCancelOpensTheRoomAgain() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 2, waiting: 5)
            try await sellOut(bed, id, 2)
            let sale = try #require(bed.book.cancel("pay-2"))
            try await bed.stores[1].free(sale)
            #expect(try await states(bed, line) == [.open, .open])
            for name in ["u0", "u1"] {
                _ = try await bed.rooms.store.finish(try user(name), in: line.room)
            }
            #expect(try await line.inside() == [line.entered[2]])
        }
    }

    @Test func moreSeatsOpenTheRoomAgain() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 2, waiting: 8)
            try await sellOut(bed, id, 2)
            var performance = try #require(bed.book.performance(id))
            performance.seats = 5
            bed.book.put(performance)
            try await bed.store.configure(performance)
            #expect(try await states(bed, line) == [.open, .open])
            #expect(try await bed.states(id) == "ssfff")
            try await line.tick()
            #expect(try await line.inside().count == 3)
        }
    }

    /// What the operator said before or after stays said.
    @Test(arguments: [RoomState.paused, .draining, .closed, .soldOut])
    func theOperatorsWordOutlastsTheStock(_ state: RoomState) async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 2, waiting: 5)
            _ = try await bed.bought([1], of: id, for: "u0", as: "pay-1")
            _ = try await bed.rooms.settings.set(state, of: line.room)
            #expect(try await states(bed, line) == [state, state])
            _ = try await bed.bought([2], of: id, for: "u1", as: "pay-2")
            let closed = state == .closed ? RoomState.closed : .soldOut
            #expect(try await states(bed, line) == [closed, closed])
            try await bed.store.free(try #require(bed.book.cancel("pay-2")))
            #expect(try await states(bed, line) == [state, state])
            // Nothing is left to sell: opened by hand, it is sold out at once, and open afterwards.
            _ = try await bed.bought([2], of: id, for: "u1", as: "pay-3")
            let opened = try await bed.rooms.settings.set(.open, of: line.room)
            #expect(opened?.state == .soldOut)
            try await bed.store.free(try #require(bed.book.cancel("pay-3")))
            #expect(try await states(bed, line) == [.open, .open])
        }
    }

    @Test func aRoomIsSoldOutWithItsLastPerformance() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 1, waiting: 5)
            let other = try bed.performance("q", seats: 2, room: line.room)
            try await bed.store.configure(try #require(bed.book.performance(other)))
            try await line.tick()
            #expect(try await line.inside().count == 3)
            try await sellOut(bed, id, 1)
            #expect(try await states(bed, line) == [.open, .open])
            // After a loss the ledger tells of both, whichever is asked for first.
            try await line.flush()
            #expect(try await bed.states(id) == "s")
            #expect(try await states(bed, line) == [.open, .open])
            try await line.advance(ms: 70_000, polling: line.entered)
            _ = try await bed.bought([1], of: other, for: "u1", as: "pay-q1")
            #expect(try await states(bed, line) == [.open, .open])
            _ = try await bed.bought([2], of: other, for: "u2", as: "pay-q2")
            #expect(try await states(bed, line) == [.soldOut, .soldOut])
        }
    }

    /// Redis is emptied after the sell-out; room and seats come back in either order.
    @Test(arguments: [true, false])
    func aSoldOutRoomComesBackSoldOut(_ roomFirst: Bool) async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 3, waiting: 8)
            // Known to the processes as open.
            try await line.tick()
            try await sellOut(bed, id, 3)
            let cancelled = try #require(bed.book.cancel("pay-1"))
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs)
            if roomFirst { try await line.tick() }
            #expect(try await bed.states(id, by: 1) == "fss")
            if !roomFirst { try await line.tick() }
            #expect(try await states(bed, line) == [.open, .open])
            try await bed.store.free(cancelled)
            let hold = SealedHold(
                performance: id,
                user: try user("u0"),
                seats: [1],
                amount: 70_000,
                expiresMs: line.nowMs + 1,
                generation: 1,
                nonce: [UInt8](repeating: 3, count: SealedHold.nonceCount)
            )
            #expect(bed.book.pay(hold, as: "pay-4"))
            try await bed.store.settle(hold, as: "pay-4")
            #expect(try await states(bed, line) == [.soldOut, .soldOut])
            try await line.tick()
            // Now the processes remember it as sold out, and a seat comes back during the outage.
            _ = bed.book.cancel("pay-4")
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs)
            if roomFirst { try await line.tick() }
            #expect(try await bed.states(id) == "fss")
            if !roomFirst { try await line.tick() }
            #expect(try await states(bed, line) == [.open, .open])
        }
    }

    /// The seats go where their performance's room is; a room without one is as any other.
    @Test func aPerformanceThatMovesTakesItsStockWithIt() async throws {
        try await SeatBed.with { bed in
            let (line, id) = try await line(bed, seats: 1, waiting: 5)
            let hold = try await bed.held([1], of: id, for: "u0")
            let former = try #require(bed.book.performance(id))
            var performance = former
            performance.room = nil
            bed.book.put(performance)
            try await bed.store.configure(performance, former: former)
            try await line.tick()
            #expect(try await line.inside().count == 5)
            // The hold of before finds its seat where it is now.
            guard case .fenced = try await bed.stores[1].fence(hold) else {
                return #expect(Bool(false))
            }
            #expect(try await bed.states(id) == "h")
            let left = try await bed.redis.send("KEYS", "{r:show}:*p")
            #expect(left.array?.isEmpty == true)
        }
    }
}
