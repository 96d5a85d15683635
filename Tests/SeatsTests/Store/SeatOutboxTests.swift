import TestGate
import Testing
import Values

@testable import Seats
@testable import TestKit

/// The outbox brings what a dead process could not tell: again, late, or for the first time.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatOutboxTests {
    /// Ann holds `seats` and has paid; her process died before Redis heard of it.
    private func paidOnly(_ bed: SeatBed, _ id: PerformanceID, _ seats: [Int]) async throws
        -> SealedHold
    {
        let hold = try await bed.held(seats, of: id, for: "ann")
        _ = try await bed.store.fence(hold)
        #expect(bed.book.pay(hold, as: "pay-1"))
        return hold
    }

    @Test func aSaleThatRedisMissedIsMadeGood() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3)
            let hold = try await paidOnly(bed, id, [1, 2])
            bed.book.number(1)
            for _ in 0..<100 { try await bed.stores[1].apply(bed.book.events(of: id), of: id) }
            var report = try await bed.report(id)
            #expect(report.sold == 2 && report.payments == 1 && report.cursor == 1)
            // The hold still counts until it ends; then only what was bought does.
            try await bed.set(clockMs: hold.expiresMs)
            #expect(try await bed.states(id) == "ssf")
            report = try await bed.report(id)
            #expect(report.buyers == ["ann": 2] && report.holds == [])
            try await bed.store.settle(hold, as: "pay-1")
            #expect(try await bed.report(id).buyers == ["ann": 2])
        }
    }

    /// Sold and cancelled before the relay came; since then the seat has another buyer.
    @Test(arguments: [nil, SeatGuard.owner, .cancelled, .cursor])
    func oldRowsDoNotTouchTheNextBuyer(_ missing: SeatGuard?) async throws {
        let states = try await SeatBed.with(without: missing) { bed in
            let id = try bed.performance("p", seats: 2)
            _ = try await bed.bought([1, 2], of: id, for: "ann", as: "pay-1")
            try await bed.store.free(try #require(bed.book.cancel("pay-1")))
            bed.book.number(2)
            let old = bed.book.events(of: id)
            var states: [String] = []
            // The sale alone, while the seats are free.
            try await bed.store.apply(Array(old.prefix(1)), of: id)
            states.append(try await bed.states(id))
            _ = try await bed.stores[1].hold([1], of: id, for: try user("bob"))
            try await bed.store.apply(old, of: id)
            states.append(try await bed.states(id))
            let hold = try await bed.held([2], of: id, for: "cat")
            _ = bed.book.pay(hold, as: "pay-2")
            try await bed.store.settle(hold, as: "pay-2")
            try await bed.store.apply(old, of: id)
            states.append(try await bed.states(id))
            return states
        }
        let expected = ["ff", "hf", "hs"]
        switch missing {
        case .cancelled: #expect(states != expected)
        // Owners and the cancelled protect where the number does not, and the other way round.
        case .owner, .cursor, nil: #expect(states == expected)
        default: Issue.record("not a guard of the outbox")
        }
    }

    /// Freed by a row, sold to the next, and the row once more: the number protects her seat.
    @Test(arguments: [nil, SeatGuard.owner])
    func aCancelFreesOnlyItsOwn(_ missing: SeatGuard?) async throws {
        let state = try await SeatBed.with(without: missing) { bed in
            let id = try bed.performance("p", seats: 1)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            let sale = try #require(bed.book.cancel("pay-1"))
            try await bed.store.free(sale)
            _ = try await bed.bought([1], of: id, for: "bob", as: "pay-2")
            try await bed.stores[1].free(sale)
            return try await bed.states(id)
        }
        #expect(state == (missing == nil ? "s" : "f"))
    }

    /// A load that knows rows without a number is not undone by them.
    @Test func rowsThatAreInTheLoadChangeNothing() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 2)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            _ = bed.book.cancel("pay-1")
            try await bed.flush(clockMs: SeatBed.startMs)
            _ = try await bed.held([1], of: id, for: "bob")
            bed.book.number(1)
            try await bed.store.apply(bed.book.events(of: id), of: id)
            #expect(try await bed.states(id) == "hf")
            bed.book.number(1)
            try await bed.store.apply(bed.book.events(of: id), of: id)
            #expect(try await bed.states(id) == "hf")
            #expect(try await bed.report(id).cursor == 2)
        }
    }

    @Test func aSeatBeyondTheMapIsFetchedFromTheLedger() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 2)
            #expect(try await bed.states(id) == "ff")
            // Another process has raised the seats, and died before Redis heard of it.
            var performance = try #require(bed.book.performance(id))
            performance.seats = 4
            bed.book.put(performance)
            let hold = SealedHold(
                performance: id,
                user: try user("ann"),
                seats: [4],
                amount: 1,
                expiresMs: 0,
                generation: 0,
                nonce: [UInt8](repeating: 1, count: SealedHold.nonceCount)
            )
            #expect(bed.book.pay(hold, as: "pay-1"))
            try await bed.store.settle(hold, as: "pay-1")
            #expect(try await bed.states(id) == "fffs")
        }
    }
}
