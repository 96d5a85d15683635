import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import TestKit
@testable import TestLedger

/// The ledger does not answer, or nobody hears what it did.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ClaimOutageTests {
    /// After it somebody asks the ledger about an undecided number.
    private static let overdueMs = CouponBed.startMs + 2_001

    @Test(arguments: Engine.allCases)
    func aNumberWhoseCommitFailedGoesToTheNext(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(2)
            #expect(try await bed.standing().remaining == 2)
            bed.sides[0].ledger.isAway = true
            await #expect(throws: StoreError.unavailable("taken away")) {
                try await bed.claim("ann")
            }
            bed.sides[0].ledger.isAway = false
            #expect(try await bed.number("bob", by: 1) == 2)
            #expect(try await bed.standing().issued == 1)
            try await bed.set(clockMs: Self.overdueMs)
            #expect(try await bed.number("cat", by: 1) == 1)
            #expect(try await bed.claim("ann") == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    /// All numbers are out and one is undecided: nobody hears "sold out" before it is.
    @Test func whileOneIsUndecidedNobodyIsToldThatAllAreGone() async throws {
        try await CouponBed.with(virtualTime: true) { bed in
            try await bed.put(1)
            #expect(try await bed.standing().remaining == 1)
            bed.sides[0].ledger.isAway = true
            _ = try? await bed.claim("ann")
            bed.sides[0].ledger.isAway = false
            await #expect(throws: StoreError.self) { try await bed.claim("bob", by: 1) }
            try await bed.set(clockMs: Self.overdueMs)
            #expect(try await bed.number("bob", by: 1) == 1)
            #expect(try await bed.claim("ann") == .soldOut)
        }
    }

    @Test(arguments: Engine.allCases)
    func aClaimWhoseAnswerWasLostIsFoundAgain(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(2)
            #expect(try await bed.standing().remaining == 2)
            bed.sides[0].ledger.isAnswerLost = true
            await #expect(throws: StoreError.unavailable("the answer is lost")) {
                try await bed.claim("ann")
            }
            bed.sides[0].ledger.isAnswerLost = false
            try await bed.set(clockMs: Self.overdueMs)
            // Whoever looks finds it out.
            #expect(try await bed.standing(by: 1).issued == 1)
            #expect(try await bed.claim("ann", by: 1) == .alreadyClaimed(1))
            #expect(try await bed.number("bob") == 2)
            #expect(await bed.broken() == [])
        }
    }

    /// The commit of a number that was given back already: the ledger's word counts, and whoever
    /// was given the number in the meantime gets another.
    @Test(arguments: Engine.allCases)
    func aCommitThatComesTooLateIsHeeded(_ engine: Engine) async throws {
        try await CouponBed.with(engine, virtualTime: true) { bed in
            try await bed.put(2)
            #expect(try await bed.standing().remaining == 2)
            bed.sides[0].ledger.isAway = true
            _ = try? await bed.claim("ann")
            bed.sides[0].ledger.isAway = false
            try await bed.set(clockMs: Self.overdueMs)
            #expect(try await bed.standing(by: 1).issued == 0)
            let ledger = CouponLedger(bed.sides[0].ledger)
            let ann = try #require(UserID("ann"))
            let late = try await ledger.claim(CouponBed.coupon, ann, number: 1, atMs: 5)
            #expect(late == .success(1))
            #expect(try await bed.number("bob", by: 1) == 2)
            #expect(try await bed.claim("ann") == .alreadyClaimed(1))
            #expect(try await bed.claim("cat") == .soldOut)
            #expect(await bed.broken() == [])
        }
    }

    /// Many at once: they are asked about in slices.
    @Test func fiveHundredUndecidedNumbersComeBack() async throws {
        try await CouponBed.with(virtualTime: true) { bed in
            try await bed.put(500)
            #expect(try await bed.standing().remaining == 500)
            bed.sides[0].ledger.isAway = true
            _ = try await together(500) { index in try? await bed.claim("a\(index)") }
            bed.sides[0].ledger.isAway = false
            try await bed.set(clockMs: Self.overdueMs)
            let outcomes = try await together(600) { try await bed.claim("b\($0)", by: 1) }
            let issued = outcomes.filter { if case .issued = $0 { true } else { false } }
            #expect(issued.count == 500)
            #expect(outcomes.filter { $0 == .soldOut }.count == 100)
            #expect(await bed.broken() == [])
        }
    }

    @Test func withoutRedisTheLedgerSaysHowItStands() async throws {
        try await CouponBed.with { bed in
            try await bed.put(3)
            _ = try await bed.number("ann")
            bed.server.kill()
            await #expect(throws: StoreError.self) { try await bed.claim("bob") }
            let standing = try await bed.standing()
            #expect(standing.issued == 1)
            #expect(standing.remaining == 2)
            let ann = try #require(UserID("ann"))
            #expect(try await bed.coupons().owned(by: ann).entries.map(\.sequence) == [1])
        }
    }
}
