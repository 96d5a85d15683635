import Redis
import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Payments
@testable import Points
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Proofs 1 and 2 of the design: buyers at the same instant, and at the last one.
@Suite(.sideBySide) struct SeatRaceTests {
    private static let buyers = 24

    /// Scripts that let everybody hold and pay every seat.
    private static let withoutHolds: @Sendable (String) -> String = {
        SeatGuard.owner.off(SeatGuard.taken.off($0))
    }

    private func buyers(_ bed: SaleBed) async throws -> [UserID] {
        let users = try (0..<Self.buyers).map { try user("u\($0)") }
        for user in users { try await bed.charge(user, 1_000_000) }
        return users
    }

    /// Everybody wants `seats(index)`; answers who has paid for what.
    private func rush(_ bed: SaleBed, _ seats: @escaping @Sendable (Int) -> [Int]) async throws
        -> [PaymentReceipt]
    {
        let users = try await buyers(bed)
        let receipts = try await together(Self.buyers) { index -> PaymentReceipt? in
            let outcome = try await bed.at(index).seats
                .hold(seats(index), of: SaleBed.evening, for: users[index])
            guard case .held(let hold) = outcome else { return nil }
            if case .done(let receipt) = try await bed.pay(hold, users[index], by: index + 1) {
                return receipt
            }
            return nil
        }
        return receipts.compactMap { $0 }
    }

