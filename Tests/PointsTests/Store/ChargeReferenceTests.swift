import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Points
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// What a payment provider calls a payment is credited once, whatever is sent and when.
@Suite(.sideBySide) struct ChargeReferenceTests {
    private static let dayMs: Int64 = 24 * 3_600_000

    /// With a key each, as clients that know nothing of each other, from two processes.
    private func rush(_ bed: SaleBed) async throws -> [ChargeReceipt] {
        let ann = try user("ann")
        return try await together(20) { index in
            let outcome =
                if index % 3 == 0 {
                    try await bed.at(index).points.charge(70, to: ann, providersReference: "tx 1")
                } else {
                    try await bed.at(index).points
                        .charge(70, reference: "tx 1", by: bed.attempt(ann, "k\(index)"))
                }
            guard case .done(let receipt) = outcome else {
                Issue.record("\(outcome)")
                return ChargeReceipt(balance: -1)
            }
            return receipt
        }
    }

    @Test(arguments: Engine.allCases)
    func aReferenceSentByManyAtOnceCountsOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let receipts = try await rush(bed)
            #expect(receipts.count { !$0.isRepeated } == 1)
            #expect(receipts.allSatisfy { $0.balance == 70 })
            #expect(try await bed.first.points.balance(of: try user("ann")) == 70)
            #expect(try await bed.number("select count(*) from transfers") == 1)
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that.
    @Test(arguments: Engine.allCases)
    func withoutItsKeyAReferenceCountsTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            _ = try await bed.sides[0].database.commit([
                "drop table charge_references",
                """
                create table charge_references (user_id text, reference text, source text,
                  charge text, amount bigint, balance bigint, at_ms bigint)
                """,
            ])
            #expect(try await rush(bed).count { !$0.isRepeated } == 20)
            let broken = await bed.broken().map(\.promise)
            #expect(broken.contains { $0.hasPrefix("a charge's reference") })
        }
    }

    @Test(arguments: Engine.allCases)
    func aReferenceOutlivesItsKey(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            let attempt = bed.attempt(ann, "k")
            let first = try await bed.first.points.charge(70, reference: "tx", by: attempt)
            #expect(first == .done(ChargeReceipt(balance: 70)))
            try await bed.charge(ann, 5, key: "other")
            // The key's answer, and when that is forgotten the reference's.
            #expect(try await bed.at(1).points.charge(70, reference: "tx", by: attempt) == first)
            try await bed.set(clockMs: SaleBed.startMs + 10 * Self.dayMs)
            let late = try await bed.at(1).points.charge(70, reference: "tx", by: attempt)
            #expect(late == .done(ChargeReceipt(balance: 70, isRepeated: true)))
            #expect(try await bed.first.points.balance(of: ann) == 75)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aReferenceIsOfOneAmountAndForProvidersOfOneUser(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob, points) = (try user("ann"), try user("bob"), bed.first.points)
            func provider(_ amount: Int64, _ user: UserID, _ reference: String)
                async throws -> AttemptOutcome<ChargeReceipt, ChargeRefusal>
            {
                try await points.charge(amount, to: user, providersReference: reference)
            }
            #expect(try await provider(70, ann, "tx") == .done(ChargeReceipt(balance: 70)))
            #expect(try await provider(71, ann, "tx") == .refused(.referenceUsed))
            #expect(try await provider(70, bob, "tx") == .refused(.referenceUsed))
            // Each user's own words are their own: nobody can use up another's.
            let own = try await points.charge(9, reference: "tx", by: bed.attempt(bob, "k"))
            #expect(own == .done(ChargeReceipt(balance: 9)))
            let evil = try await points.charge(1, reference: "tx 2", by: bed.attempt(bob, "k2"))
            #expect(evil == .done(ChargeReceipt(balance: 10)))
            #expect(try await provider(70, ann, "tx 2") == .done(ChargeReceipt(balance: 140)))
            // What the user has sent and the provider sends too is one.
            #expect(try await provider(1, bob, "tx 2") == .refused(.referenceUsed))
            let mine = try await points.charge(3, reference: "tx 3", by: bed.attempt(bob, "k3"))
            #expect(mine == .done(ChargeReceipt(balance: 13)))
            let same = ChargeReceipt(balance: 13, isRepeated: true)
            #expect(try await provider(3, bob, "tx 3") == .done(same))
            #expect(try await points.balance(of: bob) == 13)
            #expect(await bed.broken() == [])
        }
    }

    /// A full account refuses more, but not what it has had.
    @Test(arguments: Engine.allCases)
    func aFullAccountStillAnswersForItsReference(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            let full = try await bed.first.points.charge(
                Points.max,
                to: ann,
                providersReference: "tx"
            )
            #expect(full == .done(ChargeReceipt(balance: Points.max)))
            let more = try await bed.first.points.charge(1, to: ann, providersReference: "tx 2")
            #expect(more == .refused(.balanceLimit))
            let again = try await bed.first.points.charge(
                Points.max,
                to: ann,
                providersReference: "tx"
            )
            #expect(again == .done(ChargeReceipt(balance: Points.max, isRepeated: true)))
        }
    }
}
