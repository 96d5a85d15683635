import TestGate
import Testing
import Values

@testable import Seats
@testable import TestKit

/// Many users at once, at both processes, on Redis's own clock: the script is what decides.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatContentionTests {
    /// Everybody asks for `seats(index)` at once; answers who holds what.
    private func rush(
        _ count: Int,
        without missing: SeatGuard? = nil,
        _ seats: @escaping @Sendable (Int) -> [Int]
    ) async throws -> (held: [[Int]], report: SeatReport) {
        try await SeatBed.with(without: missing, realTime: true) { bed in
            let id = try bed.performance("p", seats: 10)
            let held = try await withThrowingTaskGroup(of: [Int]?.self) { group in
                for index in 0..<count {
                    let buyer = try user("u\(index)")
                    group.addTask {
                        let store = bed.stores[index % 2]
                        let outcome = try await store.hold(seats(index), of: id, for: buyer)
                        guard case .held(let hold) = outcome else { return nil }
                        return hold.seats
                    }
                }
                var held: [[Int]] = []
                for try await seats in group { if let seats { held.append(seats) } }
                return held
            }
            return (held, try await bed.report(id))
        }
    }

    @Test func oneOfManyHoldsTheSeat() async throws {
        let (held, report) = try await rush(200) { _ in [7] }
        #expect(held == [[7]])
        #expect(report.holds.count == 1 && report.buyers.count == 1)
    }

    @Test func withoutTheLookAtTheSeatManyHoldIt() async throws {
        #expect(try await rush(50, without: .taken) { _ in [7] }.held.count > 1)
    }

    /// Half ask for 1 and 2, half for 2 and 3, from either end: nobody has half of a pair.
    @Test func overlappingPairsAreHeldWholeOrNot() async throws {
        let pairs = [[1, 2], [3, 2], [3, 4], [4, 1]]
        let (held, report) = try await rush(200) { pairs[$0 % 4] }
        let seats = held.flatMap { $0 }
        #expect(held.count == 2 && Set(seats) == [1, 2, 3, 4])
        #expect(String(decoding: report.states, as: UTF8.self) == "hhhhffffff")
    }

    @Test func withoutAllOrNonePairsShareASeat() async throws {
        let pairs = [[1, 2], [3, 2], [3, 4], [4, 1]]
        let seats = try await rush(200, without: .atomic) { pairs[$0 % 4] }.held.flatMap { $0 }
        #expect(Set(seats).count < seats.count)
    }

    /// One user at both processes: the limit counts what is held and what is bought.
    @Test(arguments: [nil, SeatGuard.limit])
    func aUserHasNoMoreThanTheLimit(_ missing: SeatGuard?) async throws {
        let has = try await SeatBed.with(without: missing) { bed in
            let id = try bed.performance("p", seats: 10, limit: 3)
            _ = try await bed.bought([9], of: id, for: "ann", as: "pay-1")
            let ann = try user("ann")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for seat in 1...8 {
                    group.addTask {
                        _ = try await bed.stores[seat % 2].hold([seat], of: id, for: ann)
                    }
                }
                try await group.waitForAll()
            }
            return try await bed.report(id).buyers["ann"]
        }
        #expect(missing == nil ? has == 3 : has == 9)
    }

    /// The millisecond at which a hold ends belongs to the next one.
    @Test func aHoldEndsToTheMillisecond() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 2)
            let first = try await bed.held([1], of: id, for: "ann")
            let bob = try user("bob")
            try await bed.set(clockMs: first.expiresMs - 1)
            #expect(try await bed.store.hold([1], of: id, for: bob) == .taken([1]))
            let fenced = FenceOutcome.fenced(untilMs: first.expiresMs - 1 + 30_000)
            #expect(try await bed.stores[1].fence(first) == fenced)
            // Being paid, it is kept beyond its end, and no longer than the fence.
            try await bed.set(clockMs: first.expiresMs + 29_998)
            #expect(try await bed.store.hold([1], of: id, for: bob) == .taken([1]))
            try await bed.set(clockMs: first.expiresMs + 29_999)
            #expect(try await bed.store.fence(first) == .over)
            let second = try await bed.held([1], of: id, for: "bob")
            try await bed.set(clockMs: second.expiresMs)
            #expect(try await bed.store.fence(second) == .over)
            #expect(try await bed.states(id) == "ff")
        }
    }

    /// A refused payment gives the hold its own end back; past it, the seats are free at once.
    @Test func aRefusedPaymentDoesNotLengthenAHold() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 1)
            let hold = try await bed.held([1], of: id, for: "ann")
            try await bed.set(clockMs: hold.expiresMs - 1)
            _ = try await bed.store.fence(hold)
            try await bed.stores[1].unfence(hold)
            #expect(try await bed.states(id) == "h")
            _ = try await bed.store.fence(hold)
            try await bed.set(clockMs: hold.expiresMs + 20_000)
            // Again after its own end: it may still be paid, but the fence stays where it was.
            let fenced = FenceOutcome.fenced(untilMs: hold.expiresMs - 1 + 30_000)
            #expect(try await bed.store.fence(hold) == fenced)
            try await bed.store.unfence(hold)
            #expect(try await bed.states(id) == "h")
            try await bed.store.unfence(hold)
            #expect(try await bed.states(id) == "f")
        }
    }
}
