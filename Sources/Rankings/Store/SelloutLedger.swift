import Engines
import Ledger
import SQL
import Values

/// Seats of a performance that were paid within a second, less those that came back.
struct PaidStep: Equatable, Sendable {
    var performance: PerformanceID
    /// Negative: more came back than were paid.
    var seats: Int64
    /// The middle of the second in which they were paid.
    var atMs: Int64
}

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

/// How performances sell, read for many of them at once.
struct SelloutLedger: Ledger {
    let database: any Database

    /// Steps of one look: 1,600 performances that sell in every second of a minute. Of more, some
    /// are not counted.
    static let paidStepsMax = 100_000

    private static let columns: SQL = """
        performance, concert, date, seats, sold, coalesce(opening_ms, made_ms), t90_ms, t100_ms
        """

    /// What was paid and what was given back from one instant to before another, and the `leaders`
    /// performances with most seats sold of those that have not crossed.
    func selling(fromMs: Int64, toMs: Int64, leaders: Int) async throws(StoreError)
        -> (steps: [PaidStep], leaders: [PerformanceID])
    {
        let found = try await read(
            [
                """
                select performance, cast(sum(seats) as bigint), slot * 1000 + 500 from (
                  select performance, seat_count as seats, paid_at_ms / 1000 as slot from payments
                  where paid_at_ms >= \(fromMs) and paid_at_ms < \(toMs)
                  union all
                  select performance, -seat_count, paid_at_ms / 1000 from payments
                  where cancelled_at_ms >= \(fromMs) and cancelled_at_ms < \(toMs)
                ) as steps
                group by performance, slot having sum(seats) <> 0 limit \(Self.paidStepsMax)
                """,
                """
                select performance from performances
                where (t90_ms is null or coalesce(opening_ms, made_ms) is null) and sold > 0
                order by sold desc, \(name) limit \(leaders)
                """,
            ],
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var steps: [PaidStep] = []
            steps.reserveCapacity(found[0].rows.count)
            for row in found[0].rows {
                steps.append(
                    PaidStep(
                        performance: try Self.performance(row),
                        seats: try row.integer(1),
                        atMs: try row.integer(2)
                    )
                )
            }
            var leaders: [PerformanceID] = []
            for row in found[1].rows { leaders.append(try Self.performance(row)) }
            return (steps, leaders)
        }
    }

    /// The `fastest` performances of those that crossed, by `Sellout.isFaster`, and the ones that
    /// are named; each once.
    func sellouts(fastest: Int = 0, and ids: [PerformanceID]) async throws(StoreError)
        -> [SelloutRow]
    {
        var statements = fastest > 0 ? [fastestQuery(limit: fastest)] : []
        if !ids.isEmpty {
            let names = Self.list(ids.map(\.raw))
            statements.append(
                """
                select \(Self.columns) from performances where performance in (\(names))
                """
            )
        }
        guard !statements.isEmpty else { return [] }
        var all: [SelloutRow] = []
        var seen: Set<PerformanceID> = []
        for result in try await read(statements, as: .list) {
            for row in try Self.sellouts(result.rows) where seen.insert(row.performance).inserted {
                all.append(row)
            }
        }
        return all
    }

    func fastestQuery(limit: Int) -> SQL {
        """
        select \(Self.columns) from performances
        where t90_ms is not null and coalesce(opening_ms, made_ms) is not null
        order by \(Self.t90), case when t100_ms is null then 1 else 0 end, \(Self.t100),
          sold desc, \(name) limit \(limit)
        """
    }

    /// As the index `performances_by_t90` has it.
    private static let t90: SQL = """
        (case when t90_ms > coalesce(opening_ms, made_ms)
          then t90_ms - coalesce(opening_ms, made_ms) else 0 end)
        """
    private static let t100: SQL = """
        (case when t100_ms > coalesce(opening_ms, made_ms)
          then t100_ms - coalesce(opening_ms, made_ms) else 0 end)
        """

    /// By its bytes, whatever the database's language.
    private var name: SQL {
        database.dialect == .postgres ? #"performance collate "C""# : "performance"
    }

    private static func sellouts(_ rows: [SQLRow]) throws(StoreError) -> [SelloutRow] {
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

    private static func performance(_ row: SQLRow) throws(SQLError) -> PerformanceID {
        guard let id = PerformanceID(try row.text(0)) else {
            throw .broken("a performance called \(try row.text(0))")
        }
        return id
    }
}
