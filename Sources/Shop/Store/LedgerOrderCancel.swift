import Onsale
import SQL
import Values

/// The way back: stock, points and coupon returned, once.
extension SaleLedger {
    /// Puts the lines of an order of `user` back and gives its points and its coupon back, once.
    /// Answers what the user has then.
    func cancel(_ order: Order, of user: UserID, by canceller: Canceller, atMs: Int64)
        async throws(StoreError) -> Result<Int64, CancelObstacle>
    {
        // The products first, as orders do, so that both lock them in the same order.
        var entry = Self.inLockOrder(order.lines).map { Self.returned($0.line) }
        entry.append(
            """
            update orders set cancels = cancels + 1, cancelled_at_ms = \(atMs)
            where order_id = \(order.id)
            """
        )
        let permitAt = entry.count
        if case .buyer = canceller { entry.append(Self.permit(user, atMs: atMs)) }
        if order.coupon != nil { entry.append(Self.unuse(on: order.id)) }
        if order.amount > 0 {
            entry += Self.refunding(order.amount, to: user, for: order.id, atMs: atMs)
        }
        entry += [
            Self.events("product.returned", of: order, by: user, atMs: atMs),
            record(canceller, of: order.id, user, atMs: atMs),
        ]
        return try await cancel(entry, permitAt: permitAt)
    }

    private static let dayMs: Int64 = 86_400_000

    /// Counts a cancel by the buyer. Null, and so refused, beyond `Order.cancelsPerDayMax` a day. A
    /// clock that is behind counts for the day that has begun.
    private static func permit(_ user: UserID, atMs: Int64) -> SQL {
        """
        insert into order_cancels (user_id, day, cancels) values (\(user.raw), \(atMs / dayMs), 1)
        on conflict (user_id) do update set
          day = case when order_cancels.day < excluded.day then excluded.day
            else order_cancels.day end,
          cancels = case when order_cancels.day < excluded.day then 1
            when order_cancels.cancels < \(Order.cancelsPerDayMax)
            then order_cancels.cancels + 1 end
        """
    }
}
