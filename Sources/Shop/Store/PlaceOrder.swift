import Coupons
import Engines
import Ledger
import Payments
import Values

extension ShopStore {
    /// Buys `lines`: stock, points and coupon in one ledger entry, or nothing. Safe to repeat, from
    /// any process, after a death at any step. The prices are those of the entry's instant.
    ///
    /// Lines name each product once, and at most `OrderLine.linesMax` of them.
    package func order(_ lines: [OrderLine], coupon: CouponID?, by attempt: Attempt)
        async throws(StoreError) -> AttemptOutcome<OrderReceipt, OrderRefusal>
    {
        func receipt(_ answer: StoredAnswer) async throws(StoreError) -> OrderReceipt {
            guard let row = try await ledger.order(answer.reference) else {
                throw .broken("an answer without its order \(answer.reference)")
            }
            return OrderReceipt(order: row.order, balance: answer.balance)
        }
        return try await attempts.once(attempt, done: receipt) { () async throws(StoreError) in
            FaultPoint.orderStarted.reach()
            for _ in 1...Self.pricingsMax {
                switch try await priced(lines, coupon) {
                case .order(let order):
                    if let run = try await place(order, attempt) { return run }
                    for line in lines { await products.forget(line.product) }
                case .refused(.couponNotUsable):
                    return try await attempts.refuse(attempt, .couponNotUsable)
                case .refused(let refusal):
                    // No answer to keep, but the key may have one, from before a price was raised.
                    if let stored: AttemptOutcome<OrderReceipt, OrderRefusal> =
                        try await attempts.stored(attempt, done: receipt)
                    {
                        return .outcome(stored)
                    }
                    return .outcome(.refused(refusal))
                }
            }
            throw .busy("The prices are being changed.")
        }
    }

    /// How often an order is priced anew because a price has changed meanwhile.
    private static let pricingsMax = 5

    private enum Pricing {
        case order(Order)
        case refused(OrderRefusal)
    }

    /// The order as it would be now.
    private func priced(_ lines: [OrderLine], _ coupon: CouponID?) async throws(StoreError)
        -> Pricing
    {
        var paid: [Order.PaidLine] = []
        var total: Int64 = 0
        for line in lines {
            guard let product = try await products.found(line.product) else {
                return .refused(.unknownProduct(line.product))
            }
            guard let cost = Points.cost(product.price, times: line.quantity),
                let sum = Points.sum(total, cost)
            else { return .refused(.amountLimit) }
            total = sum
            paid.append(Order.PaidLine(line: line, price: product.price))
        }
        guard let discount = try await coupons.discount(of: coupon, on: total) else {
            return .refused(.couponNotUsable)
        }
        return .order(
            Order(
                id: LedgerName.make("o_", atMs: nowMs),
                lines: paid,
                amount: total - discount,
                coupon: coupon,
                discount: discount,
                state: .paid,
                paidAt: Timestamp(milliseconds: nowMs)
            )
        )
    }

    /// Nil: a price has changed meanwhile.
    private func place(_ order: Order, _ attempt: Attempt) async throws(StoreError)
        -> Attempts.Run<OrderReceipt, OrderRefusal>?
    {
        switch try await ledger.place(order, by: attempt) {
        case .success(let balance):
            FaultPoint.orderCommitted.reach()
            committed()
            return .outcome(.done(OrderReceipt(order: order, balance: balance)))
        case .failure(.keyIsUsed): return .keyIsUsed
        case .failure(.insufficientPoints):
            return try await attempts.refuse(attempt, .insufficientPoints)
        case .failure(.outOfStock(let product)):
            return try await attempts.refuse(attempt, .outOfStock(product))
        case .failure(.couponNotUsable): return try await attempts.refuse(attempt, .couponNotUsable)
        case .failure(.priceChanged): return nil
        case .failure(.unknownProduct):
            for paid in order.lines {
                await products.forget(paid.line.product)
                guard try await products.value(paid.line.product) == nil else { continue }
                return .outcome(.refused(.unknownProduct(paid.line.product)))
            }
            throw .unavailable("a product comes and goes")
        }
    }

    /// A page of them, the newest first.
    func orders(of user: UserID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<Order>
    {
        try await ledger.orders(of: user, page).map(\.order)
    }
}
