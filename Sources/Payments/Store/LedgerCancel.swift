import Seats
import SQL
import Values

/// The way back: seats free, points and coupon returned, once.
extension PaymentLedger {
    /// The entry that frees the seats of a payment of `user` and gives its points and its coupon
    /// back.
    func cancel(_ payment: PaymentRow, of user: UserID, by canceller: Canceller, atMs: Int64)
        -> CancelEntry
    {
        let sale = SeatSale(payment, of: user)
        let seats = SQL.list(sale.seats.map { .integer(Int64($0)) })
        var entry = CancelEntry(
            """
            update payments set cancels = cancels + 1, cancelled_at_ms = \(atMs)
            where \(row: TouchedRow("payments", "payment", payment.id))
            """,
            """
            delete from sold_seats where payment = \(payment.id)
              and performance = \(payment.performance.raw) and seat in (\(seats))
            """,
            SeatLedger.soldLess(payment.seats.count, of: payment.performance)
        )
        if case .buyer = canceller {
            entry.permit(Self.permit(user, toCancelOf: payment.performance, atMs: atMs))
        }
        entry.giveBack(
            payment.amount,
            payment.coupon,
            of: payment.id,
            to: user,
            atMs: atMs
        )
        entry.append(
            SeatLedger.event(
                .freed,
                sale,
                amount: payment.amount,
                soldAtMs: payment.paidAtMs,
                atMs: atMs
            )
        )
        return entry
    }

    /// Counts a cancel by its buyer. Null, and so refused, when the performance allows none, or
    /// none any more. Behind the update of the performance: its row is locked and as it is now, so
    /// of several cancels at once no one too many passes, nor one past a change of the settings.
    private static func permit(
        _ user: UserID,
        toCancelOf performance: PerformanceID,
        atMs: Int64
    ) -> SQL {
        """
        insert into performance_cancels (performance, user_id, cancels)
        values (\(performance.raw), \(user.raw), (
          select case when (cancel_until_ms is null or cancel_until_ms > \(atMs))
            and (cancels_per_user is null or cancels_per_user > 0) then 1 end
          from performances where performance = \(performance.raw)))
        on conflict (performance, user_id) do update set cancels = (
          select case when cancels_per_user is null
              or cancels_per_user > performance_cancels.cancels
            then performance_cancels.cancels + 1 end
          from performances where performance = \(performance.raw))
        """
    }
}

extension SeatSale {
    init(_ row: PaymentRow, of user: UserID) {
        self.init(payment: row.id, performance: row.performance, user: user, seats: row.seats)
    }
}
