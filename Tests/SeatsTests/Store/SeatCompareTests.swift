import Synchronization
import TestGate
import Testing
import Values

@testable import Engines
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// Rows of the outbox that have no number when they are read, and one by the time they are applied.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatCompareTests {
    /// Whose load comes between a row and its use.
    enum Load: CaseIterable { case own, others }

    /// Ann's seat 1 was brought to Redis. Bob's sale of seat 2 has no number: it is cancelled, and
    /// both its rows get theirs, before the seats are loaded.
    private func bobIsCancelled(_ bed: SeatBed, _ id: PerformanceID) throws
        -> @Sendable () throws -> Void
    {
        let bob = SealedHold(
            performance: id,
            user: try user("bob"),
            seats: [2],
            amount: 1,
            expiresMs: 0,
            generation: 0,
            nonce: [UInt8](repeating: 2, count: SealedHold.nonceCount)
        )
        #expect(bed.book.pay(bob, as: "pay-2"))
        return {
            _ = try #require(bed.book.cancel("pay-2"))
            bed.book.number(2)
        }
    }

    private func store(_ bed: SeatBed, _ edit: (inout SeatSource) -> Void) -> SeatStore {
        let side = bed.rooms.sides[1]
        var source = bed.book.source
        edit(&source)
        return SeatStore(
            redis: side.redis,
            holdKey: [UInt8](repeating: 5, count: 32),
            source: source,
            scripts: bed.scripts,
            on: side.loop
        )
    }

    @Test(arguments: Load.allCases)
    func whatALoadHasIsNotAppliedOnTopOfIt(_ load: Load) async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            bed.book.number(1)
            if load == .others { try await bed.store.apply(bed.book.events(of: id), of: id) }
            let cancel = try bobIsCancelled(bed, id)
            let meanwhile = Meanwhile()
            let store = store(bed) { source in
                source.progress = { id, _ async throws(StoreError) in
                    let progress = bed.book.progress(id, delivered: 1)
                    try await meanwhile.once {
                        try cancel()
                        if load == .others { _ = try await bed.store.reload(id) }
                    }
                    return progress
                }
            }
            #expect(try await store.prepare(id))
            #expect(try await bed.states(id) == "sff")
            #expect(try await bed.report(id).sold == 1)
        }
    }

    /// Who is refused at the till reads whose the seats are; then they are cancelled and loaded.
    @Test(arguments: [nil, SeatGuard.loaded])
    func ownersAreOfTheSeatsThatAreThere(_ missing: SeatGuard?) async throws {
        let states = try await SeatBed.with(without: missing) { bed in
            let id = try bed.performance("p", seats: 3)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            bed.book.number(1)
            let cancel = try bobIsCancelled(bed, id)
            let meanwhile = Meanwhile()
            let store = store(bed) { source in
                source.owners = { seats, id async throws(StoreError) in
                    let owners = bed.book.owners(of: seats, id)
                    try await meanwhile.once {
                        try cancel()
                        _ = try await bed.store.reload(id)
                    }
                    return owners
                }
            }
            try await store.correct([2], of: id)
            return try await bed.states(id)
        }
        #expect(states == (missing == nil ? "sff" : "ssf"))
    }

    /// The comparison of `correct` loads the seats: whose they are is read after it.
    @Test func ownersAreReadAfterTheComparison() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            bed.book.number(1)
            let cancel = try bobIsCancelled(bed, id)
            let meanwhile = Meanwhile()
            let store = store(bed) { source in
                source.progress = { id, _ async throws(StoreError) in
                    try await meanwhile.once { try cancel() }
                    return bed.book.progress(id, delivered: 1)
                }
            }
            try await store.correct([1, 2], of: id)
            #expect(try await bed.states(id) == "sff")
        }
    }
}
