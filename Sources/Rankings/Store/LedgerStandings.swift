import Engines
import Ledger
import SQL
import Values

/// Which changes a list counts, and how it tells who came first.
struct StandingsSpan: Equatable, Sendable {
    /// Changes that count at these instants: from the first, before the second.
    var startMs: Int64
    var endMs: Int64
    /// Whether who reached a score within the same second are equals, as in a packed score.
    var isBySecond: Bool
    /// Whether it counts by tens of minutes that come and go.
    var isRolling = false

    /// A day, a week or a month.
    static func period(_ period: Period) -> StandingsSpan {
        StandingsSpan(startMs: period.startMs, endMs: period.endMs, isBySecond: true)
    }

    /// The last hours: from the beginning of their first bucket to the end of the present one.
    static func rolling(from startMs: Int64, to endMs: Int64) -> StandingsSpan {
        StandingsSpan(startMs: startMs, endMs: endMs, isBySecond: false, isRolling: true)
    }

    /// From the first day on.
    static let all = StandingsSpan(
        startMs: .min,
        endMs: .max,
        isBySecond: false
    )
}

/// A stretch of a list, and how long the list is.
struct Standings: Equatable, Sendable {
    var total: Int
    var entries: [RankedEntry]
}

/// Boards summed up from the truth, in the very order of the ones in Redis: for the audit, and for
/// answers while Redis is away. Reads all changes of the span: not for every request.
extension RankingLedger {
    /// Ranks of one answer.
    static let standingsMax = 1_000

    /// Places `offset + 1` and on. Who has nothing is not in the list.
    func standings(
        of board: BoardID,
        in span: StandingsSpan,
        offset: Int = 0,
        limit: Int
    ) async throws(StoreError) -> Standings {
        let ranked = ranked(Self.sums(of: board, in: span), in: span)
        let found = try await read(
            [
                "\(ranked) select count(*) from ranked",
                """
                \(ranked) select place, member, units from ranked where place > \(offset)
                order by place limit \(min(limit, Self.standingsMax))
                """,
            ],
            as: .list
        )
        return try decoded { () throws(SQLError) in
            Standings(
                total: Int(try found[0].rows[0].integer(0)),
                entries: try Self.entries(found[1].rows)
            )
        }
    }

    /// Nil: the member is not in the list.
    func place(of member: String, on board: BoardID, in span: StandingsSpan)
        async throws(StoreError) -> RankedEntry?
    {
        let ranked = ranked(Self.sums(of: board, in: span), in: span)
        let rows = try await rows(
            "\(ranked) select place, member, units from ranked where member = \(member)",
            as: .list
        )
        return try decoded { () throws(SQLError) in try Self.entries(rows).first }
    }

    /// `sums` in the order of the boards: units, then who reached them first, then the name, the
    /// greater first, by its bytes whatever the database's language.
    func ranked(_ sums: SQL, in span: StandingsSpan) -> SQL {
        let name: SQL = database.dialect == .postgres ? #"member collate "C""# : "member"
        let reached = span.isBySecond ? Self.seconds(since: span.startMs) : "reached"
        return """
            with sums as (\(sums)), ranked as (
              select member, units,
                row_number() over (order by units desc, \(reached), \(name) desc) as place
              from sums where units > 0
            )
            """
    }

    /// As a packed score has them.
    static func seconds(since startMs: Int64) -> SQL {
        let seconds: SQL = "(reached - \(startMs)) / 1000"
        let last = PackedScore.secondsMax
        return "case when \(seconds) < \(last) then \(seconds) else \(last) end"
    }
}
