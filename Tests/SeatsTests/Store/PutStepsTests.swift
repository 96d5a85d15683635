import EventLoop
import Redis
import SQL
import Synchronization
import TestGate
import Testing
import Values

@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A stadium's seats are made in steps, and others change the performance between two of them.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct PutStepsTests {
    private static let seats = 20_050

    /// Concerts of side 1, on whose ledger `body` happens between the first commit and the second.
    private func concerts(
        _ bed: SaleBed,
        between body: @escaping @Sendable () async throws -> Void
    ) -> ConcertStore {
        let side = bed.sides[1], commits = Mutex(0)
        let leaky = LeakyLedger(side.database)
        leaky.beforeCommit = { _ in
            let count = commits.withLock { count in
                count += 1
                return count
            }
            guard count == 2 else { return }
            do { try await body() } catch { Issue.record("\(error)") }
        }
        let ledger = SeatLedger(leaky)
        return ConcertStore(
            ledger: ledger,
            directory: PerformanceDirectory(ledger: ledger, on: side.loop),
            seats: side.seats,
            keeper: side.keeper,
            committed: {},
            on: side.loop
        )
    }

    /// Puts a price and 20,000 more seats, from the revision that was seen. Meanwhile `other` is
    /// put.
    private func put(_ bed: SaleBed, meanwhile other: PerformanceChange) async throws
        -> Performance?
    {
        try await bed.open(seats: 50)
        let seen = try #require(try await bed.first.concerts.listing(of: SaleBed.evening)).revision
        var change = PerformanceChange()
        change.seats = Self.seats
        change.price = 7
        let concerts = concerts(bed) {
            guard case .put = try await bed.first.concerts.put(other, of: SaleBed.evening) else {
                Issue.record("the other is refused")
                return
            }
        }
        let outcome = try await concerts.put(change, of: SaleBed.evening) { $0?.revision == seen }
        guard case .put(let performance, let revision) = outcome else {
            Issue.record("\(outcome)")
            return nil
        }
        let listing = try #require(try await bed.first.concerts.listing(of: SaleBed.evening))
        #expect(listing.performance == performance && listing.revision == revision)
        // Redis and the ledger have the seats that are told.
        #expect(try await bed.map().utf8.count == performance.seats)
        let made = try await bed.sides[0].database.read(["select count(*) from seats"])
        #expect(try made[0].rows[0].integer(0) == Int64(performance.seats))
        return performance
    }

    @Test(arguments: Engine.allCases)
    func whatIsBegunIsFinished(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            var other = PerformanceChange()
            other.maxSeatsPerUser = 5
            let performance = try await put(bed, meanwhile: other)
            #expect(performance?.seats == Self.seats && performance?.price == 7)
            #expect(performance?.maxSeatsPerUser == 5)
        }
    }

    /// Whoever changes the same fields meanwhile comes later.
    @Test(arguments: Engine.allCases)
    func whatOthersChangeMeanwhileStays(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            var other = PerformanceChange()
            other.seats = Self.seats + 1
            other.price = 9
            let performance = try await put(bed, meanwhile: other)
            #expect(performance?.seats == Self.seats + 1 && performance?.price == 9)
        }
    }

    /// The seats leave the room that the performance had before the first step.
    @Test func theFormerRoomIsLeft() async throws {
        try await SaleBed.with(.sqlite) { bed in
            let old = try room("old"), new = try room("new")
            for name in [old, new] { try await bed.makeRoom(name) }
            try await bed.open(seats: 50, room: old)
            _ = try await bed.map()
            var change = PerformanceChange()
            change.seats = Self.seats
            change.room = .some(new)
            let concerts = concerts(bed) {
                var other = PerformanceChange()
                other.cancelsPerUser = .some(3)
                _ = try await bed.first.concerts.put(other, of: SaleBed.evening)
            }
            guard case .put = try await concerts.put(change, of: SaleBed.evening) else {
                Issue.record("not put")
                return
            }
            let keys = SeatKeys(SaleBed.evening, behind: old)
            #expect(try await bed.sides[0].redis.send("EXISTS", keys.seats, keys.stock).int == 0)
            #expect(try await bed.map().utf8.count == Self.seats)
        }
    }
}
