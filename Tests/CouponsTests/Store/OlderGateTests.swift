import Redis
import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import TestKit
@testable import TestLedger

/// Redis comes back older than the ledger: gates know what is issued before they answer anybody.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct OlderGateTests {
    @Test(arguments: Engine.allCases, [true, false])
    func whatIsIssuedIsKnownWithoutAClaim(_ engine: Engine, _ isNewcomer: Bool) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(4)
            _ = try await bed.number("ann")
            try await bed.save()
            for name in ["bob", "cat", "dan"] { _ = try await bed.number(name) }
            try await bed.comeBackOlder()
            let coupons = isNewcomer ? await bed.newcomer() : bed.coupons(1)
            let standing = try #require(try await coupons.standing(CouponBed.coupon)).standing
            #expect(standing.issued == 4)
            let cat = try #require(UserID("cat"))
            #expect(try await coupons.sequence(of: CouponBed.coupon, for: cat) == 3)
            let eve = try #require(UserID("eve"))
            #expect(try await coupons.claim(CouponBed.coupon, for: eve) == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    @Test func withoutTheComparisonTheGateShowsLess() async throws {
        try await CouponBed.with { bed in
            try await bed.put(4)
            _ = try await bed.number("ann")
            try await bed.save()
            for name in ["bob", "cat", "dan"] { _ = try await bed.number(name) }
            try await bed.comeBackOlder()
            let coupons = await bed.newcomer(comparesWithLedger: false)
            #expect(try await coupons.standing(CouponBed.coupon)?.standing.issued == 1)
        }
    }

    /// A greater quantity that an older gate does not know.
    @Test func aChangedQuantityIsBroughtAgain() async throws {
        try await CouponBed.with { bed in
            try await bed.put(1)
            _ = try await bed.number("ann")
            try await bed.save()
            try await bed.put(2)
            try await bed.comeBackOlder()
            let bob = try #require(UserID("bob"))
            let outcome = try await bed.newcomer().claim(CouponBed.coupon, for: bob)
            guard case .issued(let claim) = outcome else {
                return #expect(Bool(false), "\(outcome)")
            }
            #expect(claim.sequence == 2)
        }
    }

    /// The ledger has decided on a number, and its process has not told the gate yet: no loss. The
    /// gate learns it and is not loaded, nor is a healthy one.
    @Test(arguments: Engine.allCases)
    func whatIsJustBeingDecidedIsNoLoss(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(10)
            _ = try await bed.number("ann")
            let side = bed.sides[0]
            let given = try await bed.give("bob")
            #expect(given == 2)
            let other = try await bed.give("cat")
            let bob = try #require(UserID("bob"))
            let decided = try await CouponLedger(side.ledger)
                .claim(CouponBed.coupon, bob, number: given, atMs: 1)
            guard case .success = decided else { return #expect(Bool(false)) }
            let before = try await bed.redis.send("HGET", "{c:first}:gate", "gen").string
            let newcomer = await bed.newcomer()
            #expect(try await newcomer.standing(CouponBed.coupon)?.standing.issued == 2)
            // Cat's number is still hers to be decided.
            let users = try await bed.redis.send("HGET", "{c:first}:users", "cat").string
            #expect(users == String(-other))
            #expect(try await bed.redis.send("HGET", "{c:first}:gate", "gen").string == before)
        }
    }
}

extension CouponBed {
    func save() async throws { _ = try await redis.send("SAVE") }

    /// `kill -9`; it comes back as it was at the last `save`.
    func comeBackOlder() async throws {
        let openings = sides.map(\.redis.openings)
        server.kill()
        try server.start()
        try await until("all are connected again") {
            var areBack = true
            for (side, before) in zip(sides, openings) {
                let isThere = await side.redis.isAvailable
                areBack = areBack && isThere && side.redis.openings > before
            }
            return areBack
        }
    }

    /// A process that has just started.
    func newcomer(comparesWithLedger: Bool = true) async -> CouponStore {
        let side = sides[1]
        let ledger = CouponLedger(side.ledger)
        let coupons = CouponStore(
            redis: side.redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: side.loop),
            committed: {},
            comparesWithLedger: comparesWithLedger,
            on: side.loop
        )
        await Task(executorPreference: side.loop) { await coupons.start() }.value
        return coupons
    }

    /// The gate gives a number, and nobody asks the ledger about it.
    func give(_ name: String) async throws -> Int64 {
        let reply = try await coupons().run(
            CouponScripts()[.claim],
            Self.coupon,
            [.string(name)]
        )
        return try #require(reply).integer(1)
    }
}
