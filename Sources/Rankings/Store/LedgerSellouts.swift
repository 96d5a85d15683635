import Onsale
import SQL
public import Values

/// How a performance sells, as the ledger has it: what T90 and T100 are made of.
public struct SelloutRow: Equatable, Sendable {
    public var performance: PerformanceID
    public var concert: ConcertID
    /// The evening's day, `2026-12-24`.
    public var date: String
    public var seats: Int
    public var sold: Int
    /// From when it could be bought: the opening, or else the instant it was made. Nil: nobody
    /// knows, it is older than the column.
    public var fromMs: Int64?
    /// The instants of the commits that crossed; nil: not yet.
    public var t90Ms: Int64?
    public var t100Ms: Int64?
}

extension SaleLedger {
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
    func soldMore(_ seats: Int, of performance: PerformanceID, atMs: Int64) -> SQL {
        """
        update performances set sold = sold + \(seats), payments = payments + 1,
          t90_ms = case
            when t90_ms is null and (sold + \(seats)) * 1000 >= seats * \(sellout.thousandths)
            then \(atMs) else t90_ms end,
          t100_ms = case
            when t100_ms is null and sold + \(seats) >= seats
            then case when t90_ms > \(atMs) then t90_ms else \(atMs) end else t100_ms end
        where performance = \(performance.raw)
        """
    }

    /// Takes a payment's seats back; the times of the crossings stay.
    static func soldLess(_ seats: Int, of performance: PerformanceID) -> SQL {
        """
        update performances set sold = sold - \(seats), payments = payments - 1
        where performance = \(performance.raw)
        """
    }

    static let selloutColumns: SQL = """
        performance, concert, date, seats, sold, coalesce(opening_ms, made_ms), t90_ms, t100_ms
        """

    /// Nil: there is no such performance.
    public func sellout(of id: PerformanceID) async throws(StoreError) -> SelloutRow? {
        let columns = Self.selloutColumns
        return try await Self.sellouts(
            rows("select \(columns) from performances where performance = \(id.raw)")
        ).first
    }

    static func sellouts(_ rows: [SQLRow]) throws(StoreError) -> [SelloutRow] {
        try decoded { () throws(SQLError) in
            var sellouts: [SelloutRow] = []
            for row in rows {
                guard let id = PerformanceID(try row.text(0)),
                    let concert = ConcertID(try row.text(1))
                else { throw .broken("a performance called \(try row.text(0))") }
                sellouts.append(
                    SelloutRow(
                        performance: id,
                        concert: concert,
                        date: try row.text(2),
                        seats: Int(try row.integer(3)),
                        sold: Int(try row.integer(4)),
                        fromMs: try row.optionalInteger(5),
                        t90Ms: try row.optionalInteger(6),
                        t100Ms: try row.optionalInteger(7)
                    )
                )
            }
            return sellouts
        }
    }
}
