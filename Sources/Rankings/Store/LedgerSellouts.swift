import Engines
import Ledger
import SQL
import Values

/// How a performance sells, as the ledger has it: what T90 and T100 are made of.
struct SelloutRow: Equatable, Sendable {
    var performance: PerformanceID
    var concert: ConcertID
    /// The evening's day, `2026-12-24`.
    var date: String
    var seats: Int
    var sold: Int
    /// From when it could be bought: the opening, or else the instant it was made. Nil: nobody
    /// knows, it is older than the column.
    var fromMs: Int64?
    /// The instants of the commits that crossed; nil: not yet.
    var t90Ms: Int64?
    var t100Ms: Int64?
}

extension RankingLedger {
    static let selloutColumns: SQL = """
        performance, concert, date, seats, sold, coalesce(opening_ms, made_ms), t90_ms, t100_ms
        """

    /// Nil: there is no such performance.
    func sellout(of id: PerformanceID) async throws(StoreError) -> SelloutRow? {
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
