import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import TestKit
@testable import TestLedger

/// DESIGN 10.11: everybody at once for one coupon; one user many times at once.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct ClaimRaceTests {
    @Test(arguments: Engine.allCases)
    func threeThousandForAThousand(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(1_000)
            let outcomes = try await together(3_000) { try await bed.claim("u\($0)", by: $0) }
            var numbers: [Int64] = []
            var left: [Int64] = []
            var soldOut = 0
            for outcome in outcomes {
                switch outcome {
                case .issued(let claim):
                    numbers.append(claim.sequence)
                    left.append(claim.remaining)
                case .soldOut: soldOut += 1
                default: Issue.record("\(outcome)")
                }
            }
            #expect(numbers.sorted() == Array(1...1_000))
            #expect(left.sorted() == Array(0...999))
            #expect(soldOut == 2_000)
            let standing = try await bed.standing()
            #expect(standing.issued == 1_000)
            #expect(standing.state(at: 0) == .finished)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases, [3, 50])
    func oneUserManyTimesAtOnceHasOne(_ engine: Engine, _ times: Int) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(1_000)
            let outcomes = try await together(times) { try await bed.claim("ann", by: $0) }
            let issued = outcomes.filter { if case .issued = $0 { true } else { false } }
            #expect(issued.count == 1)
            #expect(outcomes.filter { $0 == .alreadyClaimed(1) }.count == times - 1)
            #expect(try await bed.standing().issued == 1)
            #expect(await bed.broken() == [])
        }
    }

    /// The gate's own guard: without it every claim of a user gets a number, and only the ledger
    /// stands in the way.
    @Test(arguments: Engine.allCases)
    func withoutTheGatesGuardTheLedgerStillGivesOne(_ engine: Engine) async throws {
        try await CouponBed.with(engine, without: .one) { bed in
            try await bed.put(5)
            _ = try await bed.number("ann")
            // What the confused gate says does not matter, as long as it is no yes.
            if case .issued(let claim) = try? await bed.claim("ann", by: 1) {
                Issue.record("\(claim)")
            }
            let rows = try await bed.sides[0].ledger.rows("select count(*) from coupon_claims")
            #expect(try rows[0].integer(0) == 1)
        }
    }

    /// And without the ledger's a user has two, which the audit sees.
    @Test(arguments: Engine.allCases)
    func withoutBothAUserHasTwoAndTheAuditSeesIt(_ engine: Engine) async throws {
        try await CouponBed.with(engine, without: .one) { bed in
            try await bed.put(5)
            try await bed.write(
                "drop table coupon_uses",
                "drop table coupon_claims",
                """
                create table coupon_claims (user_id text, coupon text, sequence bigint,
                  claimed_at_ms bigint)
                """
            )
            #expect(try await bed.number("ann") == 1)
            #expect(try await bed.number("ann", by: 1) == 2)
            let broken = await bed.broken().filter { $0.finding == .broken }.map(\.detail)
            #expect(broken.contains { $0.contains("first to ann") }, "\(broken)")
        }
    }

    /// One too many: the gate's guard off, then the ledger's, too.
    @Test(arguments: Engine.allCases)
    func noneIsIssuedBeyondTheQuantity(_ engine: Engine) async throws {
        try await CouponBed.with(engine, without: .quantity) { bed in
            try await bed.put(3)
            // All at once: the gate has not heard that all are issued.
            let outcomes = try await together(6) { index -> ClaimOutcome? in
                try? await bed.claim("u\(index)", by: index)
            }
            let issued = outcomes.filter { if case .issued = $0 { true } else { false } }
            #expect(issued.count == 3)
            let rows = try await bed.sides[0].ledger.rows("select issued from coupons")
            #expect(try rows[0].integer(0) == 3)

            // Written past every guard, it is seen.
            try await bed.write(
                """
                insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
                values ('late', \(CouponBed.coupon.raw), 4, 1)
                """
            )
            let broken = await bed.broken().map(\.detail)
            #expect(broken.contains { $0.contains("first number 4") }, "\(broken)")
        }
    }

    /// Neither does it stay in Redis: what a gate keeps is bounded by what was issued.
    @Test(arguments: Engine.allCases)
    func aRefusalTouchesNoLedgerAndLeavesNothing(_ engine: Engine) async throws {
        try await CouponBed.with(engine, sides: 1) { bed in
            try await bed.put(10)
            for index in 0..<10 { _ = try await bed.number("u\(index)") }
            func memory() async throws -> [RedisValue] {
                var sizes = [try await bed.redis.send("HLEN", "{c:first}:users")]
                sizes.append(try await bed.redis.send("DBSIZE"))
                return sizes
            }
            let ledger = await bed.sides[0].ledger.statistics()
            let before = try await memory()
            for index in 0..<200 {
                #expect(try await bed.claim("late\(index)") == .soldOut)
                let known = index % 10
                #expect(try await bed.claim("u\(known)") == .alreadyClaimed(Int64(known + 1)))
            }
            let after = await bed.sides[0].ledger.statistics()
            #expect(after.reads == ledger.reads && after.entries == ledger.entries)
            #expect(try await memory() == before)
        }
    }
}
