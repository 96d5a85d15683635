import SQL
import Values

/// How many seats of a performance are sold, and when that crossed a mark.
extension SeatLedger {
    /// Counts a payment's seats as sold and, if it is the one that crosses, writes when: one
    /// update, decided while the row is locked, with nothing read before. So of two payments at
    /// once exactly one crosses, in whatever order their processes believe they were.
    ///
    /// **Written once.** T90 answers "how long did the first buyers need for these seats", and that
    /// has happened: a refund later does not make the sale slower, and seats that an operator adds
    /// afterwards were not for sale then. A sell-out that could be taken back by one refund, or be
    /// made by adding seats, would be a ranking of operators. How many are sold now is another
    /// question, and `sold` answers it.
    ///
    /// T100 is not before T90 even if the clocks of two processes disagree.
    package func soldMore(_ seats: Int, of performance: PerformanceID, atMs: Int64) -> SQL {
        """
        update performances set sold = sold + \(seats), payments = payments + 1,
          t90_ms = case
            when t90_ms is null and (sold + \(seats)) * 1000 >= seats * \(sellout.thousandths)
            then \(atMs) else t90_ms end,
          t100_ms = case
            when t100_ms is null and sold + \(seats) >= seats
            then case when t90_ms > \(atMs) then t90_ms else \(atMs) end else t100_ms end
        where \(row: .performance(performance))
        """
    }

    /// Takes a payment's seats back; the times of the crossings stay.
    package static func soldLess(_ seats: Int, of performance: PerformanceID) -> SQL {
        """
        update performances set sold = sold - \(seats), payments = payments - 1
        where \(row: .performance(performance))
        """
    }
}

extension TouchedRow {
    fileprivate static func performance(_ id: PerformanceID) -> TouchedRow {
        TouchedRow("performances", "performance", id.raw)
    }
}
