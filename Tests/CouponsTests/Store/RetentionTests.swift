import TestGate
import TestRedis
import Testing

@testable import Coupons
@testable import TestLedger

/// A finished coupon leaves Redis after a time, and comes back as it was when somebody asks.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RetentionTests {
    private static let dayMs: Int64 = 86_400_000
    private static let retainMs: Int64 = 30 * dayMs

    private func couponLife(endsMs: Int64?, without guardOff: GateGuard? = nil)
        async throws -> [String: Int64]
    {
        try await CouponBed.with(virtualTime: true, retainMs: Self.retainMs, without: guardOff) {
            bed in
            try await bed.put(3, endsMs: endsMs)
            _ = try await bed.number("ann")
            _ = try await bed.number("bob")
            return try await KeyLives(bed.redis).of("{c:first}:")
        }
    }

    @Test func aCouponThatHasNotEndedStays() async throws {
        let going = try await couponLife(endsMs: nil)
        #expect(going.count == 2 && going.values.allSatisfy { $0 == -1 }, "\(going)")
        let unguarded = try await couponLife(endsMs: nil, without: .unfinished)
        #expect(unguarded.values.allSatisfy { $0 > 0 })
        let ends = CouponBed.startMs + 10 * Self.dayMs
        let ending = try await couponLife(endsMs: ends)
        #expect(ending.values.allSatisfy { KeyLives.isAbout($0, 40 * Self.dayMs) }, "\(ending)")
    }

    @Test(arguments: Engine.allCases)
    func aFinishedCouponLeavesAndRefusesAsBefore(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true, retainMs: Self.retainMs) { bed in
            try await bed.put(2)
            for name in ["ann", "bob"] { _ = try await bed.number(name) }
            let lives = try await KeyLives(bed.redis).of("{c:first}:")
            #expect(lives.values.allSatisfy { KeyLives.isAbout($0, Self.retainMs) }, "\(lives)")
            try await KeyLives(bed.redis).end()
            try await bed.set(clockMs: CouponBed.startMs + 1)
            #expect(try await bed.claim("ann") == .alreadyClaimed(1))
            #expect(try await bed.claim("cat", by: 1) == .soldOut)
            // More of them: it goes on, and stays.
            try await bed.put(5)
            #expect(try await bed.number("cat") == 3)
            let reopened = try await KeyLives(bed.redis).of("{c:first}:")
            #expect(reopened.values.allSatisfy { $0 == -1 }, "\(reopened)")
            #expect(await bed.broken() == [])
        }
    }
}
