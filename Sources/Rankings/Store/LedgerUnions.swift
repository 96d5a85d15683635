import Engines
import Ledger
import SQL
import Values

/// Days of a board as one list, from the truth, in the very order of `BoardStore.union`.
extension RankingLedger {
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
        return try decoded { () throws(SQLError) in try Self.entries(rows) }
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
            let entries = try Self.entries(rows)
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
