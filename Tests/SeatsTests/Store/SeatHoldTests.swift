import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import Seats
@testable import TestKit
@testable import TestRooms

/// What a hold is, from taking seats to their sale.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatHoldTests {
    @Test func aHoldTakesAllOrNone() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 5)
            let hold = try await bed.held([3, 1], of: id, for: "ann")
            #expect(hold.seats == [1, 3] && hold.amount == 140_000)
            #expect(hold.expiresMs == SeatBed.startMs + 300_000)
            let other = try await bed.stores[1].hold([2, 3, 4], of: id, for: try user("bob"))
            #expect(other == .taken([3]))
            #expect(try await bed.states(id) == "hfhff")
        }
    }

    @Test func aHoldIsSoldAndFreedAgain() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3)
            let hold = try await bed.bought([1, 2], of: id, for: "ann", as: "pay-1")
            #expect(try await bed.states(id, by: 1) == "ssf")
            #expect(try await bed.store.settle(hold, as: "pay-1") == 1)
            #expect(try await bed.report(id).payments == 1)
            #expect(try await bed.report(id).buyers == ["ann": 2])
            let sale = try #require(bed.book.cancel("pay-1"))
            #expect(try await bed.stores[1].free(sale) == 3)
            #expect(try await bed.store.free(sale) == 3)
            #expect(try await bed.store.settle(hold, as: "pay-1") == 3)
            #expect(try await bed.states(id) == "fff")
            let report = try await bed.report(id)
            #expect(report.buyers == [:] && report.payments == 0 && report.holds == [])
        }
    }

    @Test func aHoldIsGivenBackByItsUserOnly() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 2)
            let outcome = try await bed.store.hold([1], of: id, for: try user("ann"))
            guard case .held(let hold) = outcome else { return #expect(Bool(false)) }
            let bob = try user("bob"), ann = try user("ann")
            #expect(try await bed.store.release(hold.token, for: bob) == .ofAnotherUser)
            #expect(try await bed.store.release("x" + hold.token, for: ann) == .unknown)
            let sealed = try #require(await bed.store.open(hold.token))
            guard case .fenced = try await bed.stores[1].fence(sealed) else {
                return #expect(Bool(false))
            }
            #expect(try await bed.store.release(hold.token, for: ann) == .isBeingPaid)
            try await bed.store.unfence(sealed)
            #expect(try await bed.store.release(hold.token, for: ann) == .released)
            #expect(try await bed.store.release(hold.token, for: ann) == .wasOver)
            #expect(try await bed.store.fence(sealed) == .over)
        }
    }

    /// An idle limit was taken back, and the session's end is still the one of before.
    @Test func aSessionHoldsWhoseEndIsNotBroughtToANewLimitYet() async throws {
        try await SeatBed.with { bed in
            let name = try room("r")
            var change = RoomChange()
            change.idleSeconds = .some(2)
            _ = try await bed.rooms.settings.configure(change, of: name)
            _ = try await bed.rooms.store.enter(try user("ann"), ticket: nil, in: name)
            let id = try bed.performance("p", seats: 3, room: name)
            let field = String(SeatBed.startMs + 1)
            let hash = "{r:r}:room"
            _ = try await bed.rooms.redis.send("HSET", hash, "rescored", field, "idle", "")
            try await bed.set(clockMs: SeatBed.startMs + 10_000)
            #expect(try await bed.held([1], of: id, for: "ann").seats == [1])
        }
    }

    @Test func badSeatsAreRefusedAndNothingChanges() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3, limit: 2)
            let ann = try user("ann")
            #expect(
                try await bed.store.hold([0, 1, 4], of: id, for: ann) == .unknownSeats([0, 4])
            )
            #expect(try await bed.store.hold([-1], of: id, for: ann) == .unknownSeats([-1]))
            #expect(try await bed.store.hold([], of: id, for: ann) == .unknownSeats([]))
            #expect(try await bed.store.hold([1, 2, 3], of: id, for: ann) == .overLimit(2))
            let many = Array(1...5_000)
            guard case .unknownSeats = try await bed.store.hold(many, of: id, for: ann) else {
                return #expect(Bool(false))
            }
            let nowhere = try #require(PerformanceID("nowhere"))
            #expect(try await bed.store.hold([1], of: nowhere, for: ann) == .unknownPerformance)
            #expect(try await bed.store.map(nowhere) == .unknownPerformance)
            #expect(try await bed.states(id) == "fff")
            #expect(try await bed.report(id).buyers == [:])
        }
    }
}
