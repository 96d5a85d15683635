import Redis
import SQL
import Synchronization
import TestGate
import TestRedis
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import TestLedger

/// The ledger is put back from a backup, and Redis is kept: gates know of claims and settings that
/// the ledger has lost. They are as the ledger says before they answer anybody.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RestoredGateTests {
    @Test(arguments: Engine.allCases)
    func lostNumbersAreIssuedAgain(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.claimAndLose()
            let coupons = await bed.newcomer()
            #expect(try await coupons.standing(CouponBed.coupon)?.standing.issued == 1)
            let bob = try #require(UserID("bob"))
            #expect(try await coupons.sequence(of: CouponBed.coupon, for: bob) == nil)
            var numbers: [Int64] = []
            for (index, name) in ["eve", "bob"].enumerated() {
                numbers.append(try await bed.number(name, by: index))
            }
            #expect(numbers == [2, 3])
            let late = try #require(UserID("late"))
            #expect(try await coupons.claim(CouponBed.coupon, for: late) == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    @Test func withoutTheComparisonTheyAreGone() async throws {
        try await CouponBed.with { bed in
            try await bed.claimAndLose()
            let coupons = await bed.newcomer(comparesWithLedger: false)
            let eve = try #require(UserID("eve"))
            #expect(try await coupons.claim(CouponBed.coupon, for: eve) == .soldOut)
        }
    }

    /// The coupon was changed after the backup; `again`: and after it was restored, so that the
    /// ledger has the number of a revision that Redis knows otherwise.
    @Test(arguments: Engine.allCases, [false, true])
    func lostSettingsAreTheLedgers(_ engine: Engine, _ again: Bool) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(3)
            _ = try await bed.number("ann")
            try await bed.put(50)
            let settings: SQL =
                again ? "quantity = 2, revision = 2" : "quantity = 3, revision = 1"
            try await bed.write("update coupons set \(settings)")
            let standing = try await bed.newcomer().standing(CouponBed.coupon)?.standing
            #expect(standing?.coupon.quantity == (again ? 2 : 3))
            #expect(standing?.issued == 1)
        }
    }

    /// The coupon was made after the backup. It is unknown, and one that is made anew is new.
    @Test(arguments: Engine.allCases)
    func aLostCouponIsUnknown(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(2)
            _ = try await bed.number("ann")
            try await bed.write("delete from coupon_claims", "delete from coupons")
            let eve = try #require(UserID("eve"))
            let coupons = await bed.newcomer()
            #expect(try await coupons.claim(CouponBed.coupon, for: eve) == .unknownCoupon)
            try await bed.put(2)
            #expect(try await bed.number("eve", by: 1) == 1)
            #expect(await bed.broken() == [])
        }
    }

    /// Claims that another process decides between the look at Redis and the read of the ledger are
    /// no reason to load.
    @Test(arguments: Engine.allCases)
    func whatIsIssuedMeanwhileIsNoReasonToLoad(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(10)
            _ = try await bed.number("ann")
            #expect(try await bed.standing(by: 1).issued == 1)
            let loads = Mutex(0)
            await bed.coupons(1).compareAgain(CouponBed.coupon)
            let meanwhile = Meanwhile()
            bed.sides[1].ledger.beforeRead = { statements in
                let isLoad = statements.contains { $0.text.contains("order by sequence limit") }
                if isLoad { loads.withLock { $0 += 1 } }
                try? await meanwhile.once { _ = try await bed.number("bob") }
            }
            #expect(try await bed.standing(by: 1).issued == 2)
            #expect(loads.withLock { $0 } == 0)
            bed.sides[1].ledger.beforeRead = nil
            #expect(await bed.broken() == [])
        }
    }
}

extension CouponBed {
    /// Of three coupons Ann's is in the backup, Bob's and Cat's are lost.
    fileprivate func claimAndLose() async throws {
        try await put(3)
        for name in ["ann", "bob", "cat"] { _ = try await number(name) }
        try await write(
            "delete from coupon_claims where sequence > 1",
            "update coupons set issued = 1"
        )
        // All processes start again.
        for side in 0...1 { await coupons(side).compareAgain(Self.coupon) }
    }
}

extension CouponStore {
    /// The next use compares again.
    fileprivate func compareAgain(_ id: CouponID) { comparisons.forget(id) }
}
