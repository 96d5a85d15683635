import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Payments
@testable import Points
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Proof 12 of the design with orders and coupons: whatever was done, everything adds up.
@Suite(.sideBySide) struct ShopJournalTests {
    private static let products = ["a", "b", "c"]

    @Test(.timeLimit(.minutes(2)), arguments: Engine.allCases, [21, 22, 23] as [UInt64])
    func everyHistoryAddsUp(_ engine: Engine, _ seed: UInt64) async throws {
        try await SaleBed.with(engine) { bed in
            let users = try (0..<5).map { try user("u\($0)") }
            try await bed.open(seats: 12, price: 100)
            for name in Self.products { try await bed.supply(name, 20, price: 40) }
            try await bed.give(.percent(30), to: users)
            _ = try await together(6) { worker in
                var random = SeededRandom(seed &* 100 &+ UInt64(worker))
                for step in 0..<30 {
                    let user = users[Int.random(in: 0..<5, using: &random)]
                    try await self.step(bed, user, "w\(worker)-\(step)", worker, &random)
                }
            }
            let broken = await bed.broken()
            #expect(broken == [], "seed \(seed)")
            // It was no empty history.
            for table in ["orders", "payments", "order_lines"] as [SQL] {
                #expect(try await bed.number("select count(*) from \(table)") > 0, "seed \(seed)")
            }
        }
    }

    private func step(
        _ bed: SaleBed,
        _ user: UserID,
        _ key: String,
        _ side: Int,
        _ random: inout SeededRandom
    ) async throws {
        let coupon = Bool.random(using: &random) ? SaleBed.coupon : nil
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
            let amount = Int64.random(in: 1...400, using: &random)
            _ = try await bed.at(side).points.charge(amount, by: bed.attempt(user, key))
        case 3...6:
            var wish: [String: Int64] = [:]
            for _ in 0..<2 {
                let name = Self.products[Int.random(in: 0..<3, using: &random)]
                wish[name] = Int64.random(in: 1...3, using: &random)
            }
            _ = try await bed.order(wish, user, key: key, coupon: coupon, by: side)
        case 7:
            let seat = Int.random(in: 1...12, using: &random)
            let outcome = try await bed.at(side).seats.hold([seat], of: SaleBed.evening, for: user)
            guard case .held(let hold) = outcome else { return }
            _ = try await bed.pay(hold, user, key: key, coupon: coupon, by: side + 1)
        case 8:
            var change = ProductChange()
            change.stock = Int64.random(in: 0...20, using: &random)
            let name = Self.products[Int.random(in: 0..<3, using: &random)]
            _ = try await bed.at(side).shop.put(change, of: try product(name))
        case 9:
            let paid = try await bed.at(side).payments.payments(of: user).entries
            guard let payment = paid.randomElement(using: &random) else { return }
            _ = try await bed.cancel(payment.id, user, key: key, by: side)
        default:
            let orders = try await bed.at(side).shop.orders(of: user).entries
            guard let order = orders.randomElement(using: &random) else { return }
            _ = try await bed.cancel(order: order.id, user, key: key, by: side)
        }
    }
}
