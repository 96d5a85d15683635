import SQL
import TestGate
import Testing
import Values

@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

@Suite(.sideBySide) struct ProductTests {
    @Test(arguments: Engine.allCases)
    func aProductIsMadeAndChangedByField(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let tee = try product("tee")
            var change = ProductChange()
            #expect(try await bed.first.shop.put(change, of: tee) == .missing("name"))
            change.name = "A tee"
            #expect(try await bed.first.shop.put(change, of: tee) == .missing("price"))
            change.price = 10
            #expect(try await bed.first.shop.put(change, of: tee) == .missing("stock"))
            #expect(try await bed.first.shop.product(tee) == nil)
            change.stock = 5
            var expected = Product(id: tee, name: "A tee", price: 10, stock: 5)
            #expect(
                try await bed.first.shop.put(change, of: tee)
                    == .put(Revised(expected, revision: 1))
            )
            var dearer = ProductChange()
            dearer.price = 20
            expected.price = 20
            #expect(
                try await bed.at(1).shop.put(dearer, of: tee)
                    == .put(Revised(expected, revision: 2))
            )
            #expect(try await bed.first.shop.product(tee) == expected)
            var all = ProductChange()
            (all.name, all.price, all.stock) = ("Tee", 0, 0)
            expected = Product(id: tee, name: "Tee", price: 0, stock: 0)
            #expect(
                try await bed.first.shop.put(all, of: tee) == .put(Revised(expected, revision: 3))
            )
            #expect(try await bed.at(1).shop.product(tee) == expected)
            #expect(await bed.broken() == [])
        }
    }

    /// Supplied is what was sold and what is left, whatever the operator says is left.
    @Test(arguments: Engine.allCases)
    func stockIsWhatIsLeftFromNowOn(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 5)
            try await bed.charge(ann, 1_000)
            _ = try await bed.ordered(["tee": 4], ann)
            #expect(try await bed.stock("tee", by: 1) == 1)
            var change = ProductChange()
            for left in [100, 0, 7] as [Int64] {
                change.stock = left
                _ = try await bed.at(1).shop.put(change, of: try product("tee"))
                #expect(try await bed.stock("tee") == left)
                #expect(try await bed.number("select supplied from products") == 4 + left)
                #expect(await bed.broken() == [])
            }
        }
    }

    /// Whoever puts the stock while orders come: each of both counts, none is overwritten.
    @Test(arguments: Engine.allCases)
    func stockIsPutAmongOrders(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try (0..<4).map { try user("u\($0)") }
            for user in users { try await bed.charge(user, 10_000) }
            try await bed.supply("tee", 20)
            let outcomes = try await together(60) { index -> Bool in
                if index % 6 == 0 {
                    var change = ProductChange()
                    change.stock = 20
                    _ = try await bed.at(index / 6).shop.put(change, of: try product("tee"))
                    return false
                }
                let user = users[index % 4]
                return try await bed.order(["tee": 2], user, key: "\(index)", by: index).isDone
            }
            let sold = Int64(2 * outcomes.count { $0 })
            #expect(try await bed.number("select sold from products") == sold)
            #expect(await bed.broken() == [])
        }
    }

    /// At once, and on every side.
    @Test(arguments: Engine.allCases)
    func theListShowsWhatIs(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            try await bed.charge(ann, 1_000)
            for (name, stock) in [("tee", 5), ("mug", 3)] as [(String, Int64)] {
                try await bed.supply(name, stock)
            }
            func listed(_ side: Int) async throws -> [String] {
                try await bed.at(side).shop.products().entries.map { "\($0.id) \($0.stock)" }
            }
            for side in 0...1 { #expect(try await listed(side) == ["mug 3", "tee 5"]) }
            _ = try await bed.ordered(["tee": 2], ann)
            for side in 0...1 { #expect(try await listed(side) == ["mug 3", "tee 3"]) }
            try await bed.supply("cap", 1)
            for side in 0...1 { #expect(try await listed(side) == ["cap 1", "mug 3", "tee 3"]) }
        }
    }

    /// Who asks at once shares a read: one is under way, the next is for all who came meanwhile.
    @Test(arguments: Engine.allCases)
    func manyAsksForTheListAreTwoReads(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1, virtualTime: true) { bed in
            try await bed.supply("tee", 5)
            let side = bed.sides[0]
            let before = await side.database.statistics().reads
            // In one turn of the loop.
            let asks = await Task(executorPreference: side.loop) {
                (0..<200).map { _ in
                    Task.immediate(executorPreference: side.loop) {
                        try await side.shop.products().entries.count
                    }
                }
            }.value
            for ask in asks { #expect(try await ask.value == 1) }
            #expect((1...2).contains(await side.database.statistics().reads - before))
        }
    }

    /// A price that another process has changed a moment ago is the one that is paid.
    @Test(arguments: Engine.allCases)
    func aChangedPriceIsPaidAtOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            try await bed.supply("tee", 5)
            let first = try await bed.ordered(["tee": 1], ann)
            var change = ProductChange()
            change.price = 77
            let tee = try #require(ProductID("tee"))
            guard case .put = try await bed.at(1).shop.put(change, of: tee) else {
                Issue.record("the price was not put")
                return
            }
            let second = try await bed.ordered(["tee": 1], ann, key: "second")
            #expect(first.order.amount != 77 && second.order.amount == 77)
            #expect(await bed.broken() == [])
        }
    }
}
