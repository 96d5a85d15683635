import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import TestKit
@testable import TestLedger

/// Redis comes back empty or older; the ledger says what is issued.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct CouponLossTests {
    @Test(arguments: Engine.allCases)
    func anEmptiedGateIsBuiltFromTheLedger(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(100)
            _ = try await together(60) { try await bed.number("u\($0)", by: $0) }
            try await bed.flush()
            let outcomes = try await together(100) { try await bed.claim("u\($0)", by: $0 + 1) }
            let issued = outcomes.compactMap { outcome -> Int64? in
                if case .issued(let claim) = outcome { claim.sequence } else { nil }
            }
            #expect(issued.sorted() == Array(61...100))
            for outcome in outcomes.prefix(60) {
                guard case .alreadyClaimed(let number) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect((1...60).contains(number))
            }
            #expect(try await bed.claim("late") == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    /// A gate that makes itself anew as if nothing were issued: the ledger refuses, the gate does
    /// not know why, and what it shows is wrong.
    @Test func withoutTheRefillTheGateIsWrong() async throws {
        try await CouponBed.with(virtualTime: true, without: .refill) { bed in
            try await bed.put(10)
            for index in 0..<6 { _ = try await bed.number("u\(index)") }
            try await bed.flush()
            #expect(try await bed.standing().issued == 0)
            let broken = await bed.broken().map(\.promise)
            #expect(broken == ["a coupon's gate in Redis knows whom the ledger has issued it to"])
        }
    }

    /// A counter without its users is no knowledge, nor are users without the counter.
    @Test(arguments: ["gate", "users"])
    func halfOfAGateIsBuiltAnew(_ key: String) async throws {
        try await CouponBed.with { bed in
            try await bed.put(3)
            _ = try await bed.number("ann")
            _ = try await bed.redis.send("DEL", "{c:first}:\(key)")
            #expect(try await bed.claim("ann", by: 1) == .alreadyClaimed(1))
            #expect(try await bed.number("bob") == 2)
            #expect(await bed.broken() == [])
        }
    }

    /// A stale replica took over: what was issued since is not in it.
    @Test(arguments: Engine.allCases)
    func anOlderGateIsNoticed(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(10)
            _ = try await bed.number("ann")
            var kept: [(String, [UInt8])] = []
            for key in ["gate", "users"] {
                let reply = try await bed.redis.send("DUMP", "{c:first}:\(key)")
                guard case .bytes(let bytes) = reply else { throw CouponBed.Unexpected(what: key) }
                kept.append(("{c:first}:\(key)", bytes))
            }
            for name in ["bob", "cat"] { _ = try await bed.number(name) }
            for (key, bytes) in kept {
                _ = try await bed.redis.send([
                    "RESTORE", .string(key), 0, .bytes(bytes), "REPLACE",
                ])
            }
            // The side that saw the newer one builds it anew.
            #expect(try await bed.claim("bob") == .alreadyClaimed(2))
            #expect(try await bed.number("dan", by: 1) == 4)

            // A side that never saw the newer one is put right by the ledger, claim by claim.
            for (key, bytes) in kept {
                _ = try await bed.redis.send([
                    "RESTORE", .string(key), 0, .bytes(bytes), "REPLACE",
                ])
            }
            try await CouponBed.withStranger(bed) { stranger in
                let cat = try #require(UserID("cat"))
                #expect(
                    try await stranger.claim(CouponBed.coupon, for: cat) == .alreadyClaimed(3)
                )
                let eve = try #require(UserID("eve"))
                guard case .issued(let claim) = try await stranger.claim(CouponBed.coupon, for: eve)
                else { throw CouponBed.Unexpected(what: "eve has none") }
                #expect(claim.sequence == 5)
            }
            #expect(await bed.broken() == [])
        }
    }

    /// Redis is emptied again and again while two processes issue: what was given out and is being
    /// committed is not known to the new gate, and nobody notices.
    @Test(arguments: Engine.allCases)
    func emptiedInTheMiddleOfTheWave(_ engine: Engine) async throws {
        try await CouponBed.with(engine) { bed in
            try await bed.put(400)
            async let flushes: Void = {
                for _ in 0..<5 {
                    let before = try await bed.issuedInLedger()
                    while try await bed.issuedInLedger() < min(400, before + 40) {
                        await Task.yield()
                    }
                    _ = try await bed.redis.send("FLUSHALL")
                }
            }()
            let outcomes = try await together(1_000) { index -> ClaimOutcome in
                for _ in 0..<20 {
                    if let outcome = try? await bed.claim("u\(index)", by: index) { return outcome }
                }
                return .unknownCoupon
            }
            try await flushes
            var numbers: [Int64] = []
            var lost = 0
            for outcome in outcomes {
                switch outcome {
                case .issued(let claim): numbers.append(claim.sequence)
                // Their first answer was lost with the gate.
                case .alreadyClaimed(let number): numbers.append(number)
                case .soldOut: break
                default: lost += 1
                }
            }
            #expect(lost == 0)
            #expect(numbers.sorted() == Array(1...400))
            #expect(try await bed.claim("late") == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    /// More than one slice of what was issued, with holes.
    @Test(arguments: Engine.allCases)
    func thousandsAreBroughtInSlices(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(20_000)
            try await bed.write(
                """
                insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
                with recursive n (i) as (select 1 union all select i + 1 from n where i < 10000)
                select 'u' || cast(i as text), \(CouponBed.coupon.raw), i, 1 from n
                where i not in (7, 3001, 9000)
                """,
                "update coupons set issued = 9997"
            )
            #expect(try await bed.standing().issued == 9_997)
            #expect(try await bed.claim("u8") == .alreadyClaimed(8))
            var numbers: [Int64] = []
            for name in ["ann", "bob", "cat", "dan"] { numbers.append(try await bed.number(name)) }
            #expect(numbers == [7, 3_001, 9_000, 10_001])
            #expect(await bed.broken() == [])
        }
    }
}

extension CouponBed {
    func issuedInLedger() async throws -> Int64 {
        try await sides[0].ledger.rows("select issued from coupons")[0].integer(0)
    }

    /// A process that has just started.
    static func withStranger(
        _ bed: CouponBed,
        _ body: @Sendable (CouponStore) async throws -> Void
    ) async throws {
        let side = bed.sides[1]
        let stranger = CouponStore(
            redis: side.redis,
            ledger: CouponLedger(side.ledger),
            names: CouponDirectory(ledger: CouponLedger(side.ledger), on: side.loop),
            committed: {},
            on: side.loop
        )
        await Task(executorPreference: side.loop) { await stranger.start() }.value
        try await body(stranger)
    }
}
