import Redis
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import Ledger
@testable import TestLedger

/// `onsale audit --repair` where Redis holds something under the name of a gate that is none.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct AuditRepairTests {
    @Test func aGateThatCannotBeReadIsReplaced() async throws {
        try await CouponBed.with(.sqlite) { bed in
            try await bed.put(5)
            #expect(try await bed.number("ann") == 1)
            let side = bed.sides[0]
            let engines = AuditEngines(
                database: side.ledger,
                redis: side.redis,
                repairs: true,
                on: side.loop
            )
            let audit = CouponAudit(engines, scripts: bed.scripts)
            for key in CouponKeys(CouponBed.coupon).all.prefix(2) {
                _ = try await side.redis.send("DEL", key)
                _ = try await side.redis.send("SET", key, "junk")
                #expect(await bed.broken().map(\.finding) == [.broken], "\(key)")
                #expect(await audit.audit().map(\.finding) == [.mended, .kept], "\(key)")
                #expect(await bed.broken() == [], "\(key)")
            }
            #expect(try await bed.number("bob") == 2)
        }
    }

    /// What could not be loaded again is not deleted.
    @Test func withoutTheLedgerNothingIsDeleted() async throws {
        try await CouponBed.with(.sqlite) { bed in
            try await bed.put(5)
            #expect(try await bed.number("ann") == 1)
            let side = bed.sides[0], gate = CouponKeys(CouponBed.coupon).all[0]
            _ = try await side.redis.send("DEL", gate)
            _ = try await side.redis.send("SET", gate, "junk")
            side.ledger.isAway = true
            let coupons = bed.coupons()
            await #expect(throws: StoreError.self) {
                try await coupons.replace(CouponBed.coupon)
            }
            side.ledger.isAway = false
            #expect(try await side.redis.send("GET", gate).string == "junk")
        }
    }
}
