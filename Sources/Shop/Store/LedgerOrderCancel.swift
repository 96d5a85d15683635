import Payments
import SQL
import Values

/// The way back: stock, points and coupon returned, once.
extension ShopLedger {
    /// The entry that puts the lines of an order of `user` back and gives its points and its coupon
    /// back.
    func cancel(_ order: Order, of user: UserID, by canceller: Canceller, atMs: Int64)
        -> CancelEntry
    {
        var entry = CancelEntry()
        // The products first, as orders do, so that both lock them in the same order.
        for paid in Self.inLockOrder(order.lines) { entry.append(Self.returned(paid.line)) }
        entry.append(
            """
            update orders set cancels = cancels + 1, cancelled_at_ms = \(atMs)
            where \(row: TouchedRow("orders", "order_id", order.id))
            """
        )
        if case .buyer = canceller { entry.permit(Self.permit(user, atMs: atMs)) }
        entry.giveBack(order.amount, order.coupon, of: order.id, to: user, atMs: atMs)
        entry.append(Self.events("product.returned", of: order, by: user, atMs: atMs))
        return entry
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
