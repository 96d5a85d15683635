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

/// Sums as lists, in exactly the order of the boards in Redis.
extension SumLedger {
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
                entries: try RankedEntry.all(of: found[1].rows)
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
        return try decoded { () throws(SQLError) in try RankedEntry.all(of: rows).first }
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

    /// The best of `days`, at least one: units added up; of equal ones first who reached theirs
    /// first, on the last day on which they changed, by the second; then by name, the greater
    /// first. A day on which nothing of it is left is not one on which they changed.
    func union(of days: [Period], _ board: BoardID, limit: Int) async throws(StoreError)
        -> [RankedEntry]
    {
        let ranked = ranked(Self.sums(of: board, on: days), in: .all)
        let rows = try await rows(
            "\(ranked) select place, member, units from ranked order by place limit \(limit)",
            as: .list
        )
        return try decoded { () throws(SQLError) in try RankedEntry.all(of: rows) }
    }

    /// The ranks that some members, at least one, have in the union; who is not in it has none.
    func ranks(of members: [String], inUnionOf days: [Period], _ board: BoardID)
        async throws(StoreError) -> [String: Int]
    {
        let ranked = ranked(Self.sums(of: board, on: days), in: .all)
        let some = SQL.list(members.map { .text($0) })
        let rows = try await rows(
            "\(ranked) select place, member, units from ranked where member in (\(some))",
            as: .list
        )
        return try decoded { () throws(SQLError) in
            let entries = try RankedEntry.all(of: rows)
            return Dictionary(entries.map { ($0.member, $0.rank) }) { first, _ in first }
        }
    }

    private static func sums(of board: BoardID, on days: [Period]) -> SQL {
        var all: SQL = ""
        for (index, day) in days.enumerated() {
            let sums = sums(of: board, in: .period(day))
            // The instant to the second, as a packed score tells it.
            let reached: SQL = "\(day.startMs) + 1000 * (\(seconds(since: day.startMs)))"
            let one: SQL = """
                select member, units, \(reached) as reached from (\(sums)) as sums
                where units <> 0
                """
            all = index == 0 ? one : "\(all) union all \(one)"
        }
        return """
            select member, cast(sum(units) as bigint) as units, max(reached) as reached
            from (\(all)) as days group by member
            """
    }
}