    @Test(arguments: Engine.allCases)
    func oneOfManyGetsTheSeat(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open()
            #expect(try await rush(bed) { _ in [7] }.count == 1)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func overlappingPairsInOppositeOrderNeitherBlockNorShare(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open()
            let pairs = [[1, 2], [3, 2], [3, 4], [1, 4]]
            let receipts = try await rush(bed) { pairs[$0 % 4] }
            let sold = receipts.flatMap(\.payment.seats)
            #expect(Set(sold).count == sold.count && !sold.isEmpty)
            #expect(await bed.broken() == [])
        }
    }

    /// With the hold script's guard off many hold one seat; the ledger still sells it once.
    @Test(arguments: Engine.allCases)
    func theLedgerIsTheLastLine(_ engine: Engine) async throws {
        try await SaleBed.with(engine, edit: Self.withoutHolds) { bed in
            try await bed.open()
            #expect(try await rush(bed) { _ in [7] }.count == 1)
            #expect(try await bed.number("select count(*) from sold_seats") == 1)
            #expect(try await bed.number("select sum(balance) from accounts") == 23_930_000)
            #expect(await bed.broken() == [])
        }
    }

    /// With both off a seat is sold again and again, and the audit says so.
    @Test(arguments: Engine.allCases)
    func withoutTheUniqueKeyASeatIsSoldTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine, edit: Self.withoutHolds) { bed in
            try await bed.open()
            _ = try await bed.sides[0].database.commit([
                "drop table sold_seats",
                "create table sold_seats (performance text, seat bigint, payment text)",
            ])
            #expect(try await rush(bed) { _ in [7] }.count > 1)
            #expect(await bed.broken().contains { $0.promise.hasPrefix("a seat is sold at most") })
        }
    }

    @Test(arguments: Engine.allCases)
    func aHoldIsPaidUntilItEnds(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open(holdSeconds: 60)
            for user in [ann, bob] { try await bed.charge(user, 1_000_000) }
            let early = try await bed.hold([1], for: ann)
            let late = try await bed.hold([2], for: bob)
            #expect(early.expiresMs == SaleBed.startMs + 60_000)
            try await bed.set(clockMs: early.expiresMs - 1)
            #expect(try await bed.receipt(early, ann).balance == 930_000)
            try await bed.set(clockMs: late.expiresMs + 1)
            #expect(try await bed.pay(late, bob) == .refused(.holdExpired))
            #expect(try await bed.first.points.balance(of: bob) == 1_000_000)
            #expect(try await bed.map().prefix(2) == "sf")
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: a fence that does not look at the time takes payments of dead holds.
    @Test(arguments: Engine.allCases)
    func withoutTheLookAtTheTimeADeadHoldIsPaid(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true, edit: SeatGuard.expiry.off) { bed in
            let ann = try user("ann")
            try await bed.open(holdSeconds: 60)
            try await bed.charge(ann, 1_000_000)
            let hold = try await bed.hold([1], for: ann)
            try await bed.set(clockMs: hold.expiresMs + 1)
            #expect(try await bed.pay(hold, ann) != .refused(.holdExpired))
        }
    }

    /// Fenced in time, committed after the end of hold and fence, when another has the seats: void.
    @Test(arguments: Engine.allCases)
    func aPaymentThatComesTooLateIsVoid(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open(holdSeconds: 60)
            for user in [ann, bob] { try await bed.charge(user, 1_000_000) }
            let hold = try await bed.hold([1], for: ann)
            let sealed = try #require(await bed.sides[0].seats.open(hold.token))
            try await bed.set(clockMs: hold.expiresMs - 1)
            let untilMs = hold.expiresMs - 1 + 30_000
            #expect(try await bed.sides[0].seats.fence(sealed) == .fenced(untilMs: untilMs))
            // Within the fence nobody gets the seat, though the hold is over.
            try await bed.set(clockMs: hold.expiresMs + 1)
            let meanwhile = try await bed.first.seats.hold([1], of: SaleBed.evening, for: bob)
            #expect(meanwhile == .taken([1]))
            try await bed.set(clockMs: hold.expiresMs + 60_000)
            let other = try await bed.hold([1], for: bob)
            _ = try await bed.receipt(other, bob)
            #expect(try await bed.pay(hold, ann) == .refused(.holdExpired))
            #expect(try await bed.first.points.balance(of: ann) == 1_000_000)
            #expect(await bed.broken() == [])
        }
    }

    /// Without Redis held seats are still paid, once, and nothing else is.
    @Test(arguments: Engine.allCases)
    func whatIsHeldIsPaidWhileRedisIsAway(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open()
            for user in [ann, bob] { try await bed.charge(user, 1_000_000) }
            let hold = try await bed.hold([1, 2], for: ann)
            bed.server.kill()
            let outcomes = try await together(10) {
                try await bed.pay(hold, ann, key: "k\($0)", by: $0)
            }
            #expect(outcomes.count { if case .done = $0 { true } else { false } } == 1)
            await #expect(throws: StoreError.self) { try await bed.hold([3], for: bob) }
            #expect(try await bed.first.points.balance(of: ann) == 860_000)
            // Back and empty: the seats are what the ledger says.
            try bed.server.start()
            for side in bed.sides {
                #expect(await side.redis.whenConnected(timeoutMs: 10_000))
            }
            #expect(try await bed.map().prefix(3) == "ssf")
            let taken = try await bed.first.seats.hold([2, 3], of: SaleBed.evening, for: bob)
            #expect(taken == .taken([2]))
            #expect(await bed.broken() == [])
        }
    }

    /// Redis lost its memory in the middle of the sale: a hold from before still buys its seats,
    /// unless somebody else was faster.
    @Test(arguments: Engine.allCases)
    func aHoldOutlivesTheLossOfRedis(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob, cat) = (try user("ann"), try user("bob"), try user("cat"))
            try await bed.open()
            for user in [ann, bob, cat] { try await bed.charge(user, 1_000_000) }
            let (first, second) = (
                try await bed.hold([1], for: ann), try await bed.hold([2], for: bob)
            )
            _ = try await bed.sides[0].redis.send("FLUSHALL")
            let faster = try await bed.hold([2], for: cat)
            #expect(try await bed.receipt(first, ann).payment.seats == [1])
            #expect(try await bed.pay(second, bob, by: 1) == .refused(.holdExpired))
            #expect(try await bed.receipt(faster, cat).payment.seats == [2])
            #expect(try await bed.map().prefix(3) == "ssf")
            #expect(await bed.broken() == [])
        }
    }
}
