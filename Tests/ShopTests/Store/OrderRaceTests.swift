import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

@Suite(.sideBySide) struct OrderRaceTests {
    private func buyers(_ bed: SaleBed, _ count: Int) async throws -> [UserID] {
        let users = try (0..<count).map { try user("u\($0)") }
        for user in users { try await bed.charge(user, 1_000) }
        return users
    }

    @Test(arguments: Engine.allCases)
    func theLastItemIsSoldOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try await buyers(bed, 40)
            try await bed.supply("tee", 1)
            let outcomes = try await together(40) {
                try await bed.order(["tee": 1], users[$0], by: $0)
            }
            #expect(outcomes.count { $0.isDone } == 1)
            let out = OrderRefusal.outOfStock(try product("tee"))
            #expect(outcomes.count { $0 == .refused(out) } == 39)
            #expect(try await bed.stock("tee") == 0)
            #expect(try await bed.number("select sum(balance) from accounts") == 39_990)
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: without the check the last item is sold to everybody, and the audit says
    /// so.
    @Test(arguments: Engine.allCases)
    func withoutItsCheckTheStockIsOversold(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try await buyers(bed, 5)
            try await bed.dropStockCheck()
            try await bed.supply("tee", 1)
            let outcomes = try await together(5) {
                try await bed.order(["tee": 1], users[$0], by: $0)
            }
            #expect(outcomes.count { $0.isDone } == 5)
            let broken = await bed.broken()
            #expect(broken.map(\.detail) == ["tee"])
            #expect(broken[0].promise.hasPrefix("what was supplied"))
        }
    }

    /// Orders that share products in every order, from two processes at once, all come through, or
    /// are told what is out of stock.
    @Test(.timeLimit(.minutes(2)), arguments: Engine.allCases)
    func overlappingOrdersInOppositeOrderComeThrough(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try await buyers(bed, 60)
            let names = ["a", "b", "c", "d"]
            for name in names { try await bed.supply(name, 60, price: 1) }
            let outcomes = try await together(60) { index in
                // Two or three of the four, as they come or backwards.
                var wish: [String: Int64] = [:]
                for step in 0...(1 + index % 2) { wish[names[(index + step) % 4]] = 2 }
                let reversed = index % 3 == 0
                return try await bed.order(wish, users[index], reversed: reversed, by: index)
            }
            var sold: [String: Int64] = [:]
            for outcome in outcomes {
                switch outcome {
                case .done(let receipt):
                    for paid in receipt.order.lines { sold[paid.line.product.raw, default: 0] += 2 }
                case .refused(.outOfStock): break
                default: Issue.record("\(outcome)")
                }
            }
            for name in names {
                #expect(try await bed.stock(name) == 60 - (sold[name] ?? 0))
            }
            #expect(sold.values.contains(60))
            #expect(await bed.broken() == [])
        }
    }
}
