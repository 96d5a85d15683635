import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Points
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

@Suite(.sideBySide) struct OrderCancelTests {
    @Test(arguments: Engine.allCases)
    func cancelledOnceHoweverOftenItIsSent(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            for name in ["mug", "tee"] { try await bed.supply(name, 5) }
            try await bed.charge(ann, 100)
            let id = try await bed.ordered(["mug": 2, "tee": 3], ann).order.id
            let outcomes = try await together(30) { index in
                // Every key three times.
                try await bed.cancel(order: id, ann, key: "c\(index / 3)", by: index)
            }
            let back = CancelReceipt(payment: id, balance: 100)
            #expect(outcomes.allSatisfy { $0 == .done(back) || $0 == .inProgress })
            #expect(outcomes.contains(.done(back)))
            for name in ["mug", "tee"] { #expect(try await bed.stock(name) == 5) }
            #expect(try await bed.first.points.balance(of: ann) == 100)
            #expect(try await bed.at(1).shop.orders(of: ann).entries.map(\.state) == [.cancelled])
            let events: SQL = "select count(*) from outbox where kind = 'product.returned'"
            #expect(try await bed.number(events) == 2)
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: without its constraints a cancel gives back again, and the audit says so.
    @Test(arguments: Engine.allCases)
    func withoutItsConstraintsACancelPaysTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 5)
            try await bed.charge(ann, 100)
            let order = try await bed.ordered(["tee": 3], ann).order
            _ = try await bed.cancel(order: order.id, ann, key: "c")
            _ = try await bed.sides[0].database.commit([
                "update orders set cancels = 0",
                "update transfers set reference = 'other' where kind = 'refund'",
            ])
            let ledger = ShopLedger(bed.sides[0].database)
            let again = Canceller.buyer(bed.attempt(ann, "d"))
            let second = try await ledger.take(order, from: ann, again, on: bed.first.loop)
            #expect(try second.get() == 130)
            let broken = await bed.broken().map(\.promise)
            #expect(broken.contains { $0.hasPrefix("a payment took") })
            #expect(broken.contains { $0.hasPrefix("a product has sold") })
            #expect(broken.contains { $0.hasPrefix("every line of an order") })
        }
    }

    @Test(arguments: Engine.allCases)
    func ofAnotherUserOrUnknownIsRefused(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.supply("tee", 5)
            try await bed.charge(ann, 100)
            let id = try await bed.ordered(["tee": 1], ann).order.id
            #expect(try await bed.cancel(order: id, bob, key: "c") == .refused(.ofAnotherUser))
            let none = try await bed.cancel(order: "o_none", ann, key: "d")
            #expect(none == .refused(.unknownPayment))
            // An order is no payment.
            #expect(try await bed.cancel(id, ann, key: "e") == .refused(.unknownPayment))
            #expect(try await bed.stock("tee") == 4)
            // One key for the order and for its cancel is two requests.
            #expect(try await bed.cancel(order: id, ann, key: "order") == .mismatch)
        }
    }

    /// Orders and cancels of the same products at once, from two processes.
    @Test(arguments: Engine.allCases)
    func cancelsAmongOrdersLoseNothing(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try (0..<8).map { try user("u\($0)") }
            for name in ["mug", "tee"] { try await bed.supply(name, 10) }
            for user in users { try await bed.charge(user, 10_000) }
            _ = try await together(8) { index in
                for step in 0..<5 {
                    let outcome = try await bed.order(
                        ["mug": 1, "tee": 2],
                        users[index],
                        key: "\(step)",
                        by: index
                    )
                    guard case .done(let receipt) = outcome else { continue }
                    let id = receipt.order.id
                    let back = try await bed.cancel(
                        order: id,
                        users[index],
                        key: "c\(step)",
                        by: index + 1
                    )
                    #expect(back == .done(CancelReceipt(payment: id, balance: 10_000)))
                }
            }
            for name in ["mug", "tee"] { #expect(try await bed.stock(name) == 10) }
            #expect(await bed.broken() == [])
        }
    }
}
