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

@Suite(.sideBySide) struct OrderTests {
    @Test(arguments: Engine.allCases)
    func anOrderTakesStockAndPoints(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 5, price: 30)
            try await bed.supply("mug", 3, price: 7)
            try await bed.charge(ann, 100)
            let outcome = try await bed.order(["tee": 2, "mug": 1], ann, reversed: true, by: 1)
            guard case .done(let receipt) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(receipt.balance == 33)
            #expect(receipt.order.amount == 67 && receipt.order.discount == 0)
            // In the order in which they were sent.
            #expect(receipt.order.lines.map(\.line.product.raw) == ["tee", "mug"])
            #expect(receipt.order.lines.map(\.price) == [30, 7])
            #expect(try await bed.stock("tee") == 3)
            #expect(try await bed.stock("mug") == 2)
            #expect(try await bed.first.shop.orders(of: ann).entries == [receipt.order])
            // The same again is the same answer, lines in their order; from another process, too.
            let again = try await bed.order(["tee": 2, "mug": 1], ann, reversed: true)
            #expect(again == outcome)
            #expect(try await bed.number("select count(*) from outbox") == 2)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func whatIsNotThereIsNamedAndNothingIsDone(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            for (name, stock) in [("cap", 9), ("mug", 1), ("tee", 9)] as [(String, Int64)] {
                try await bed.supply(name, stock)
            }
            try await bed.charge(ann, 1_000)
            let wish: [String: Int64] = ["cap": 1, "mug": 2, "tee": 1]
            let mug = try product("mug")
            #expect(try await bed.order(wish, ann) == .refused(.outOfStock(mug)))
            for name in ["cap", "tee"] { #expect(try await bed.stock(name) == 9) }
            #expect(try await bed.first.points.balance(of: ann) == 1_000)
            // The key keeps its answer, the product's name with it; another buys.
            try await bed.supply("mug", 2)
            #expect(try await bed.order(wish, ann, by: 1) == .refused(.outOfStock(mug)))
            #expect(try await bed.ordered(wish, ann, key: "again").balance == 960)
            let none = try product("none")
            let unknown = try await bed.order(["cap": 1, "none": 1], ann, key: "u")
            #expect(unknown == .refused(.unknownProduct(none)))
            #expect(try await bed.stock("cap") == 8)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func withoutThePointsThereIsNoOrder(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.supply("tee", 5)
            try await bed.charge(ann, 9)
            #expect(try await bed.order(["tee": 1], ann) == .refused(.insufficientPoints))
            try await bed.charge(ann, 1, key: "one more")
            #expect(try await bed.order(["tee": 1], ann, by: 1) == .refused(.insufficientPoints))
            // Who has never charged has no account at all.
            #expect(try await bed.order(["tee": 1], bob) == .refused(.insufficientPoints))
            #expect(try await bed.stock("tee") == 5)
            #expect(try await bed.ordered(["tee": 1], ann, key: "again").balance == 0)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func whatCostsNothingNeedsNoAccount(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("pin", 2, price: 0)
            let receipt = try await bed.ordered(["pin": 1], ann)
            #expect(receipt.balance == 0 && receipt.order.amount == 0)
            let back = CancelReceipt(payment: receipt.order.id, balance: 0)
            #expect(try await bed.cancel(order: back.payment, ann, key: "c") == .done(back))
            #expect(try await bed.stock("pin") == 2)
            #expect(try await bed.number("select count(*) from accounts") == 0)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func anOrderStopsAtTheLargestExactNumber(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("gold", 1_000_000, price: Points.max)
            try await bed.supply("dust", 1_000_000, price: 1)
            try await bed.charge(ann, Points.max)
            let wishes: [[String: Int64]] = [
                ["gold": 2], ["gold": 10_000], ["gold": 1, "dust": 1],
            ]
            for (index, wish) in wishes.enumerated() {
                let outcome = try await bed.order(wish, ann, key: "k\(index)")
                #expect(outcome == .refused(.amountLimit), "\(wish)")
            }
            let outcome = try await bed.order(["gold": 1], ann)
            #expect(outcome.isDone)
            // Raised meanwhile: the key still has its answer.
            try await bed.supply("gold", 5, price: Points.max)
            #expect(try await bed.order(["gold": 1], ann) == outcome)
            #expect(try await bed.first.points.balance(of: ann) == 0)
            #expect(await bed.broken() == [])
        }
    }

    /// A product that was known a moment ago: updating its row would change nothing, silently.
    @Test(arguments: Engine.allCases)
    func aProductThatIsGoneIsRefused(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            for name in ["mug", "tee"] { try await bed.supply(name, 5) }
            try await bed.charge(ann, 1_000)
            _ = try await bed.ordered(["mug": 1], ann)
            _ = try await bed.order(["tee": 9], ann, key: "too many")
            _ = try await bed.sides[0].database.commit([
                "delete from products where product = 'tee'"
            ])
            let gone = try await bed.order(["mug": 1, "tee": 1], ann, key: "k")
            #expect(gone == .refused(.unknownProduct(try product("tee"))))
            #expect(try await bed.stock("mug") == 4)
            #expect(try await bed.first.points.balance(of: ann) == 990)
            #expect(await bed.broken() == [])
        }
    }

    /// Proof 3 of the design, for orders.
    @Test(arguments: Engine.allCases)
    func aKeyOrdersOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 100)
            try await bed.charge(ann, 1_000)
            let outcomes = try await together(50) { try await bed.order(["tee": 3], ann, by: $0) }
            let receipts = outcomes.compactMap { outcome -> OrderReceipt? in
                if case .done(let receipt) = outcome { receipt } else { nil }
            }
            #expect(!receipts.isEmpty && receipts.allSatisfy { $0 == receipts[0] })
            #expect(outcomes.count { $0 == .inProgress } + receipts.count == 50)
            #expect(try await bed.first.points.balance(of: ann) == 970)
            #expect(try await bed.stock("tee") == 97)
            // Another body under the key, also one that can no longer be.
            #expect(try await bed.order(["tee": 4], ann) == .mismatch)
            #expect(try await bed.order(["none": 4], ann) == .mismatch)
            #expect(try await bed.order(["tee": 3], ann, by: 1) == .done(receipts[0]))
            #expect(await bed.broken() == [])
        }
    }

    @Test func aRefusalIsReadAsItWasStored() throws {
        let product = try product("a:b@c")
        let all: [OrderRefusal] = [
            .insufficientPoints, .outOfStock(product), .couponNotUsable, .unknownProduct(product),
            .amountLimit,
        ]
        for refusal in all { #expect(OrderRefusal(rawValue: refusal.rawValue) == refusal) }
        for text in ["", "done", "out_of_stock", "out_of_stock:", "out_of_stock:a b", "amount:x"] {
            #expect(OrderRefusal(rawValue: text) == nil, "\(text)")
        }
    }
}
