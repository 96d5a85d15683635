import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import TestLedger

/// When a coupon can be claimed, and how its quantity changes.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ClaimTimesTests {
    private static let start = CouponBed.startMs + 60_000
    private static let end = CouponBed.startMs + 120_000

    @Test func aClaimIsTakenFromTheStartUntilBeforeTheEnd() async throws {
        try await CouponBed.with(virtualTime: true) { bed in
            try await bed.put(10, startsMs: Self.start, endsMs: Self.end)
            #expect(try await bed.claim("ann") == .notStarted(inMs: 60_000))
            #expect(try await bed.standing().state(at: CouponBed.startMs) == .scheduled)
            try await bed.set(clockMs: Self.start - 1)
            #expect(try await bed.claim("ann", by: 1) == .notStarted(inMs: 1))
            try await bed.set(clockMs: Self.start)
            #expect(try await bed.number("ann") == 1)
            try await bed.set(clockMs: Self.end - 1)
            #expect(try await bed.number("bob", by: 1) == 2)
            try await bed.set(clockMs: Self.end)
            #expect(try await bed.claim("cat") == .ended)
            // Who has one hears that, whatever the time.
            #expect(try await bed.claim("ann", by: 1) == .alreadyClaimed(1))
            #expect(try await bed.standing().state(at: Self.end) == .ended)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: [GateGuard.start, .end])
    func withoutTheGuardOfTimeItIsGiven(_ guardOff: GateGuard) async throws {
        try await CouponBed.with(virtualTime: true, without: guardOff) { bed in
            try await bed.put(10, startsMs: Self.start, endsMs: Self.end)
            if guardOff == .end { try await bed.set(clockMs: Self.end) }
            #expect(try await bed.number("ann") == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func aGreaterQuantityReopensAFinishedOne(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(1)
            #expect(try await bed.number("ann") == 1)
            #expect(try await bed.claim("bob", by: 1) == .soldOut)
            #expect(try await bed.standing(by: 1).state(at: CouponBed.startMs) == .finished)
            try await bed.put(2, by: 1)
            #expect(try await bed.standing().state(at: CouponBed.startMs) == .open)
            #expect(try await bed.number("bob") == 2)
            #expect(try await bed.claim("cat", by: 1) == .soldOut)
            #expect(try await bed.put(1) == .fewerThanIssued(2))
            #expect(await bed.broken() == [])
        }
    }

    /// A number is never beyond the quantity: one that was given back leaves a hole below.
    @Test(arguments: Engine.allCases)
    func theQuantityIsAtLeastTheHighestNumber(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(10)
            try await bed.write(
                "update coupons set issued = 1",
                """
                insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
                values ('ann', \(CouponBed.coupon.raw), 7, 1)
                """
            )
            #expect(try await bed.put(6) == .fewerThanIssued(7))
            guard case .put = try await bed.put(7) else {
                Issue.record("7 was refused")
                return
            }
            // The holes are filled first, and then it is finished.
            var numbers: [Int64] = []
            for index in 0..<6 { numbers.append(try await bed.number("u\(index)", by: index)) }
            #expect(numbers == [1, 2, 3, 4, 5, 6])
            #expect(try await bed.claim("late") == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    @Test func anOlderChangeDoesNotUndoANewerOne() async throws {
        try await CouponBed.with { bed in
            try await bed.put(1)
            let old = try #require(try await bed.coupons().ledger.coupon(CouponBed.coupon))
            #expect(try await bed.number("ann") == 1)
            try await bed.put(5)
            // The relay, with what it read before.
            try await bed.coupons(1).configure(old)
            #expect(try await bed.number("bob") == 2)
        }
        try await CouponBed.with(without: .revision) { bed in
            try await bed.put(1)
            let old = try #require(try await bed.coupons().ledger.coupon(CouponBed.coupon))
            #expect(try await bed.number("ann") == 1)
            try await bed.put(5)
            try await bed.coupons(1).configure(old)
            #expect(try await bed.claim("bob") == .soldOut)
        }
    }

    /// A change that its process could not tell the gate comes from the outbox.
    @Test(arguments: Engine.allCases)
    func theRelayTellsTheGate(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(1)
            #expect(try await bed.number("ann") == 1)
            let ledger = CouponLedger(bed.sides[0].ledger)
            let row = try #require(try await ledger.coupon(CouponBed.coupon))
            var coupon = row.coupon
            coupon.quantity = 2
            _ = try await ledger.put(coupon, former: row.revision, atMs: 1)
            #expect(try await bed.claim("bob") == .soldOut)
            let numbered = try await Outbox(bed.sides[0].ledger).number()
            #expect(numbered.numbered == 2)
            let events = try await Outbox(bed.sides[0].ledger).events(after: 0, limit: 10)
            #expect(events.map(\.kind) == ["coupon.changed", "coupon.changed"])
            try await OutboxConsumer.coupons(bed.coupons(1)).apply(events)
            #expect(try await bed.number("bob") == 2)
        }
    }

    @Test func anUnknownCouponIsUnknown() async throws {
        try await CouponBed.with { bed in
            #expect(try await bed.claim("ann") == .unknownCoupon)
            #expect(try await bed.coupons().standing(CouponBed.coupon) == nil)
            try await bed.put(1)
            #expect(try await bed.number("ann", by: 1) == 1)
        }
    }
}
