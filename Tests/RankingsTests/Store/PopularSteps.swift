import Redis
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import Shop
@testable import TestKit
@testable import TestSales

/// What tests of the best sellers do again and again.
extension RankingBed {
    /// Sells so much of each now, at no price; the order's name.
    @discardableResult
    func sell(_ wish: [String: Int64], as name: String, by side: Int = 0) async throws -> String {
        for product in wish.keys { try await supply(product) }
        let outcome = try await bed.order(wish, user(name), by: side)
        guard case .done(let receipt) = outcome else {
            throw SaleBed.Unexpected(what: "\(outcome)")
        }
        return receipt.order.id
    }

    /// A product of which there is enough.
    private func supply(_ name: String) async throws {
        guard try await bed.first.shop.product(product(name)) == nil else { return }
        try await bed.supply(name, 1_000_000, price: 0)
    }

    func cancel(_ order: String, of name: String, by side: Int = 0) async throws {
        let outcome = try await bed.cancel(order: order, user(name), key: "back", by: side)
        #expect(outcome.isDone, "\(outcome)")
    }

    /// `tee 3 (2), cap 1 (-)`: units, and the rank before.
    func list(_ days: Int = 3, by side: Int = 0) async throws -> String {
        try await Self.text(popular(side).list(days))
    }

    static func text(_ list: PopularList) -> String {
        list.products.map { entry in
            let before = entry.previousRank.map { "\($0)" } ?? "-"
            return "\(entry.product.raw) \(entry.units) (\(before))"
        }.joined(separator: ", ")
    }

    /// What Redis keeps of a list, ms; nil: there is no such key.
    func timeLeft(_ days: Int = 3) async throws -> Int64? {
        let left = try await redis.send("PTTL", PopularKeys(days: days).list).int.map { Int64($0) }
        return left.flatMap { $0 < 0 ? nil : $0 }
    }
}
