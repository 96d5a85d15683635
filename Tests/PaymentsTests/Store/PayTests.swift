import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Points
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

@Suite(.sideBySide) struct PayTests {
    @Test(arguments: Engine.allCases)
    func aPaymentTakesPointsAndGivesSeats(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open()
            try await bed.charge(ann, 200_000)
            let hold = try await bed.hold([7, 8], for: ann)
            #expect(hold.amount == 140_000)
            let receipt = try await bed.receipt(hold, ann, by: 1)
            #expect(receipt.balance == 60_000)
            #expect(receipt.payment.seats == [7, 8])
            #expect(try await bed.first.points.balance(of: ann) == 60_000)
            #expect(try await bed.map().prefix(9) == "ffffffssf")
            #expect(try await bed.at(1).payments.payments(of: ann).entries.map(\.state) == [.paid])
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func withoutThePointsNothingHappensAndTheHoldStays(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open()
            try await bed.charge(ann, 69_999)
            let hold = try await bed.hold([1], for: ann)
            #expect(try await bed.pay(hold, ann) == .refused(.insufficientPoints))
            // The first answer stays, whatever has changed since.
            try await bed.charge(ann, 1, key: "one more")
            #expect(try await bed.pay(hold, ann, by: 1) == .refused(.insufficientPoints))
            #expect(try await bed.map().first == "h")
            #expect(try await bed.receipt(hold, ann, key: "again").balance == 0)
            // Who has never charged has no account at all.
            let other = try await bed.hold([2], for: bob)
            #expect(try await bed.pay(other, bob) == .refused(.insufficientPoints))
            #expect(try await bed.number("select count(*) from payments") == 1)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aFreeSeatNeedsNoPoints(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(price: 0)
            let hold = try await bed.hold([1], for: ann)
            let receipt = try await bed.receipt(hold, ann)
            #expect(receipt.balance == 0 && receipt.payment.amount == 0)
            let cancelled = try await bed.cancel(receipt.payment.id, ann, key: "c")
            #expect(cancelled == .done(CancelReceipt(payment: receipt.payment.id, balance: 0)))
            let again = try await bed.cancel(receipt.payment.id, ann, key: "d")
            #expect(again == cancelled)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aHoldIsPaidByItsUserOnly(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open()
            try await bed.charge(bob, 200_000)
            let hold = try await bed.hold([1], for: ann)
            #expect(try await bed.pay(hold, bob) == .refused(.ofAnotherUser))
            let garbled = try await bed.first.payments.pay("nonsense", by: bed.attempt(bob, "n"))
            #expect(garbled == .refused(.unknownHold))
            #expect(try await bed.first.points.balance(of: bob) == 200_000)
        }
    }

    /// Proof 3 of the design.
    @Test(arguments: Engine.allCases)
    func aKeyPaysOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open()
            try await bed.charge(ann, 1_000_000)
            let hold = try await bed.hold([1], for: ann)
            let outcomes = try await together(50) { try await bed.pay(hold, ann, by: $0) }
            let receipts = outcomes.compactMap { outcome -> PaymentReceipt? in
                if case .done(let receipt) = outcome { receipt } else { nil }
            }
            #expect(!receipts.isEmpty)
            #expect(receipts.allSatisfy { $0 == receipts[0] })
            #expect(outcomes.count { $0 == .inProgress } + receipts.count == 50)
            #expect(try await bed.first.points.balance(of: ann) == 930_000)
            // Another body under the key, and the key after all memory is gone.
            let other = try await bed.hold([2], for: ann)
            #expect(try await bed.pay(other, ann) == .mismatch)
            #expect(try await bed.map().prefix(2) == "sh")
            #expect(try await bed.pay(hold, ann, by: 1) == .done(receipts[0]))
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of proof 3: without the unique key fifty tries are more than one answer.
    @Test(arguments: Engine.allCases)
    func withoutItsUniqueKeyAnAttemptIsAnsweredTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open()
            _ = try await bed.sides[0].database.commit([
                "drop table idempotency",
                """
                create table idempotency (user_id text, key text, fingerprint text, outcome text,
                  reference text, balance bigint, at_ms bigint)
                """,
            ])
            _ = try await together(20) { index in
                try await bed.at(index).points.charge(5, by: bed.attempt(ann, "k"))
            }
            _ = try await bed.first.points.charge(5, by: bed.attempt(ann, "k"))
            #expect(try await bed.first.points.balance(of: ann) > 5)
        }
    }

    @Test(arguments: Engine.allCases)
    func twoKeysPayAHoldOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open()
            try await bed.charge(ann, 1_000_000)
            let hold = try await bed.hold([1, 2], for: ann)
            let outcomes = try await together(20) {
                try await bed.pay(hold, ann, key: "k\($0)", by: $0)
            }
            let paid = outcomes.count { if case .done = $0 { true } else { false } }
            #expect(paid == 1)
            #expect(outcomes.count { $0 == .refused(.holdExpired) } == 19)
            #expect(try await bed.first.points.balance(of: ann) == 860_000)
            #expect(try await bed.map().prefix(3) == "ssf")
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aKeyIsAsGoodAsNewAfterADay(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            try await bed.charge(ann, 5)
            try await bed.set(clockMs: SaleBed.startMs + 24 * 3_600_000 - 1)
            let same = try await bed.first.points.charge(5, by: bed.attempt(ann, "charge"))
            #expect(same == .done(ChargeReceipt(balance: 5)))
            try await bed.set(clockMs: SaleBed.startMs + 24 * 3_600_000)
            let anew = try await bed.first.points.charge(5, by: bed.attempt(ann, "charge"))
            #expect(anew == .done(ChargeReceipt(balance: 10)))
            try await bed.set(clockMs: SaleBed.startMs + 48 * 3_600_000)
            let attempts = await bed.first.points.attempts
            #expect(try await attempts.prune(nowMs: SaleBed.startMs + 48 * 3_600_000) == false)
            #expect(try await bed.number("select count(*) from idempotency") == 0)
        }
    }
}
