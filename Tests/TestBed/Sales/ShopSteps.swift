import SQL
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import Payments
@testable import Shop
@testable import TestKit
@testable import TestLedger

/// What tests of the shop do again and again.
extension SaleBed {
    static let coupon: CouponID = {
        guard let id = CouponID("first-100") else { preconditionFailure("a name") }
        return id
    }()

    /// A product of 10 points, unless the test says otherwise.
    func supply(_ name: String, _ stock: Int64, price: Int64 = 10) async throws {
        var change = ProductChange()
        change.name = "The \(name)"
        change.price = price
        change.stock = stock
        guard case .put = try await first.shop.put(change, of: product(name)) else {
            Issue.record("the product was not put")
            return
        }
    }

    /// So much of each: `order(["tee": 1], ...)`; in the order of the names unless `reversed`.
    func order(
        _ wish: [String: Int64],
        _ user: UserID,
        key: String = "order",
        coupon: CouponID? = nil,
        reversed: Bool = false,
        by side: Int = 0
    ) async throws -> AttemptOutcome<OrderReceipt, OrderRefusal> {
        let sorted = wish.sorted { reversed ? $0.key > $1.key : $0.key < $1.key }
        let lines = try sorted.map { OrderLine(product: try product($0), quantity: $1) }
        let body = "\(sorted) \(coupon?.raw ?? "")"
        return try await at(side).shop
            .order(lines, coupon: coupon, by: attempt(user, key, body: body))
    }

    func ordered(
        _ wish: [String: Int64],
        _ user: UserID,
        key: String = "order",
        coupon: CouponID? = nil
    ) async throws -> OrderReceipt {
        let outcome = try await order(wish, user, key: key, coupon: coupon)
        guard case .done(let receipt) = outcome else { throw Unexpected(what: "\(outcome)") }
        return receipt
    }

    func cancel(order: String, _ user: UserID, key: String, by side: Int = 0)
        async throws -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        try await at(side).shop.cancel(order: order, by: attempt(user, key, body: order))
    }

    func stock(_ name: String, by side: Int = 0) async throws -> Int64? {
        try await at(side).shop.product(product(name))?.stock
    }

    /// Gives each of `users` the coupon, as claims would have.
    func give(_ discount: Discount, to users: [UserID], coupon: CouponID = SaleBed.coupon)
        async throws
    {
        let (amount, percent): (Int64?, Int64?) =
            switch discount {
            case .amount(let points): (points, nil)
            case .percent(let percent): (nil, percent)
            }
        let made: SQL = """
            insert into coupons (coupon, name, quantity, issued, discount_amount, discount_percent)
            values (\(coupon.raw), 'Off', 100, \(users.count), \(amount), \(percent))
            """
        let claims: [SQL] = users.enumerated().map { index, user in
            """
            insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
            values (\(user.raw), \(coupon.raw), \(index + 1), 1)
            """
        }
        _ = try await sides[0].database.commit([made] + claims)
    }

    func uses() async throws -> Int64 { try await number("select count(*) from coupon_uses") }

    /// Takes the check on the stock away; only before the first order.
    func dropStockCheck() async throws {
        switch engine {
        case .postgres:
            _ = try await sides[0].database.commit([
                "alter table products drop constraint stock_not_negative"
            ])
        case .sqlite:
            _ = try await sides[0].database.commit([
                "drop table products",
                """
                create table products (product text not null primary key, name text, price bigint,
                  stock bigint, sold bigint not null default 0, supplied bigint,
                  revision bigint not null default 1)
                """,
            ])
        }
    }
}

extension AttemptOutcome {
    var isDone: Bool { if case .done = self { true } else { false } }
}
