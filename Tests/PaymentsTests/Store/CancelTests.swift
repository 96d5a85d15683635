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

/// Proof 9 of the design: ways back after the last seat.
@Suite(.sideBySide) struct CancelTests {
    private func sellOut(_ bed: SaleBed, _ users: [UserID]) async throws -> [PaymentReceipt] {
        var receipts: [PaymentReceipt] = []
        for (index, user) in users.enumerated() {
            try await bed.charge(user, 100_000)
            let hold = try await bed.hold([index + 1], for: user)
            receipts.append(try await bed.receipt(hold, user))
        }
        return receipts
    }

    @Test(arguments: Engine.allCases)
    func aRefundAfterTheSellOutOpensTheSeatAgain(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try ["ann", "bob", "cat"].map { try user($0) }
            try await bed.open(seats: 3)
            let receipts = try await sellOut(bed, users)
            let dan = try user("dan")
            try await bed.charge(dan, 100_000)
            #expect(try await bed.first.seats.hold([2], of: SaleBed.evening, for: dan) == .soldOut)
            let id = receipts[1].payment.id
            let back = CancelReceipt(payment: id, balance: 100_000)
            #expect(try await bed.cancel(id, users[1], key: "c") == .done(back))
            #expect(try await bed.map(by: 1) == "sfs")
            let hold = try await bed.hold([2], for: dan)
            #expect(try await bed.receipt(hold, dan).balance == 30_000)
            #expect(try await bed.map() == "sss")
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func cancelledOnceHoweverOftenItIsSent(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(seats: 3)
            let id = try await sellOut(bed, [ann])[0].payment.id
            let outcomes = try await together(30) { index in
                // Every key three times.
                try await bed.cancel(id, ann, key: "c\(index / 3)", by: index)
            }
            for outcome in outcomes {
                let back = CancelReceipt(payment: id, balance: 100_000)
                #expect(outcome == .done(back) || outcome == .inProgress)
            }
            #expect(try await bed.first.points.balance(of: ann) == 100_000)
            let refunds: SQL = "select count(*) from transfers where kind = 'refund'"
            #expect(try await bed.number(refunds) == 1)
            #expect(try await bed.map() == "fff")
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: without its constraint a second cancel returns the points again.
    @Test(arguments: Engine.allCases)
    func withoutItsConstraintsACancelPaysTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(seats: 3)
            let id = try await sellOut(bed, [ann])[0].payment.id
            let ledger = PaymentLedger(SeatLedger(bed.sides[0].database))
            let payment = try #require(try await ledger.payment(id))
            _ = try await bed.cancel(id, ann, key: "c")
            // The same entry with what refuses it taken back before.
            _ = try await bed.sides[0].database.commit([
                "update payments set cancels = 0",
                "update transfers set reference = 'other' where kind = 'refund'",
                "update performances set sold = 1, payments = 1",
            ])
            let again = Canceller.buyer(bed.attempt(ann, "d"))
            let second = try await ledger.take(payment, from: ann, again, on: bed.first.loop)
            #expect(try second.get() == 170_000)
            #expect(await bed.broken().map(\.promise).contains { $0.hasPrefix("a payment took") })
        }
    }

    /// A buyer's cancels are counted where they are written; with the guard off there is no end.
    @Test(arguments: Engine.allCases, [false, true])
    func cancelsOfOneBuyerEnd(_ engine: Engine, _ isUnguarded: Bool) async throws {
        let done = try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(seats: 4)
            var change = PerformanceChange()
            change.cancelsPerUser = 2
            _ = try await bed.first.concerts.put(change, of: SaleBed.evening)
            try await bed.charge(ann, 300_000)
            let database = bed.sides[0].database
            let ledger = PaymentLedger(
                SeatLedger(
                    EditedLedger(database) { text in
                        guard isUnguarded else { return text }
                        return text.replacing(
                            "cancels_per_user > performance_cancels.cancels",
                            with: "true"
                        )
                    }
                )
            )
            var done = 0
            for seat in 1...4 {
                let hold = try await bed.hold([seat], for: ann)
                let paid = try await bed.receipt(hold, ann, key: "p\(seat)").payment
                let row = try #require(try await ledger.payment(paid.id))
                let canceller = Canceller.buyer(bed.attempt(ann, "c\(seat)"))
                switch try await ledger.take(row, from: ann, canceller, on: bed.first.loop) {
                case .success: done += 1
                case .failure(let obstacle): #expect(obstacle == .notAllowed)
                }
            }
            #expect(await bed.broken() == [])
            return done
        }
        #expect(done == (isUnguarded ? 4 : 2))
    }

    @Test(arguments: Engine.allCases)
    func ofAnotherUserOrUnknownIsRefused(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open(seats: 3)
            let id = try await sellOut(bed, [ann])[0].payment.id
            #expect(try await bed.cancel(id, bob, key: "c") == .refused(.ofAnotherUser))
            #expect(try await bed.cancel("p_none", ann, key: "d") == .refused(.unknownPayment))
            #expect(try await bed.map() == "sff")
        }
    }

    @Test(arguments: Engine.allCases)
    func moreSeatsAfterTheSellOutAreSold(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try ["ann", "bob"].map { try user($0) }
            try await bed.open(seats: 2)
            _ = try await sellOut(bed, users)
            var more = PerformanceChange()
            more.seats = 4
            guard case .put = try await bed.at(1).concerts.put(more, of: SaleBed.evening) else {
                Issue.record("seats were not raised")
                return
            }
            #expect(try await bed.map() == "ssff")
            let hold = try await bed.hold([3, 4], for: users[0])
            try await bed.charge(users[0], 200_000, key: "more")
            _ = try await bed.receipt(hold, users[0], key: "again")
            #expect(try await bed.map(by: 1) == "ssss")
            more.seats = 3
            #expect(
                try await bed.first.concerts.put(more, of: SaleBed.evening) == .fewerSeats(than: 4)
            )
            #expect(await bed.broken() == [])
        }
    }
}
