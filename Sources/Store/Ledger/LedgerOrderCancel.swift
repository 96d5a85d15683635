import Onsale
import SQL

/// The way back: stock, points and coupon returned, once.
extension SaleLedger {
    /// Puts an order's lines back and gives its points and its coupon back, once. Answers what the
    /// user has then.
    func cancel(_ order: Order, by attempt: Attempt, atMs: Int64)
        async throws(StoreError) -> Result<Int64, Refused>
    {
        // The products first, as orders do, so that both lock them in the same order.
        var entry = Self.inLockOrder(order.lines).map { Self.returned($0.line) }
        entry.append(
            """
            update orders set cancels = cancels + 1, cancelled_at_ms = \(atMs)
            where order_id = \(order.id)
            """
        )
        if order.coupon != nil { entry.append(Self.unuse(on: order.id)) }
        if order.amount > 0 {
            entry += Self.refunding(order.amount, to: attempt.user, for: order.id, atMs: atMs)
        }
        entry += [
            Self.events("product.returned", of: order, by: attempt.user, atMs: atMs),
            answer(
                to: attempt,
                reference: order.id,
                balance: "coalesce(\(Self.balance(of: attempt.user)), 0)",
                atMs: atMs
            ),
        ]
        switch try await commit(entry) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused): return .failure(refused)
        }
    }
}
